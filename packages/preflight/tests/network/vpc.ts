import fc from "fast-check";
import type { Json } from "../support/rules.ts";

/** A small VPC, as plain data: what its Terraform is written from, and what the evaluator sends packets through. */
export interface Vpc {
  readonly subnets: readonly Subnet[];
  readonly tables: readonly Table[];
  readonly acls: readonly Acl[];
  readonly groups: readonly GroupRule[][];
  readonly hosts: Readonly<Record<HostName, Host>>;
  /** Its internet gateway is attached to it. */
  readonly isAttached: boolean;
  readonly nat: { readonly subnet: number; readonly isPublic: boolean };
  readonly endpoints: readonly Endpoint[];
  /** Rules and routes stand in blocks of their groups, tables and ACLs, or are resources of their own. */
  readonly style: "inline" | "separate";
}

export interface Subnet {
  readonly cidr: string;
  /** Index of its route table; undefined: the main one, which has no route. */
  readonly table: number | undefined;
  /** Index of its network ACL; undefined: AWS's default one. */
  readonly acl: number | undefined;
  readonly ipv6: boolean;
}

export type Gateway = "igw" | "nat" | "vgw" | "peering" | "eni";

export interface Table {
  readonly routes: readonly { readonly to: string; readonly by: Gateway }[];
  readonly ipv6: "igw" | "egress-only" | undefined;
  /** It has the route of a gateway endpoint for S3. */
  readonly s3: boolean;
}

export interface AclRule {
  readonly allow: boolean;
  readonly cidr: string;
  readonly from: number;
  readonly to: number;
}

/** Rules in the order of their numbers. */
export interface Acl {
  readonly ingress: readonly AclRule[];
  readonly egress: readonly AclRule[];
}

export interface GroupRule {
  readonly direction: "ingress" | "egress";
  readonly protocol: "tcp" | "udp" | "-1";
  readonly from: number;
  readonly to: number;
  /** A block of IPv4 or IPv6, or the index of a group. */
  readonly peer: string | number;
}

export const HOST_NAMES = ["app", "worker", "lb", "db", "cache"] as const;
export type HostName = (typeof HOST_NAMES)[number];

export interface Host {
  readonly subnets: readonly number[];
  readonly groups: readonly number[];
  /** It has a public address; of a load balancer, it faces the internet. */
  readonly isPublic: boolean;
}

export interface Endpoint {
  readonly service: "ecr.api" | "s3";
  readonly subnets: readonly number[];
  readonly groups: readonly number[];
  /** Who finds it under the service's name: nobody, only resolvers outside of the VPC, or the VPC too. */
  readonly names: "none" | "inbound" | "vpc";
}

export const PORTS: Readonly<Record<HostName, number>> = { app: 3000, worker: 4000, lb: 443, db: 3306, cache: 6379 };

const SUBNET_BLOCKS = ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"];
const EVERYWHERE = "0.0.0.0/0";
const HALVES = ["0.0.0.0/1", "128.0.0.0/1"];
const SOMEWHERE = ["10.0.0.0/16", ...SUBNET_BLOCKS, "10.0.1.0/25", "192.168.0.0/16", "203.0.113.0/24"];

const index = (length: number) => fc.nat(length - 1);
const mostly = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const route = fc.record({
  to: fc.constantFrom(EVERYWHERE, EVERYWHERE, ...HALVES, "203.0.113.0/24", "10.0.2.0/24", "10.0.0.0/8", "13.0.0.0/8"),
  by: fc.constantFrom("igw", "nat", "igw", "nat", "vgw", "peering", "eni") as fc.Arbitrary<Gateway>,
});
const usualRoutes = fc.constantFrom("igw", "nat").map((by): Table["routes"] => [{ to: EVERYWHERE, by: by as Gateway }]);
const halves = fc
  .tuple(fc.constantFrom("igw", "nat"), fc.constantFrom("igw", "nat"))
  .map((both): Table["routes"] => HALVES.map((to, half) => ({ to, by: both[half] as Gateway })));
const table: fc.Arbitrary<Table> = fc.record({
  routes: fc.oneof(
    { weight: 5, arbitrary: usualRoutes },
    { weight: 1, arbitrary: halves },
    { weight: 2, arbitrary: fc.uniqueArray(route, { maxLength: 3, selector: ({ to }) => to }) },
  ),
  ipv6: mostly<Table["ipv6"]>(undefined, "igw", "egress-only"),
  s3: fc.boolean(),
});

