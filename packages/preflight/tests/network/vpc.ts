import fc from "fast-check";

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
