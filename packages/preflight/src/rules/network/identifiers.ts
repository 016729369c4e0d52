import type { Graph, Resource } from "../../graph/graph.ts";
import { Expression, innerBlocks, isAbsent, items, text, type Value } from "../../graph/value.ts";
import { SUBNET_TYPES, VPC_TYPES } from "../../network/routes.ts";
import { defineRule, type Failure, type KindOfProblem, type Rule } from "../../rule.ts";

/** Arguments that take an id, the resources that have one, and what it begins with. */
const IDS: Readonly<
  Record<string, { readonly types: readonly string[]; readonly prefix: string; readonly error: string }>
> = {
  vpc_id: { types: VPC_TYPES, prefix: "vpc-", error: "InvalidVpcId.Malformed" },
  subnet_id: { types: SUBNET_TYPES, prefix: "subnet-", error: "InvalidSubnetID.NotFound" },
  subnet_ids: { types: SUBNET_TYPES, prefix: "subnet-", error: "InvalidSubnetID.NotFound" },
  subnets: { types: SUBNET_TYPES, prefix: "subnet-", error: "InvalidSubnetID.NotFound" },
  route_table_id: {
    types: ["aws_route_table", "aws_default_route_table"],
    prefix: "rtb-",
    error: "InvalidRouteTableID.NotFound",
  },
  route_table_ids: {
    types: ["aws_route_table", "aws_default_route_table"],
    prefix: "rtb-",
    error: "InvalidRouteTableId.Malformed",
  },
  security_group_id: {
    types: ["aws_security_group", "aws_default_security_group"],
    prefix: "sg-",
    error: "InvalidGroupId.Malformed",
  },
  security_group_ids: {
    types: ["aws_security_group", "aws_default_security_group"],
    prefix: "sg-",
    error: "InvalidGroupId.Malformed",
  },
  security_groups: {
    types: ["aws_security_group", "aws_default_security_group"],
    prefix: "sg-",
    error: "InvalidGroup.NotFound",
  },
  vpc_security_group_ids: {
    types: ["aws_security_group", "aws_default_security_group"],
    prefix: "sg-",
    error: "InvalidGroupId.Malformed",
  },
  nat_gateway_id: { types: ["aws_nat_gateway"], prefix: "nat-", error: "InvalidNatGatewayID.NotFound" },
  allocation_id: { types: ["aws_eip"], prefix: "eipalloc-", error: "InvalidAllocationID.NotFound" },
};

/** Attributes of these resources that are the id, or as good as one. */
const ID_ATTRIBUTES = new Set([
  "id",
  "",
  "allocation_id",
  "default_security_group_id",
  "main_route_table_id",
  "default_route_table_id",
]);

/** Resources of the network, in which an argument of one of these names takes such an id. */
const NETWORKED =
  /^aws_(vpc|subnet|route|security_group|default_|internet_gateway|nat_gateway|network|lb|alb|db_|rds|elasticache|ecs|efs|eip|main_route|flow_log)/;

function* wrongIds(graph: Graph): Generator<KindOfProblem<string>> {
  for (const resource of graph.resources) {
    if (!NETWORKED.test(resource.type)) continue;
    for (const values of [resource.values, ...innerBlocks(resource.values)]) {
      for (const argument in values) {
        if (Object.hasOwn(IDS, argument)) yield* wrongIdsIn(resource, argument, values[argument]);
      }
    }
  }
}

function* wrongIdsIn(resource: Resource, argument: string, value: Value | undefined): Generator<KindOfProblem<string>> {
  const wanted = IDS[argument];
  if (!wanted || isAbsent(value) || value === "") return;
  for (const item of items(value).items) {
    const wrong = whyNoId(item, wanted);
    if (!wrong) continue;
    yield {
      kind: argument,
      at: resource,
      message: `has ${wrong} as ${argument}.`,
      fix: `Write the ID of an ${wanted.types[0]}, such as \${${wanted.types[0]}.<name>.id}.`,
      attribute: argument,
    };
  }
}

function whyNoId(
  value: Value,
  { types, prefix }: { readonly types: readonly string[]; readonly prefix: string },
): string | undefined {
  if (value instanceof Expression) {
    const only = value.only ?? (value.references.length === 1 ? value.references[0] : undefined);
    const [resource] = only?.resources ?? [];
    if (!only?.certain || !resource) return undefined;
    const wrong = whyOtherReference(resource, only.attribute, types);
    if (wrong !== undefined) return wrong;
  }
  const known = text(value);
  const isWrong = known !== undefined && known !== "" && !known.startsWith(prefix) && !/^\$\{|^eipassoc-/.test(known);
  return isWrong ? `"${known}"` : undefined;
}

function whyOtherReference(resource: Resource, attribute: string, types: readonly string[]): string | undefined {
  if (types.includes(resource.type.replace("data.", "")) || types.includes(resource.type))
    return ID_ATTRIBUTES.has(attribute) ? undefined : `the ${attribute} of ${resource.address}`;
  return attribute === "id" && OTHER_NETWORK_TYPES.has(resource.type)
    ? `the id of ${resource.address}, which is no ${types[0]},`
    : undefined;
}

const OTHER_NETWORK_TYPES = new Set([
  "aws_vpc",
  "aws_subnet",
  "aws_security_group",
  "aws_route_table",
  "aws_internet_gateway",
  "aws_nat_gateway",
  "aws_network_acl",
]);

function malformed(error: string): Failure {
  return { when: "apply", prevents: error, cause: "A CIDR block, a name or an ARN stands where an ID belongs." };
}

export const IDENTIFIER_RULES: readonly Rule[] = [
  defineRule({
    id: "NET-002",
    severity: "error",
    title: "An id is where an id belongs",
    reference: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
    problems: Object.fromEntries(Object.entries(IDS).map(([argument, { error }]) => [argument, malformed(error)])),
    check: wrongIds,
  }),
];