const usualAnswers = fc.constantFrom([1024, 65535], [32768, 65535], [32768, 60999], [49152, 65535], [0, 65535]);
const aclRule = fc
  .tuple(
    mostly(true, false),
    fc.oneof({ weight: 2, arbitrary: fc.constant(EVERYWHERE) }, fc.constantFrom(...HALVES, ...SOMEWHERE)),
    fc.oneof(
      usualAnswers,
      fc.constantFrom([443, 443], [3306, 3306], [3389, 3389], [40000, 40000], [3000, 4000], [5000, 9000]),
    ),
  )
  .map(([allow, cidr, [from = 0, to = 0]]): AclRule => ({ allow, cidr, from, to }));
const everything: AclRule = { allow: true, cidr: EVERYWHERE, from: 0, to: 65535 };
const aclRules = fc
  .tuple(fc.array(aclRule, { maxLength: 4 }), fc.boolean())
  .map(([rules, rest]) => (rest ? [...rules, everything] : rules));
const acl = fc.record({ ingress: aclRules, egress: aclRules });

const groupRule = (groups: number): fc.Arbitrary<GroupRule> =>
  fc
    .record({
      direction: fc.constantFrom("ingress", "egress") as fc.Arbitrary<GroupRule["direction"]>,
      protocol: mostly<GroupRule["protocol"]>("tcp", "udp", "-1"),
      ports: fc.oneof(
        fc.constantFrom(...Object.values(PORTS)).map((port) => [port, port]),
        fc.constantFrom([0, 65535], [3000, 4000], [400, 500]),
      ),
      peer: fc.oneof(
        { weight: 2, arbitrary: index(groups) },
        fc.constantFrom<string | number>(EVERYWHERE, EVERYWHERE, ...HALVES, ...SOMEWHERE, "::/0"),
      ),
    })
    .map(({ ports: [from = 0, to = 0], ...rule }) => ({
      ...rule,
      // Terraform wants no ports beside all protocols.
      ...(rule.protocol === "-1" ? { from: 0, to: 0 } : { from, to }),
    }));

const GROUPS = 3;
const open = (direction: GroupRule["direction"]): GroupRule => ({
  direction,
  protocol: "-1",
  from: 0,
  to: 0,
  peer: EVERYWHERE,
});
const group = fc
  .tuple(fc.array(groupRule(GROUPS), { maxLength: 4 }), fc.boolean(), fc.boolean())
  .map(([rules, isOpenOut, isOpenIn]) => [
    ...rules,
    ...(isOpenOut ? [open("egress")] : []),
    ...(isOpenIn ? [open("ingress")] : []),
  ]);

const someSubnets = fc.oneof(
  { weight: 3, arbitrary: index(SUBNET_BLOCKS.length).map((one) => [one]) },
  { weight: 1, arbitrary: fc.subarray([0, 1, 2], { minLength: 2 }) },
);
const someGroups = fc.subarray([0, 1, 2], { minLength: 1, maxLength: 2 });
const host: fc.Arbitrary<Host> = fc.record({ subnets: someSubnets, groups: someGroups, isPublic: fc.boolean() });

const anyVpc: fc.Arbitrary<Vpc> = fc.record({
  subnets: fc.tuple(
    ...SUBNET_BLOCKS.map((cidr) =>
      fc.record({
        cidr: fc.constant(cidr),
        table: fc.option(index(2), { nil: undefined, freq: 8 }),
        acl: fc.option(index(2), { nil: undefined, freq: 1 }),
        ipv6: mostly(false, true),
      }),
    ),
  ),
  tables: fc.tuple(table, table),
  acls: fc.tuple(acl, acl),
  groups: fc.tuple(group, group, group),
  hosts: fc.record({ app: host, worker: host, lb: host, db: host, cache: host }),
  isAttached: fc.integer({ min: 0, max: 9 }).map((one) => one > 0),
  nat: fc.record({ subnet: index(SUBNET_BLOCKS.length), isPublic: mostly(true, false) }),
  endpoints: fc.uniqueArray(
    fc.record({
      service: fc.constantFrom("ecr.api", "s3") as fc.Arbitrary<Endpoint["service"]>,
      subnets: someSubnets,
      groups: someGroups,
      names: fc.constantFrom("none", "inbound", "vpc") as fc.Arbitrary<Endpoint["names"]>,
    }),
    { maxLength: 2, selector: ({ service }) => service },
  ),
  style: fc.constantFrom("inline", "separate"),
});

/** Blocks in groups that name each other would be a cycle. */
export const vpc = anyVpc.map((model): Vpc => {
  if (model.style === "separate") return model;
  const isEarlier = ({ peer }: GroupRule, owner: number) => typeof peer !== "number" || peer <= owner;
  return { ...model, groups: model.groups.map((rules, owner) => rules.filter((rule) => isEarlier(rule, owner))) };
});

