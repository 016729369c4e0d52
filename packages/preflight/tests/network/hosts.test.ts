import { describe, expect, it } from "vitest";
import { load } from "../../src/graph/load.ts";
import type { Path } from "../../src/network/path.ts";
import { answerPathQuestion } from "../../src/path-question.ts";
import {
  ANY_PORT,
  acl,
  aclRule,
  change,
  otherVpc,
  PRIVATE_SUBNETS,
  withoutNat,
} from "../rules/reachability/changes.ts";
import { planOfStack } from "../support/plan.ts";
import type { Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";
import { type Change, describeRows, routeFor } from "./rows.ts";

const APP = "aws_ecs_service.app";
const DATABASE = "aws_db_instance.main";
const FUNCTION = "aws_lambda_function.main";

const peering: Change = change(otherVpc, ({ resource }) => {
  resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.other_a.id}"];
  resource.aws_vpc_peering_connection = {
    main: { vpc_id: "${aws_vpc.main.id}", peer_vpc_id: "${aws_vpc.other.id}" },
  };
});
const PEER = { vpc_peering_connection_id: "${aws_vpc_peering_connection.main.id}" };
const routeBack: Change = ({ resource }) => {
  resource.aws_default_route_table = {
    other: {
      default_route_table_id: "${aws_vpc.other.default_route_table_id}",
      route: [{ cidr_block: "10.0.0.0/16", ...PEER }],
    },
  };
};

describeRows("another VPC", [
  [
    "is not looked into, where routes lead there and back",
    APP,
    DATABASE,
    change(peering, routeFor("10.1.0.0/16", PEER), routeBack),
    "unknown",
  ],
  [
    "is not reached by a route for other addresses",
    APP,
    DATABASE,
    change(peering, routeFor("10.2.0.0/16", PEER), routeBack),
    "blocked",
    "aws_subnet.private_a aws_subnet.other_a is in another VPC, and no route leads there",
  ],
  [
    "is not reached without a route back",
    APP,
    DATABASE,
    change(peering, routeFor("10.1.0.0/16", PEER)),
    "blocked",
    "aws_subnet.other_a aws_subnet.private_a is in another VPC, and no route leads back",
  ],
  [
    "is not reached where its group lets nobody in",
    APP,
    DATABASE,
    change(peering, routeFor("10.1.0.0/16", PEER), routeBack, ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
    }),
    "blocked",
    "aws_security_group.database does not let aws_security_group.app in on 3306",
  ],
  [
    "is not reached through a network ACL that refuses the port",
    APP,
    DATABASE,
    change(
      peering,
      routeFor("10.1.0.0/16", PEER),
      routeBack,
      acl([aclRule(90, "deny", 3306, 3306), ...ANY_PORT], ANY_PORT, ["${aws_subnet.other_a.id}"]),
    ),
    "blocked",
    "aws_network_acl.main refuses port 3306 into aws_subnet.other_a (aws_security_group.app)",
  ],
]);

const detached: Change = ({ resource }) => {
  delete resource.aws_internet_gateway.main.vpc_id;
};
const regionalNat: Change = ({ resource }) => {
  resource.aws_nat_gateway.main = { vpc_id: "${aws_vpc.main.id}", availability_mode: "regional" };
};

describeRows("a regional NAT gateway", [
  ["leads to the internet gateway of its VPC, in no subnet", APP, "internet", regionalNat, "open"],
  [
    "leads nowhere in a VPC without one",
    APP,
    "internet",
    change(regionalNat, detached),
    "blocked",
    "aws_nat_gateway.main leads nowhere: aws_vpc.main has no internet gateway",
  ],
]);

