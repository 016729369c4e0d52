import type { Json } from "../support/rules.ts";
import type { AclRule, Gateway, GroupRule, Table, Vpc } from "./vpc.ts";

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