const REGION = "ap-northeast-1";
const VIA: Readonly<Record<Gateway, object>> = {
  igw: { gateway_id: "${aws_internet_gateway.main.id}" },
  nat: { nat_gateway_id: "${aws_nat_gateway.main.id}" },
  vgw: { gateway_id: "${aws_vpn_gateway.main.id}" },
  peering: { vpc_peering_connection_id: "${aws_vpc_peering_connection.main.id}" },
  eni: { network_interface_id: "${aws_network_interface.firewall.id}" },
};
const ids = (type: string, prefix: string, of: readonly number[]) => of.map((one) => `\${${type}.${prefix}${one}.id}`);
const named = (prefix: string, all: readonly Json[]): Json =>
  Object.fromEntries(all.map((one, position) => [`${prefix}${position}`, one]));

/** The VPC in Terraform's JSON. */
export function configurationOf(model: Vpc): Json {
  const vpc_id = "${aws_vpc.main.id}";
  const separate = model.style === "separate";
  const subnetIds = (host: { readonly subnets: readonly number[] }) => ids("aws_subnet", "s", host.subnets);
  const groupIds = (host: { readonly groups: readonly number[] }) => ids("aws_security_group", "g", host.groups);
  const service = (name: "app" | "worker") => ({
    name,
    cluster: "shop",
    launch_type: "FARGATE",
    task_definition: "${aws_ecs_task_definition.main.arn}",
    network_configuration: {
      subnets: subnetIds(model.hosts[name]),
      security_groups: groupIds(model.hosts[name]),
      assign_public_ip: model.hosts[name].isPublic,
    },
  });
  return {
    provider: { aws: [{ region: REGION }] },
    resource: {
      aws_vpc: {
        main: { cidr_block: "10.0.0.0/16", enable_dns_hostnames: true, assign_generated_ipv6_cidr_block: true },
      },
      aws_internet_gateway: { main: model.isAttached ? { vpc_id } : { tags: { Name: "main" } } },
      aws_vpn_gateway: { main: { vpc_id } },
      aws_vpc_peering_connection: { main: { vpc_id, peer_vpc_id: "vpc-0123456789abcdef0" } },
      aws_network_interface: { firewall: { subnet_id: "${aws_subnet.s0.id}", source_dest_check: false } },
      aws_nat_gateway: {
        main: {
          subnet_id: `\${aws_subnet.s${model.nat.subnet}.id}`,
          connectivity_type: model.nat.isPublic ? "public" : "private",
        },
      },
      aws_subnet: named(
        "s",
        model.subnets.map(({ cidr, ipv6 }, position) => ({
          vpc_id,
          cidr_block: cidr,
          ...(ipv6 && { ipv6_cidr_block: `2600:1f18:0:${position}::/64`, assign_ipv6_address_on_creation: true }),
        })),
      ),
      aws_route_table: named(
        "t",
        model.tables.map((one) => ({ vpc_id, ...(!separate && { route: routesOf(one) }) })),
      ),
      ...(separate && { aws_route: separateRoutes(model) }),
      aws_route_table_association: named(
        "t",
        model.subnets.flatMap(({ table: own }, position) =>
          own === undefined
            ? []
            : [{ subnet_id: `\${aws_subnet.s${position}.id}`, route_table_id: `\${aws_route_table.t${own}.id}` }],
        ),
      ),
      aws_network_acl: named(
        "n",
        model.acls.map((one, position) => ({
          vpc_id,
          subnet_ids: ids(
            "aws_subnet",
            "s",
            model.subnets.flatMap((subnet, at) => (subnet.acl === position ? [at] : [])),
          ),
          ...(!separate && { ingress: aclEntries(one.ingress), egress: aclEntries(one.egress) }),
        })),
      ),
      ...(separate && { aws_network_acl_rule: separateEntries(model) }),
      aws_security_group: named(
        "g",
        model.groups.map((rules, owner) => ({ vpc_id, ...(!separate && inlineRules(rules, owner)) })),
      ),
      ...(separate && separateRules(model)),
      aws_ecs_task_definition: { main: { family: "main", container_definitions: "[]", network_mode: "awsvpc" } },
      aws_ecs_service: { app: service("app"), worker: service("worker") },
      aws_lb: {
        main: {
          subnets: subnetIds(model.hosts.lb),
          security_groups: groupIds(model.hosts.lb),
          internal: !model.hosts.lb.isPublic,
        },
      },
      aws_db_subnet_group: { main: { name: "main", subnet_ids: subnetIds(model.hosts.db) } },
      aws_db_instance: {
        main: {
          engine: "mysql",
          db_subnet_group_name: "${aws_db_subnet_group.main.name}",
          vpc_security_group_ids: groupIds(model.hosts.db),
          publicly_accessible: model.hosts.db.isPublic,
        },
      },
      aws_elasticache_subnet_group: { main: { name: "main", subnet_ids: subnetIds(model.hosts.cache) } },
      aws_elasticache_cluster: {
        main: {
          engine: "redis",
          subnet_group_name: "${aws_elasticache_subnet_group.main.name}",
          security_group_ids: groupIds(model.hosts.cache),
        },
      },
      aws_vpc_endpoint: {
        ...(model.tables.some(({ s3 }) => s3) && {
          gateway: {
            vpc_id,
            vpc_endpoint_type: "Gateway",
            service_name: `com.amazonaws.${REGION}.s3`,
            route_table_ids: ids(
              "aws_route_table",
              "t",
              model.tables.flatMap(({ s3 }, at) => (s3 ? [at] : [])),
            ),
          },
        }),
        ...named(
          "i",
          model.endpoints.map((endpoint) => ({
            vpc_id,
            vpc_endpoint_type: "Interface",
            service_name: `com.amazonaws.${REGION}.${endpoint.service}`,
            subnet_ids: subnetIds(endpoint),
            security_group_ids: groupIds(endpoint),
            private_dns_enabled: endpoint.names !== "none",
            ...(endpoint.service === "s3" &&
              endpoint.names === "vpc" && { dns_options: { private_dns_only_for_inbound_resolver_endpoint: false } }),
          })),
        ),
      },
    },
  };
}