/** Both private subnets have addresses of IPv6, and a route for them alone leads out. */
const ipv6: Change = change(withoutNat, ({ resource }) => {
  resource.aws_vpc.main.assign_generated_ipv6_cidr_block = true;
  for (const name of ["private_a", "private_c"])
    resource.aws_subnet[name].ipv6_cidr_block = `2600:1f18::${name.at(-1)}:0/64`;
  resource.aws_route.ipv6 = {
    route_table_id: "${aws_route_table.private.id}",
    destination_ipv6_cidr_block: "::/0",
    egress_only_gateway_id: "eigw-0123456789abcdef0",
  };
});
const inDefaultGroup =
  (more: object = {}): Change =>
  ({ resource }) => {
    resource.aws_lambda_function = {
      main: { vpc_config: { subnet_ids: PRIVATE_SUBNETS, security_group_ids: [], ...more } },
    };
  };

describeRows("a function in a subnet of both kinds of addresses", [
  ["does not use IPv6", FUNCTION, "internet", change(ipv6, inDefaultGroup()), "blocked"],
  [
    "may use it where it asks for it, by the rules of the default group",
    FUNCTION,
    "internet",
    change(ipv6, inDefaultGroup({ ipv6_allowed_for_dual_stack: true })),
    "unknown",
  ],
]);

const MOUNT_TARGET = "aws_efs_mount_target.main";
const mountTarget =
  (more: object): Change =>
  ({ resource }) => {
    const [subnet_id] = PRIVATE_SUBNETS;
    resource.aws_efs_mount_target = { main: { subnet_id, security_groups: ["${aws_security_group.app.id}"], ...more } };
    resource.aws_vpc_security_group_ingress_rule.anybody = {
      security_group_id: "${aws_security_group.app.id}",
      ip_protocol: "-1",
      cidr_ipv6: "::/0",
    };
    resource.aws_route.ipv6.gateway_id = "${aws_internet_gateway.main.id}";
    delete resource.aws_route.ipv6.egress_only_gateway_id;
  };

describeRows("a mount target in a subnet of both kinds of addresses", [
  ["has none of IPv6", "internet", MOUNT_TARGET, change(ipv6, mountTarget({})), "blocked"],
  [
    "may have one where it asks for it",
    "internet",
    MOUNT_TARGET,
    change(ipv6, mountTarget({ ip_address_type: "DUAL_STACK" })),
    "unknown",
  ],
  [
    "is not reached over IPv6 without an internet gateway",
    "internet",
    MOUNT_TARGET,
    change(ipv6, mountTarget({ ip_address_type: "DUAL_STACK" }), detached),
    "blocked",
  ],
]);

const listNamed =
  (name: string) =>
  (target: object, ...cidrs: string[]): Change =>
  ({ resource }) => {
    resource.aws_ec2_managed_prefix_list ??= {};
    resource.aws_ec2_managed_prefix_list[name] = { entry: cidrs.map((cidr) => ({ cidr })) };
    resource.aws_route[name] = {
      route_table_id: "${aws_route_table.private.id}",
      destination_prefix_list_id: `\${aws_ec2_managed_prefix_list.${name}.id}`,
      ...target,
    };
  };
const [toList, otherList] = [listNamed("main"), listNamed("other")];
const entry =
  (prefix_list_id: string, cidr: string): Change =>
  ({ resource }) => {
    resource.aws_ec2_managed_prefix_list_entry = { main: { prefix_list_id, cidr } };
  };
const elsewhere: Change = ({ resource }) => {
  resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.id}"];
};
const NAT = { nat_gateway_id: "${aws_nat_gateway.main.id}" };
const VPN = { gateway_id: "vgw-0123456789abcdef0" };

