import type { Graph, Resource } from "../graph/graph.ts";
import { remembered, rememberedIn } from "../graph/remembered.ts";
import {
  type Block,
  Expression,
  GAP,
  type Reference,
  referencesIn,
  text,
  textWithGaps,
  type Value,
} from "../graph/value.ts";
import { contentsBySecret } from "./secrets.ts";
import { awslogsOptions, environmentOf, nameOf, secretsOf, type TaskDefinition } from "./tasks.ts";

/** Something that a task must reach over the network. */
export interface Need {
  readonly kind:
    | "registry"
    | "layers"
    | "public registry"
    | "logs"
    | "secret"
    | "parameter"
    | "aws service"
    | "cognito";
  /** Service by the last part of its endpoint's name, such as `ecr.api`; undefined: a host on the internet. */
  readonly service: string | undefined;
  /** What it needs it for, such as `pull the image of nginx`. */
  readonly purpose: string;
  readonly resource?: Resource;
}

/** Where the image of a container comes from. */
export type Registry = "ecr" | "public ecr" | "docker hub" | "other";

/** Where an image comes from, by its host; undefined where that can't be known. */
export function registryOf(image: Value | undefined): Registry | undefined {
  const references = referencesIn(image);
  if (references.some(({ resources }) => resources.some(({ type }) => type.endsWith("aws_ecr_repository"))))
    return "ecr";
  const full = textWithGaps(image);
  if (!full) return undefined;
  if (/\.dkr\.ecr\.|\.dkr-ecr\./.test(full)) return "ecr";
  if (full.startsWith(GAP)) return undefined;
  const [first = ""] = full.split("/");
  if (first === "public.ecr.aws") return "public ecr";
  const hasHost = full.includes("/") && /[.:]|^localhost$/.test(first);
  if (!hasHost || /(^|\.)docker\.(io|com)$/.test(first))
    return full.includes(GAP) && !hasHost ? undefined : "docker hub";
  return "other";
}

/**
 * What the containers of a task must reach.
 *
 * @param home region that it runs in: endpoints lead to services of their own region only
 */
export function needsOfTask(task: TaskDefinition, home: string | undefined): Need[] {
  if (task.containers) return task.containers.flatMap((container) => needsOfContainer(container, home));
  return needsOfReferences(referencesIn(task.resource.get("container_definitions")));
}

function needsOfContainer(container: Block, home: string | undefined): Need[] {
  const name = nameOf(container);
  const isElsewhere = (region: string | undefined) => region !== undefined && home !== undefined && region !== home;
  // An endpoint of its own region leads to no service of another one.
  const need = (wanted: Need, region: string | undefined) =>
    isElsewhere(region) ? { ...wanted, service: undefined } : wanted;
  const logs = awslogsOptions(container);
  return [
    ...imageNeeds(container, name, isElsewhere),
    ...(logs ? [need(logsNeed(`write the log of ${name}`), text(logs["awslogs-region"]))] : []),
    ...secretsOf(container).flatMap(({ name: variable, valueFrom }) => {
      const service = secretServiceOf(valueFrom);
      const region = /^arn:[^:]*:[^:]*:([a-z0-9-]+):/.exec(textWithGaps(valueFrom) ?? "")?.[1];
      return service ? [need(secretNeed(service, `read the secret ${variable} of ${name}`), region)] : [];
    }),
    ...environmentOf(container).flatMap(({ name: variable, value }) =>
      serviceNeeds(referencesIn(value), `use what ${variable} of ${name} names`),
    ),
  ];
}

function imageNeeds(
  { image }: Block,
  name: string,
  isElsewhere: (region: string | undefined) => boolean,
): readonly Need[] {
  const registry = registryOf(image);
  if (registry === undefined) return [];
  const purpose = `pull the image of ${name}`;
  if (registry !== "ecr") return [{ kind: "public registry", service: undefined, purpose }];
  const region = /\.dkr[.-]ecr\.([a-z0-9-]+)\./.exec(textWithGaps(image) ?? "")?.[1];
  if (!isElsewhere(region)) return registryNeeds(purpose);
  return [{ kind: "public registry", service: undefined, purpose: `${purpose} from another region` }];
}

/**
 * A plan does not tell the text of container definitions that hold something new, but what it is made of; nor can the
 * text of a template in a file be known. Whichever of several repositories is meant, it takes the same service.
 */
function needsOfReferences(references: readonly Reference[]): Need[] {
  return references
    .filter(({ certain, kind, attribute }) => certain || (kind === undefined && HANDED_OVER.test(attribute)))
    .flatMap((reference) =>
      reference.resources.flatMap((resource): Need[] => {
        switch (resource.type) {
          case "aws_ecr_repository":
          case "data.aws_ecr_repository":
            return registryNeeds(`pull an image from ${resource.address}`);
          case "aws_cloudwatch_log_group":
            return [logsNeed(`write to ${resource.address}`)];
          case "aws_secretsmanager_secret":
          case "aws_secretsmanager_secret_version":
            return [secretNeed("secretsmanager", `read ${resource.address}`)];
          case "aws_ssm_parameter":
            return reference.attribute === "value" ? [] : [secretNeed("ssm", `read ${resource.address}`)];
          default:
            return serviceNeeds([reference], `use ${resource.address}`);
        }
      }),
    );
}