function routesOf({ routes, ipv6 }: Table): Json[] {
  return [
    ...routes.map(({ to, by }) => ({ cidr_block: to, ...VIA[by] })),
    ...(ipv6 ? [{ ipv6_cidr_block: "::/0", ...IPV6_VIA[ipv6] }] : []),
  ];
}

const IPV6_VIA = { igw: VIA.igw, "egress-only": { egress_only_gateway_id: "eigw-0123456789abcdef0" } } as const;

function separateRoutes({ tables }: Vpc): Json {
  return named(
    "r",
    tables.flatMap((one, position) =>
      routesOf(one).map(({ cidr_block, ipv6_cidr_block, ...via }) => ({
        route_table_id: `\${aws_route_table.t${position}.id}`,
        ...(cidr_block && { destination_cidr_block: cidr_block }),
        ...(ipv6_cidr_block && { destination_ipv6_cidr_block: ipv6_cidr_block }),
        ...via,
      })),
    ),
  );
}

function aclEntries(rules: readonly AclRule[]): Json[] {
  return rules.map(({ allow, cidr, from, to }, position) => ({
    rule_no: 100 + position,
    action: allow ? "allow" : "deny",
    protocol: "tcp",
    cidr_block: cidr,
    from_port: from,
    to_port: to,
  }));
}

function separateEntries({ acls }: Vpc): Json {
  return named(
    "e",
    acls.flatMap((one, position) =>
      (["ingress", "egress"] as const).flatMap((direction) =>
        aclEntries(one[direction]).map(({ rule_no, action, ...entry }) => ({
          ...entry,
          network_acl_id: `\${aws_network_acl.n${position}.id}`,
          rule_number: rule_no,
          rule_action: action,
          egress: direction === "egress",
        })),
      ),
    ),
  );
}

function inlineRules(rules: readonly GroupRule[], owner: number): Json {
  const of = (wanted: GroupRule["direction"]) =>
    rules
      .filter(({ direction }) => direction === wanted)
      .map(({ protocol, from, to, peer }) => ({
        protocol,
        from_port: from,
        to_port: to,
        ...(typeof peer === "string"
          ? { [peer.includes(":") ? "ipv6_cidr_blocks" : "cidr_blocks"]: [peer] }
          : peer === owner
            ? { self: true }
            : { security_groups: ids("aws_security_group", "g", [peer]) }),
      }));
  return { ingress: of("ingress"), egress: of("egress") };
}

function separateRules({ groups }: Vpc): Json {
  const of = (wanted: GroupRule["direction"]) =>
    named(
      "r",
      groups.flatMap((rules, owner) =>
        rules
          .filter(({ direction }) => direction === wanted)
          .map(({ protocol, from, to, peer }) => ({
            security_group_id: `\${aws_security_group.g${owner}.id}`,
            ip_protocol: protocol,
            ...(protocol !== "-1" && { from_port: from, to_port: to }),
            ...(typeof peer === "number"
              ? { referenced_security_group_id: `\${aws_security_group.g${peer}.id}` }
              : { [peer.includes(":") ? "cidr_ipv6" : "cidr_ipv4"]: peer }),
          })),
      ),
    );
  return {
    aws_vpc_security_group_ingress_rule: of("ingress"),
    aws_vpc_security_group_egress_rule: of("egress"),
  };
}