describeRows("a route for a prefix list", [
  [
    "is a route for each of its blocks",
    APP,
    "internet",
    change(withoutNat, toList(NAT, "0.0.0.0/1", "128.0.0.0/1")),
    "open",
  ],
  ["changes nothing for other addresses", APP, "internet", toList(VPN, "10.20.0.0/16"), "open"],
  ["leads nowhere else", APP, "internet", change(withoutNat, toList(NAT, "10.20.0.0/16")), "blocked"],
  ["goes behind a route for the same block", APP, "internet", toList(VPN, "0.0.0.0/0"), "open"],
  ["goes behind the local route", APP, DATABASE, change(elsewhere, toList(VPN, "10.0.0.0/16")), "open"],
  ["goes before it where it is more specific", APP, DATABASE, change(elsewhere, toList(VPN, "10.0.0.0/17")), "unknown"],
  [
    "may lead either way where another list has its block",
    APP,
    "internet",
    change(withoutNat, toList(NAT, "0.0.0.0/0"), otherList(VPN, "0.0.0.0/0")),
    "unknown",
  ],
  [
    "leads where another list leads too",
    APP,
    "internet",
    change(withoutNat, toList(NAT, "0.0.0.0/0"), otherList(NAT, "0.0.0.0/0")),
    "open",
  ],
  [
    "is one for blocks that are resources of their own, too",
    APP,
    "internet",
    change(withoutNat, toList(NAT, "0.0.0.0/1"), entry("${aws_ec2_managed_prefix_list.main.id}", "128.0.0.0/1")),
    "open",
  ],
  [
    "may have blocks that are for a list that can't be known",
    APP,
    "internet",
    change(withoutNat, toList(NAT, "10.20.0.0/16"), entry("${var.list}", "0.0.0.0/0")),
    "unknown",
  ],
  [
    "may lead anywhere where its blocks can't be known",
    APP,
    "internet",
    change(withoutNat, toList(NAT, "${data.aws_vpc.other.cidr_block}")),
    "unknown",
  ],
]);

const cluster =
  (one: boolean, other: boolean): Change =>
  ({ resource }) => {
    resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.id}"];
    resource.aws_vpc_security_group_ingress_rule.database_from_app.cidr_ipv4 = "0.0.0.0/0";
    delete resource.aws_vpc_security_group_ingress_rule.database_from_app.referenced_security_group_id;
    resource.aws_rds_cluster = {
      main: {
        engine: "aurora-mysql",
        db_subnet_group_name: "${aws_db_subnet_group.main.name}",
        vpc_security_group_ids: ["${aws_security_group.database.id}"],
      },
    };
    const instance = (publicly_accessible: boolean) => ({
      cluster_identifier: "${aws_rds_cluster.main.id}",
      engine: "aurora-mysql",
      publicly_accessible,
    });
    resource.aws_rds_cluster_instance = { one: instance(one), other: instance(other) };
  };

describeRows("a cluster of databases, from the internet", [
  ["is reached where all of its instances are", "internet", "aws_rds_cluster.main", cluster(true, true), "open"],
  ["is not reached where none is", "internet", "aws_rds_cluster.main", cluster(false, false), "blocked"],
  ["may be reached where some are", "internet", "aws_rds_cluster.main", cluster(true, false), "unknown"],
  ["is reached by an instance that is", "internet", "aws_rds_cluster_instance.one", cluster(true, false), "open"],
  [
    "is not reached by an instance that is not",
    "internet",
    "aws_rds_cluster_instance.other",
    cluster(true, false),
    "blocked",
    "aws_rds_cluster_instance.other has no public address",
  ],
]);

describe("a prefix list that is looked up", () => {
  it.each<[string, string[] | undefined, Path["verdict"]]>([
    ["lets its blocks in, which a plan has", ["10.0.10.0/23"], "open"],
    ["lets no others in", ["192.168.0.0/16"], "blocked"],
    ["is not known without them", undefined, "unknown"],
  ])("%s", async (_, cidrs, verdict) => {
    const stack = workingStack();
    stack.data.aws_ec2_managed_prefix_list = { office: { name: "office" } };
    const rule = stack.resource.aws_vpc_security_group_ingress_rule.database_from_app;
    delete rule.referenced_security_group_id;
    rule.prefix_list_id = "${data.aws_ec2_managed_prefix_list.office.id}";
    const plan = planOfStack(stack);
    const found = plan.prior_state.values.root_module.resources.find(
      ({ type }: Json) => type === "aws_ec2_managed_prefix_list",
    );
    Object.assign(found.values, { name: "office", entries: cidrs?.map((cidr) => ({ cidr, description: "" })) });
    expect(answerPathQuestion(await load(plan, "plan.json"), APP, DATABASE).verdict).toBe(verdict);
  });
});
