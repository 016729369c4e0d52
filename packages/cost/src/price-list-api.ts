import type { PriceFile } from "./prices.ts";

/** A question to the AWS Price List API: attributes that a product has to have. */
export interface ProductQuery {
  readonly service: string;
  readonly filters: Readonly<Record<string, string>>;
  /** What the usage type has to be like: others of the same attributes are surcharges, such as extended support. */
  readonly usage?: RegExp;
  /** How many units of the list are one of ours. @default 1 */
  readonly units?: number;
}

/** What usage types begin with, by region. */
const PREFIXES: Readonly<Record<string, string>> = { "ap-northeast-1": "APN1-", "us-east-1": "" };

/** Services and usage types without prefix, and operation where several have the same. */
const USAGE_TYPES: Readonly<
  Record<string, readonly [service: string, usage: string, operation?: string, units?: number]>
> = {
  "nat-gateway-hour": ["AmazonEC2", "NatGateway-Hours"],
  "nat-gateway-gb": ["AmazonEC2", "NatGateway-Bytes"],
  "endpoint-hour": ["AmazonVPC", "VpcEndpoint-Hours"],
  "endpoint-gb": ["AmazonVPC", "VpcEndpoint-Bytes"],
  "public-ipv4-hour": ["AmazonVPC", "PublicIPv4:InUseAddress"],
  "alb-hour": ["AWSELB", "LoadBalancerUsage", "LoadBalancing:Application"],
  "alb-lcu-hour": ["AWSELB", "LCUUsage", "LoadBalancing:Application"],
  "nlb-hour": ["AWSELB", "LoadBalancerUsage", "LoadBalancing:Network"],
  "nlb-lcu-hour": ["AWSELB", "LCUUsage", "LoadBalancing:Network"],
  "fargate-vcpu-hour": ["AmazonECS", "Fargate-vCPU-Hours:perCPU"],
  "fargate-gb-hour": ["AmazonECS", "Fargate-GB-Hours"],
  "fargate-arm-vcpu-hour": ["AmazonECS", "Fargate-ARM-vCPU-Hours:perCPU"],
  "fargate-arm-gb-hour": ["AmazonECS", "Fargate-ARM-GB-Hours"],
  "fargate-storage-gb-hour": ["AmazonECS", "Fargate-EphemeralStorage-GB-Hours"],
  "logs-gb": ["AmazonCloudWatch", "DataProcessing-Bytes"],
  metric: ["AmazonCloudWatch", "CW:MetricMonitorUsage"],
  alarm: ["AmazonCloudWatch", "CW:AlarmMonitorUsage"],
  secret: ["AWSSecretsManager", "AWSSecretsManager-Secrets"],
  "ecr-gb": ["AmazonECR", "TimedStorage-ByteHrs"],
  "s3-gb": ["AmazonS3", "TimedStorage-ByteHrs"],
  "data-out-gb": ["AWSDataTransfer", "DataTransfer-Out-Bytes"],
  "cognito-essentials-user": ["AmazonCognito", "CognitoEssentialsMAU"],
  "eks-cluster-hour": ["AmazonEKS", "AmazonEKS-Hours:perCluster"],
  "rds-gp3-gb": ["AmazonRDS", "RDS:GP3-Storage"],
  "rds-gp2-gb": ["AmazonRDS", "RDS:GP2-Storage"],
  "rds-backup-gb": ["AmazonRDS", "RDS:ChargedBackupUsage"],
  "cache-backup-gb": ["AmazonElastiCache", "BackupUsage"],
  "backup-s3-gb": ["AWSBackup", "WarmStorage-ByteHrs-S3"],
  "ebs-gp3-gb": ["AmazonEC2", "EBS:VolumeUsage.gp3"],
  "ebs-gp3-iops": ["AmazonEC2", "EBS:VolumeP-IOPS.gp3"],
  // By the GiB a second in the list.
  "ebs-gp3-mibps": ["AmazonEC2", "EBS:VolumeP-Throughput.gp3", undefined, 1024],
  "ebs-gp2-gb": ["AmazonEC2", "EBS:VolumeUsage.gp2"],
  "ebs-io1-gb": ["AmazonEC2", "EBS:VolumeUsage.piops"],
  "ebs-io1-iops": ["AmazonEC2", "EBS:VolumeP-IOPS.piops"],
  "ebs-io2-gb": ["AmazonEC2", "EBS:VolumeUsage.io2"],
  "ebs-st1-gb": ["AmazonEC2", "EBS:VolumeUsage.st1"],
  "ebs-sc1-gb": ["AmazonEC2", "EBS:VolumeUsage.sc1"],
};

