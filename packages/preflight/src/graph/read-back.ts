import type { PlannedChange } from "./graph.ts";
import { type Block, isBlock, isList, type Value } from "./value.ts";

/**
 * What a plan has of an existing resource beside what its configuration writes was read back from AWS, as it is before
 * the plan: the rules of a security group, for example, that resources of their own make. Those resources are in the
 * plan themselves, as they will be, so what they made is taken out of what was read back. What none of them made stays:
 * AWS keeps it.
 */
export class ReadBack {
  private readonly makers = new Map<string, Block[]>();

  constructor(changes: Iterable<PlannedChange>) {
    for (const { type, before, actions } of changes) {
      const names = MAKERS.get(type);
      // What Terraform forgets is still there.
      if (!names || !isBlock(before) || actions.includes("forget")) continue;
      for (const name of names) {
        const key = keyOf(type, name, before[name]);
        const known = this.makers.get(key);
        if (known) known.push(before);
        else this.makers.set(key, [before]);
      }
    }
  }

  /** @param written the arguments of the resource that its configuration writes */
  without(type: string, values: Block, written: Value | undefined): Block {
    const attributes = ATTRIBUTES[type];
    if (attributes === undefined || this.makers.size === 0) return values;
    const kept: Record<string, Value> = { ...values };
    for (const { attribute, by, take } of attributes) {
      const value = values[attribute];
      if (value === undefined || (isBlock(written) && attribute in written)) continue;
      for (const [maker, link, identity] of by) {
        for (const made of this.makers.get(keyOf(maker, link, values[identity])) ?? []) {
          kept[attribute] = take(kept[attribute] ?? null, made, attribute);
        }
      }
    }
    return kept;
  }
}

/** What is left of an attribute without what another resource made. */
type Take = (value: Value, made: Block, attribute: string) => Value;

interface Shared {
  readonly attribute: string;
  /** Resource types that make what is in it, the argument by which they name the resource, and what that argument holds of it. */
  readonly by: readonly (readonly [maker: string, link: string, identity: string])[];
  readonly take: Take;
}

/** Rules of a group: AWS puts those of the same ports together, with everybody they are for. */
const rule: Take = (value, made, direction) => {
  if (!isList(value) || (typeof made.type === "string" && made.type !== direction)) return value;
  const own = {
    protocol: protocolOf(made.protocol ?? made.ip_protocol),
    ports: portsOf(made),
    peers: new Set(Object.values(PEERS).flatMap((names) => names.flatMap((name) => textsIn(made[name])))),
    self: made.self === true || made.referenced_security_group_id === made.security_group_id,
  };
  return value.flatMap((entry) => {
    if (!isBlock(entry) || protocolOf(entry.protocol) !== own.protocol || portsOf(entry) !== own.ports) return [entry];
    const lists = Object.keys(PEERS).map(
      (name) => [name, textsIn(entry[name]).filter((peer) => !own.peers.has(peer))] as const,
    );
    const self = entry.self === true && !own.self;
    const isEmpty = !self && lists.every(([, peers]) => peers.length === 0);
    return isEmpty ? [] : [{ ...entry, ...Object.fromEntries(lists), self }];
  });
};

/** Who a rule is for: in the attribute of a group, and in the rule's own arguments. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  cidr_blocks: ["cidr_blocks", "cidr_ipv4"],
  ipv6_cidr_blocks: ["ipv6_cidr_blocks", "cidr_ipv6"],
  prefix_list_ids: ["prefix_list_ids", "prefix_list_id"],
  security_groups: ["source_security_group_id", "referenced_security_group_id"],
};

function protocolOf(value: Value | undefined): string {
  const name = String(value).toLowerCase();
  return { all: "-1", "6": "tcp", "17": "udp", "1": "icmp" }[name] ?? name;
}

/** All protocols have all ports, however that is written. */
function portsOf({ protocol, ip_protocol, from_port, to_port }: Block): string {
  return protocolOf(protocol ?? ip_protocol) === "-1" ? "all" : `${from_port} ${to_port}`;
}

/** Entries that agree with what was made in some arguments. */
function entry(...arguments_: readonly (readonly [own: string, ofMaker: string])[]): Take {
  return (value, made) =>
    isList(value)
      ? value.filter(
          (one) => !isBlock(one) || !arguments_.every(([own, other]) => (one[own] || null) === (made[other] || null)),
        )
      : value;
}