/** Attributes by which a template is given an image, a log group or a secret. */
const HANDED_OVER = /^(?:repository_url|name|arn|id)$/;

function registryNeeds(purpose: string): Need[] {
  return [
    { kind: "registry", service: "ecr.api", purpose },
    { kind: "registry", service: "ecr.dkr", purpose },
    { kind: "layers", service: "s3", purpose },
  ];
}

function logsNeed(purpose: string): Need {
  return { kind: "logs", service: "logs", purpose };
}

function secretNeed(service: SecretService, purpose: string): Need {
  return { kind: service === "ssm" ? "parameter" : "secret", service, purpose };
}

/**
 * Which service holds what a secret's `valueFrom` names: a full ARN says so, and anything else is a parameter's name.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
export const secretServiceOf = remembered((valueFrom: Value): SecretService | undefined => {
  const known = text(valueFrom);
  if (known) return known.startsWith("arn:") ? serviceInArn(known) : "ssm";
  const start = valueFrom instanceof Expression ? valueFrom.parts?.[0] : undefined;
  const written = typeof start === "string" ? serviceInArn(start) : undefined;
  return written ?? serviceOfHolder(referencesIn(valueFrom));
});

type SecretService = "secretsmanager" | "ssm";

function serviceInArn(arn: string): SecretService | undefined {
  return /^arn:[^:]*:(secretsmanager|ssm):/.exec(arn)?.[1] as SecretService | undefined;
}

/** RDS keeps the password that it makes in Secrets Manager. */
function serviceOfHolder(references: readonly Reference[]): SecretService | undefined {
  const types = references.flatMap(({ resources }) => resources.map(({ type }) => type));
  const holder = types.find((type) => /aws_(ssm_parameter|secretsmanager|db_instance|rds_cluster)/.test(type));
  if (holder === undefined) return undefined;
  return holder.includes("aws_ssm_parameter") ? "ssm" : "secretsmanager";
}

/** Services whose names and addresses an application is given so that it calls them. */
const CALLED: Readonly<Record<string, string>> = {
  aws_sqs_queue: "sqs",
  aws_sns_topic: "sns",
  aws_dynamodb_table: "dynamodb",
  aws_s3_bucket: "s3",
  aws_kinesis_stream: "kinesis-streams",
  aws_sfn_state_machine: "states",
  aws_lambda_function: "lambda",
};

function serviceNeeds(references: readonly Reference[], purpose: string): Need[] {
  return references.flatMap(({ resources }) =>
    resources.flatMap((resource): Need[] => {
      const type = resource.type.replace("data.", "");
      if (type === "aws_cognito_user_pool" || type === "aws_cognito_user_pool_client") {
        return [{ kind: "cognito", service: "cognito-idp", purpose, resource }];
      }
      const service = CALLED[type];
      return service ? [{ kind: "aws service", service, purpose, resource }] : [];
    }),
  );
}

/** Attributes that tell where a store is. */
const ADDRESS_ATTRIBUTE = /address|endpoint|^$|cache_nodes|reader|^hosted_zone/;

export const STORE_TYPES = [
  "aws_db_instance",
  "aws_rds_cluster",
  "aws_elasticache_replication_group",
  "aws_elasticache_cluster",
  "aws_elasticache_serverless_cache",
] as const;

/** Databases and caches whose addresses a task is given: plainly, in a secret, or in a parameter. */
export const storesOf = rememberedIn(findStores);

function findStores(graph: Graph, task: TaskDefinition): ReadonlySet<Resource> {
  const values = task.containers
    ? task.containers.flatMap((container) => [
        ...environmentOf(container).map(({ value }) => value),
        ...secretsOf(container).map(({ valueFrom }) => valueFrom),
      ])
    : [task.resource.get("container_definitions") ?? null];
  const stores = new Set<Resource>();
  for (const value of values) {
    if (typeof value === "object") for (const store of storesIn(graph, value)) stores.add(store);
  }
  return stores;
}

/** Stores whose addresses are in a value, or in what the secrets and parameters hold that it names. */
const storesIn = rememberedIn((graph, value: Value): readonly Resource[] =>
  referencesIn(value)
    .flatMap((reference) => [
      reference,
      ...reference.resources.flatMap((resource) => contentsOf(graph, resource)).flatMap(referencesIn),
    ])
    .filter(({ attribute, certain }) => certain && ADDRESS_ATTRIBUTE.test(attribute))
    .flatMap(({ resources }) => resources.filter(({ type }) => (STORE_TYPES as readonly string[]).includes(type))),
);

function contentsOf(graph: Graph, resource: Resource): readonly Value[] {
  if (resource.type === "aws_secretsmanager_secret_version" || resource.type === "aws_ssm_parameter")
    return [resource.get("secret_string") ?? resource.get("value") ?? null];
  return graph.once(contentsBySecret).get(resource) ?? [];
}
