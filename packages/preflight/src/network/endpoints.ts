import { byLink, type Grouped } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { blocks, flag, isAbsent, isEmpty, items, text } from "../graph/value.ts";
import { groupSetOf, type SubnetSet, subnetSetOf } from "./places.ts";
import { VPC_TYPES } from "./routes.ts";
import type { GroupSet } from "./security-groups.ts";

/** A VPC endpoint of an AWS service. */
export interface Endpoint {
  readonly resource: Resource;
  readonly vpc: Resource | undefined;
  /** Such as `ecr.api`; undefined where the service's name can't be known. */
  readonly service: string | undefined;
  readonly type: string | undefined;
  /** Answers under the service's own name. */
  readonly privateDns: boolean | undefined;
  readonly subnets: SubnetSet;
  readonly groups: GroupSet;
}

/** Services that applications call, as AWS spells the last part of their endpoints' names. */
export const WELL_KNOWN_SERVICES = (
  "application-autoscaling athena autoscaling bedrock-runtime cloudformation cloudtrail codebuild codedeploy cognito-idp " +
  "comprehend config dynamodb ec2 ec2messages ecr.api ecr.dkr ecs ecs-agent ecs-telemetry elasticache " +
  "elasticfilesystem elasticloadbalancing email email-smtp events execute-api glue kinesis-firehose kinesis-streams kms " +
  "lambda logs monitoring rds rds-data rekognition s3 scheduler secretsmanager servicediscovery sns sqs ssm ssmmessages " +
  "states sts synthetics textract transcribe translate xray"
).split(" ");

/** Endpoints that may be in a VPC: those whose VPC can't be known are in any. */
export function endpointsOf(graph: Graph, vpc: Resource | undefined): Endpoint[] {
  return graph
    .once(collectEndpoints)
    .filter((endpoint) => vpc === undefined || endpoint.vpc === undefined || endpoint.vpc === vpc);
}

export function allEndpoints(graph: Graph): readonly Endpoint[] {
  return graph.once(collectEndpoints);
}

function collectEndpoints(graph: Graph): Endpoint[] {
  return graph.ofType("aws_vpc_endpoint").map((resource) => {
    const vpc = linked(resource.get("vpc_id"), ...VPC_TYPES);
    return {
      resource,
      vpc: vpc.certain ? vpc.resources[0] : undefined,
      service: serviceOf(resource),
      type: isAbsent(resource.get("vpc_endpoint_type")) ? "Gateway" : text(resource.get("vpc_endpoint_type")),
      privateDns: privateDnsOf(graph, resource),
      subnets: subnetsOf(graph, resource),
      groups: groupsOf(graph, resource),
    };
  });
}

/** The last part of `com.amazonaws.ap-northeast-1.ecr.api`. */
function serviceOf(resource: Resource): string | undefined {
  const written = resource.get("service_name");
  const looked = linked(written, "data.aws_vpc_endpoint_service").resources[0];
  const name = text(written) ?? text(looked?.get("service_name")) ?? literalTail(resource);
  if (name === undefined) return text(looked?.get("service"));
  return /^(?:com\.amazonaws|aws|cn\.com\.amazonaws)\.[a-z0-9-]+\.(.+)$/.exec(name)?.[1] ?? name;
}

/** `com.amazonaws.${region}.ecr.api`: the region is not known, the service is. */
function literalTail(resource: Resource): string | undefined {
  const written = resource.get("service_name");
  if (typeof written !== "object" || written === null || !("parts" in written)) return undefined;
  const parts = (written as { parts?: readonly unknown[] }).parts ?? [];
  const [first, , last] = parts;
  if (parts.length !== 3 || typeof first !== "string" || typeof last !== "string") return undefined;
  return first.endsWith("amazonaws.") && last.startsWith(".") ? `${first}region${last}` : undefined;
}

const privateDnsByEndpoint = byEndpoint("aws_vpc_endpoint_private_dns");
const subnetsByEndpoint = byEndpoint("aws_vpc_endpoint_subnet_association");
const groupsByEndpoint = byEndpoint("aws_vpc_endpoint_security_group_association");

/** For `graph.once`: resources of a type by the endpoint that they belong to. */
export function byEndpoint(type: string): (graph: Graph) => Grouped {
  return byLink(type, "vpc_endpoint_id", "aws_vpc_endpoint");
}