/** One text of a list. */
function element(argument: string): Take {
  return (value, made) => (isList(value) ? value.filter((one) => one !== made[argument]) : value);
}

/** All of it. */
const whole: Take = () => null;

const ROUTE = entry(
  ["cidr_block", "destination_cidr_block"],
  ["ipv6_cidr_block", "destination_ipv6_cidr_block"],
  ["destination_prefix_list_id", "destination_prefix_list_id"],
);

/** An entry of a network ACL; `egress` of the rule says in which of the two lists it is. */
const ACL_ENTRY: Take = (value, made, direction) =>
  (made.egress === true) === (direction === "egress")
    ? entry(["rule_no", "rule_number"])(value, made, direction)
    : value;

const GROUP_RULE = "aws_security_group_rule";

const ATTRIBUTES: Readonly<Record<string, readonly Shared[]>> = {
  aws_security_group: ["ingress", "egress"].map((attribute) => ({
    attribute,
    by: [GROUP_RULE, `aws_vpc_security_group_${attribute}_rule`].map(
      (type) => [type, "security_group_id", "id"] as const,
    ),
    take: rule,
  })),
  aws_route_table: [{ attribute: "route", by: [["aws_route", "route_table_id", "id"]], take: ROUTE }],
  aws_network_acl: [
    ...["ingress", "egress"].map((attribute) => ({
      attribute,
      by: [["aws_network_acl_rule", "network_acl_id", "id"]] as const,
      take: ACL_ENTRY,
    })),
    {
      attribute: "subnet_ids",
      by: [["aws_network_acl_association", "network_acl_id", "id"]],
      take: element("subnet_id"),
    },
  ],
  aws_vpc_endpoint: [
    ...(["route_table", "subnet", "security_group"] as const).map((what) => ({
      attribute: `${what}_ids`,
      by: [[`aws_vpc_endpoint_${what}_association`, "vpc_endpoint_id", "id"]] as const,
      take: element(`${what}_id`),
    })),
    { attribute: "policy", by: [["aws_vpc_endpoint_policy", "vpc_endpoint_id", "id"]], take: whole },
  ],
  aws_ec2_managed_prefix_list: [
    {
      attribute: "entry",
      by: [["aws_ec2_managed_prefix_list_entry", "prefix_list_id", "id"]],
      take: entry(["cidr", "cidr"]),
    },
  ],
  aws_iam_role: [
    { attribute: "inline_policy", by: [["aws_iam_role_policy", "role", "name"]], take: entry(["name", "name"]) },
    {
      attribute: "managed_policy_arns",
      by: [["aws_iam_role_policy_attachment", "role", "name"]],
      take: element("policy_arn"),
    },
  ],
  aws_ecs_cluster: [
    {
      attribute: "capacity_providers",
      by: [["aws_ecs_cluster_capacity_providers", "cluster_name", "name"]],
      take: whole,
    },
  ],
  aws_kms_key: [{ attribute: "policy", by: [["aws_kms_key_policy", "key_id", "id"]], take: whole }],
  aws_s3_bucket: [{ attribute: "policy", by: [["aws_s3_bucket_policy", "bucket", "id"]], take: whole }],
  aws_secretsmanager_secret: [
    { attribute: "policy", by: [["aws_secretsmanager_secret_policy", "secret_arn", "arn"]], take: whole },
  ],
  aws_sns_topic: [{ attribute: "policy", by: [["aws_sns_topic_policy", "arn", "arn"]], take: whole }],
  aws_sqs_queue: [{ attribute: "policy", by: [["aws_sqs_queue_policy", "queue_url", "id"]], take: whole }],
};

/** Arguments by which each type of maker names what it belongs to. */
const MAKERS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.values(ATTRIBUTES).flatMap((all) => all.flatMap(({ by }) => by.map(([maker, link]) => [maker, [link]]))),
);

function keyOf(maker: string, link: string, identity: Value | undefined): string {
  return `${maker} ${link} ${String(identity)}`;
}

function textsIn(value: Value | undefined): string[] {
  return (isList(value) ? value : [value]).filter((one) => typeof one === "string" && one !== "") as string[];
}