const ENGINES: Readonly<Record<string, string>> = {
  mysql: "MySQL",
  postgres: "PostgreSQL",
  mariadb: "MariaDB",
  redis: "Redis",
  memcached: "Memcached",
  valkey: "Valkey",
};

/** What to ask for a price; undefined where the list can't be asked for it, or not in this region. */
export function productQuery(name: string, region: string): ProductQuery | undefined {
  const known = Object.hasOwn(USAGE_TYPES, name) ? USAGE_TYPES[name] : undefined;
  const prefix = PREFIXES[region];
  if (known) {
    const [service, usage, operation, units] = known;
    const place = service === "AWSDataTransfer" ? "fromRegionCode" : "regionCode";
    return prefix === undefined
      ? undefined
      : { service, units, filters: { [place]: region, usagetype: prefix + usage, ...(operation && { operation }) } };
  }
  const [, kind, engine = "", double, instanceType = ""] =
    /^(?:(rds|cache)\.(\w+)\.)?(multi-az\.)?((?:db\.|cache\.|ec2\.)[\w.-]+)$/.exec(name) ?? [];
  const databaseEngine = ENGINES[engine];
  if (kind === "rds" && databaseEngine) {
    const deploymentOption = double ? "Multi-AZ" : "Single-AZ";
    const usage = /^(?:[A-Z0-9]+-)?(?:Instance|Multi-AZ)Usage:/;
    return {
      service: "AmazonRDS",
      usage,
      filters: { regionCode: region, instanceType, databaseEngine, deploymentOption },
    };
  }
  if (kind === "cache" && databaseEngine)
    return {
      service: "AmazonElastiCache",
      usage: /^(?:[A-Z0-9]+-)?NodeUsage:/,
      filters: { regionCode: region, instanceType, cacheEngine: databaseEngine },
    };
  if (!instanceType.startsWith("ec2.")) return undefined;
  return {
    service: "AmazonEC2",
    filters: {
      regionCode: region,
      instanceType: instanceType.slice("ec2.".length),
      operatingSystem: "Linux",
      tenancy: "Shared",
      preInstalledSw: "NA",
      capacitystatus: "Used",
    },
  };
}

interface Product {
  readonly product?: { readonly attributes?: { readonly usagetype?: string } };
  readonly terms?: {
    readonly OnDemand?: Readonly<Record<string, { readonly priceDimensions?: Readonly<Record<string, Dimension>> }>>;
  };
}

interface Dimension {
  readonly beginRange?: string;
  readonly pricePerUnit?: { readonly USD?: string };
}

/**
 * The on-demand price for one unit in what the list answers, of the first amounts that are not free.
 *
 * @param products as the API sends them: each a JSON text
 * @returns undefined where there is none, or several that differ
 */
export function priceIn(products: readonly string[], { usage, units = 1 }: ProductQuery): number | undefined {
  const found = products
    .map((text) => JSON.parse(text) as Product)
    .filter(({ product }) => usage?.test(product?.attributes?.usagetype ?? "") ?? true)
    .flatMap(({ terms }) => firstPrice(terms) ?? []);
  const prices = new Set(found);
  const [price] = prices;
  return price === undefined || prices.size > 1 ? undefined : price / units;
}

function firstPrice(terms: Product["terms"]): number | undefined {
  const dimensions = Object.values(terms?.OnDemand ?? {}).flatMap(({ priceDimensions }) =>
    Object.values(priceDimensions ?? {}),
  );
  const paid = dimensions
    .map(({ beginRange, pricePerUnit }) => ({ from: Number(beginRange ?? 0), usd: Number(pricePerUnit?.USD) }))
    .filter(({ usd }) => usd > 0)
    .sort((a, b) => a.from - b.from);
  return paid[0]?.usd;
}

/** A price file with some prices taken anew. Those that were not answered stay, with their date and source. */
export function refreshed(file: PriceFile, prices: ReadonlyMap<string, number>, date: string): PriceFile {
  const kept = file.groups.map((group) => ({
    ...group,
    prices: Object.fromEntries(Object.entries(group.prices).filter(([name]) => !prices.has(name))),
  }));
  const source =
    "AWS Price List API, GetProducts: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html";
  return {
    region: file.region,
    groups: [
      ...kept.filter((group) => Object.keys(group.prices).length > 0),
      ...(prices.size > 0 ? [{ date, source, prices: Object.fromEntries(prices) }] : []),
    ],
  };
}