function privateDnsOf(graph: Graph, resource: Resource): boolean | undefined {
  const [override] = graph.once(privateDnsByEndpoint).get(resource) ?? [];
  return override ? flag(override.get("private_dns_enabled"), false) : flag(resource.get("private_dns_enabled"), false);
}

/**
 * Whether the service's own name leads to an interface endpoint from within its VPC; undefined where that can't be known.
 * Beside gateway endpoints, AWS switches private DNS on for resolvers outside of the VPC only, unless `dns_options` are
 * written, where the provider's default is off.
 * Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html,
 * https://github.com/hashicorp/terraform-provider-aws/issues/46404
 */
export function namesLeadTo({ resource, vpc, service, privateDns }: Endpoint): boolean | undefined {
  if (privateDns && vpc && hasNoPrivateNames(vpc)) return false;
  if (privateDns !== true || !GATEWAY_SERVICES.has(service)) return privateDns;
  const options = resource.get("dns_options");
  if (isEmpty(options)) return false;
  const [first] = blocks(options).blocks;
  const isForResolvers = first && flag(first.private_dns_only_for_inbound_resolver_endpoint, false);
  return isForResolvers === undefined ? undefined : !isForResolvers;
}

/**
 * Private DNS needs both DNS attributes of the VPC.
 * Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html#prerequisites-interface-endpoints
 */
export function hasNoPrivateNames(vpc: Resource): boolean {
  if (vpc.isData) return false;
  const byDefault = { enable_dns_support: true, enable_dns_hostnames: vpc.type === "aws_default_vpc" };
  return Object.entries(byDefault).some(([name, value]) => flag(vpc.get(name), value) === false);
}

/** Services that have endpoints of both kinds. */
const GATEWAY_SERVICES: ReadonlySet<string | undefined> = new Set(["s3", "dynamodb"]);

function subnetsOf(graph: Graph, resource: Resource): SubnetSet {
  const configured = items(resource.get("subnet_configuration")).complete ? [] : [undefined];
  const separate = graph.once(subnetsByEndpoint).get(resource) ?? [];
  const own = subnetSetOf(resource.get("subnet_ids"));
  const others = subnetSetOf(separate.map((one) => one.get("subnet_id") ?? null));
  return {
    subnets: [...own.subnets, ...others.subnets],
    certain: own.certain && others.certain && configured.length === 0,
  };
}

function groupsOf(graph: Graph, resource: Resource): GroupSet {
  const separate = graph.once(groupsByEndpoint).get(resource) ?? [];
  const replaced = separate.map((one) => flag(one.get("replace_default_association"), false));
  // The default group of the VPC is there where no group is written, until one takes its place.
  const vpc = replaced.includes(true) ? null : resource.get("vpc_id");
  const own = groupSetOf(graph, resource.get("security_group_ids"), vpc);
  if (separate.length === 0) return own;
  const others = groupSetOf(
    graph,
    separate.map((one) => one.get("security_group_id") ?? null),
    null,
  );
  const certain = own.certain && others.certain && !replaced.includes(undefined);
  return { groups: [...own.groups, ...others.groups], certain };
}

/** Whether names of AWS services may lead to endpoints that can't be seen, from a VPC. */
export function mayHaveOtherEndpoints(graph: Graph, vpc: Resource | undefined): boolean {
  if (vpc === undefined || vpc.isData || graph.isHandedOn(vpc)) return true;
  return graph.once(collectVpcsWithOtherNames).has(vpc);
}

/** What makes names lead elsewhere in a VPC: zones of another configuration, profiles and rules of the Route 53 resolver. */
const NAME_SOURCES = [
  "aws_route53_zone_association",
  "aws_route53_resolver_rule_association",
  "aws_route53profiles_association",
];

function collectVpcsWithOtherNames(graph: Graph): ReadonlySet<Resource> {
  const elsewhere = graph
    .ofType(...NAME_SOURCES)
    .flatMap((one) => linked(one.get("vpc_id") ?? one.get("resource_id"), ...VPC_TYPES).resources);
  const ownZones = graph
    .ofType("aws_route53_zone")
    .filter((zone) => /(?:^|\.)amazonaws\.com\.?$/.test(text(zone.get("name")) ?? "amazonaws.com"))
    .flatMap((zone) =>
      blocks(zone.get("vpc")).blocks.flatMap(({ vpc_id }) => linked(vpc_id ?? null, ...VPC_TYPES).resources),
    );
  return new Set([...elsewhere, ...ownZones]);
}
