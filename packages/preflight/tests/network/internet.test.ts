import { describe, expect, it } from "vitest";
import type { Path } from "../../src/network/path.ts";
import {
  ANY_PORT,
  acl,
  aclRule,
  change,
  otherVpc,
  PRIVATE_SUBNETS,
  withoutNat,
} from "../rules/reachability/changes.ts";
import { findingsOf, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";
import { ask, type Change, describeRows, routeFor } from "./rows.ts";

const APP = "aws_ecs_service.app";
const LB = "aws_lb.main";
const DATABASE = "aws_db_instance.main";
const PUBLIC_SUBNETS = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.id}"];

const answersIn = (...rules: object[]) => acl(rules, ANY_PORT);

describeRows("single refused ports of a network ACL", [
  [
    "stop nothing of a NAT gateway",
    APP,
    "internet",
    acl([aclRule(90, "deny", 3389, 3389), ...ANY_PORT], ANY_PORT, PUBLIC_SUBNETS),
    "open",
  ],
  ["stop nothing of a task", APP, "internet", answersIn(aclRule(90, "deny", 40000, 40000), ...ANY_PORT), "open"],
  [
    "that are many stop their share",
    APP,
    "internet",
    answersIn(aclRule(90, "deny", 32768, 49151), ...ANY_PORT),
    "blocked",
    "aws_network_acl.main refuses 58 % of ports 32768–60999 into aws_subnet.private_a (answers of the internet)",
  ],
  [
    "stop a connection to that port",
    APP,
    DATABASE,
    acl([aclRule(90, "deny", 3306, 3306), ...ANY_PORT], ANY_PORT, ["${aws_subnet.private_c.id}"]),
    "blocked",
    "aws_network_acl.main refuses port 3306 into aws_subnet.private_c (aws_security_group.app)",
  ],
]);

const linuxPorts = [aclRule(100, "allow", 1, 30000), aclRule(110, "allow", 32768, 60999)];

describeRows("the ports that a client takes answers on", [
  ["are those of Linux for a task", APP, "internet", acl(linuxPorts, ANY_PORT), "open"],
  [
    "are others for a task on Windows",
    APP,
    "internet",
    change(acl(linuxPorts, ANY_PORT), ({ resource }) => {
      resource.aws_ecs_task_definition.app.runtime_platform = { operating_system_family: "WINDOWS_SERVER_2022_CORE" };
    }),
    "blocked",
    "aws_network_acl.main refuses 28 % of ports 49152–65535 into aws_subnet.private_a (answers of the internet)",
  ],
  [
    "are more for a NAT gateway",
    APP,
    "internet",
    acl([aclRule(100, "allow", 443, 443), aclRule(110, "allow", 32768, 60999)], ANY_PORT, PUBLIC_SUBNETS),
    "blocked",
    "aws_network_acl.main refuses 56 % of ports 1024–65535 into aws_subnet.public_a (answers of the internet)",
  ],
  [
    "are more for a load balancer",
    LB,
    "aws_ecs_service.nginx:8080",
    acl(ANY_PORT, linuxPorts),
    "blocked",
    "aws_network_acl.main refuses 11 % of ports 1024–65535 out of aws_subnet.private_a (answers to aws_security_group.alb)",
  ],
  [
    "are any for people on the internet",
    "internet",
    LB,
    acl(ANY_PORT, [aclRule(100, "allow", 32768, 60999), aclRule(110, "allow", 8080, 8080)], PUBLIC_SUBNETS),
    "blocked",
    "aws_network_acl.main refuses 56 % of ports 1024–65535 out of aws_subnet.public_a (answers to the internet)",
  ],
  [
    "reach people on the internet from 1024 on",
    "internet",
    LB,
    acl(ANY_PORT, [aclRule(100, "allow", 1024, 65535)], PUBLIC_SUBNETS),
    "open",
  ],
]);

describe("what a network ACL refuses of the answers", () => {
  it.each([
    ["is a warning where some connections pass", aclRule(90, "deny", 32768, 49151), ["warning"]],
    ["is an error where none does", aclRule(90, "deny", 32768, 60999), ["error"]],
    ["is nothing where it is a single port", aclRule(90, "deny", 40000, 40000), []],
  ])("%s", async (_, rule, severities) => {
    const stack = workingStack();
    answersIn(rule, ...ANY_PORT)(stack);
    const findings = (await findingsOf(stack)).filter(({ id }) => id === "NET-101");
    expect([...new Set(findings.map(({ severity }) => severity))]).toEqual(severities);
  });
});

const publicTask: Change = ({ resource }) => {
  Object.assign(resource.aws_ecs_service.app.network_configuration, {
    subnets: PUBLIC_SUBNETS,
    assign_public_ip: true,
  });
  resource.aws_vpc_security_group_ingress_rule.app_from_nginx.cidr_ipv4 = "0.0.0.0/0";
  delete resource.aws_vpc_security_group_ingress_rule.app_from_nginx.referenced_security_group_id;
};
const publicDatabase: Change = ({ resource }) => {
  resource.aws_db_instance.main.publicly_accessible = true;
  resource.aws_db_subnet_group.main.subnet_ids = PUBLIC_SUBNETS;
  const rule = resource.aws_vpc_security_group_ingress_rule.database_from_app;
  delete rule.referenced_security_group_id;
  rule.cidr_ipv4 = "0.0.0.0/0";
};

describeRows("the internet", [
  ["reaches a load balancer that faces it", "internet", LB, () => {}, "open"],
  [
    "does not reach an internal one",
    "internet",
    LB,
    ({ resource }) => {
      resource.aws_lb.main.internal = true;
    },
    "blocked",
    "aws_lb.main is internal: it has private addresses only",
  ],
  ["reaches a task with a public address", "internet", `${APP}:3000`, publicTask, "open"],
  [
    "does not reach one without",
    "internet",
    APP,
    change(publicTask, ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.assign_public_ip = false;
    }),
    "blocked",
    "aws_ecs_service.app has no public address",
  ],
  ["reaches a database that is publicly accessible", "internet", DATABASE, publicDatabase, "open"],
  [
    "does not reach one that is not",
    "internet",
    DATABASE,
    change(publicDatabase, ({ resource }) => {
      resource.aws_db_instance.main.publicly_accessible = false;
    }),
    "blocked",
    "aws_db_instance.main has no public address",
  ],
  [
    "does not reach a cache",
    "internet",
    "aws_elasticache_replication_group.main",
    () => {},
    "blocked",
    "aws_elasticache_replication_group.main has no public address",
  ],
]);

describeRows("a load balancer that faces the internet, from a task", [
  ["is reached through a NAT gateway", APP, LB, () => {}, "open"],
  [
    "is not reached without one",
    APP,
    LB,
    withoutNat,
    "blocked",
    "aws_route_table.private has no route out of aws_subnet.private_a to the public addresses of aws_lb.main",
  ],
  [
    "does not know the group of the task",
    APP,
    LB,
    ({ resource }) => {
      const rule = resource.aws_vpc_security_group_ingress_rule.alb_from_internet;
      delete rule.cidr_ipv4;
      rule.referenced_security_group_id = "${aws_security_group.app.id}";
    },
    "blocked",
    "aws_security_group.alb lets no public address in on 443",
  ],
  [
    "is reached inside the VPC where it is internal",
    APP,
    LB,
    change(withoutNat, ({ resource }) => {
      resource.aws_lb.main.internal = true;
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "10.0.0.0/16";
    }),
    "open",
  ],
]);

const ipv6: Change = ({ resource }) => {
  for (const name of ["private_a", "private_c"])
    resource.aws_subnet[name].ipv6_cidr_block = `2600:1f18::${name.at(-1)}:0/64`;
  resource.aws_route.ipv6 = {
    route_table_id: "${aws_route_table.private.id}",
    destination_ipv6_cidr_block: "::/0",
    egress_only_gateway_id: "eigw-0123456789abcdef0",
  };
  resource.aws_vpc_security_group_egress_rule.app_to_ipv6 = {
    security_group_id: "${aws_security_group.app.id}",
    ip_protocol: "-1",
    cidr_ipv6: "::/0",
  };
};

describeRows("a way over IPv6 alone", [
  ["is not known, where all of it may be there", APP, "ecr.api", change(withoutNat, ipv6, noEndpoints), "unknown"],
  [
    "is none without addresses of IPv6",
    APP,
    "ecr.api",
    change(withoutNat, ipv6, noEndpoints, ({ resource }) => {
      for (const name of ["private_a", "private_c"]) delete resource.aws_subnet[name].ipv6_cidr_block;
    }),
    "blocked",
  ],
  [
    "is none without a rule for IPv6",
    APP,
    "ecr.api",
    change(withoutNat, ipv6, noEndpoints, ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_ipv6;
    }),
    "blocked",
  ],
  [
    "is none through a network ACL without rules for IPv6",
    APP,
    "ecr.api",
    change(withoutNat, ipv6, noEndpoints, acl(ANY_PORT, ANY_PORT)),
    "blocked",
  ],
  [
    "is not known from a subnet of IPv6 alone",
    APP,
    "internet",
    change(ipv6, ({ resource }) => {
      for (const name of ["private_a", "private_c"]) {
        delete resource.aws_subnet[name].cidr_block;
        resource.aws_subnet[name].ipv6_native = true;
      }
    }),
    "unknown",
  ],
  [
    "does not count for a load balancer of IPv4",
    "internet",
    LB,
    ({ resource }) => {
      const rule = resource.aws_vpc_security_group_ingress_rule.alb_from_internet;
      delete rule.cidr_ipv4;
      rule.cidr_ipv6 = "::/0";
    },
    "blocked",
    "aws_security_group.alb lets nothing in on 443",
  ],
  [
    "is not known for one of both",
    "internet",
    LB,
    ({ resource }) => {
      const rule = resource.aws_vpc_security_group_ingress_rule.alb_from_internet;
      delete rule.cidr_ipv4;
      rule.cidr_ipv6 = "::/0";
      resource.aws_lb.main.ip_address_type = "dualstack";
      for (const name of ["public_a", "public_c"]) resource.aws_subnet[name].assign_ipv6_address_on_creation = true;
      resource.aws_route.public_ipv6 = {
        route_table_id: "${aws_route_table.public.id}",
        destination_ipv6_cidr_block: "::/0",
        gateway_id: "${aws_internet_gateway.main.id}",
      };
    },
    "unknown",
  ],
]);

function noEndpoints({ resource }: Json): void {
  for (const name of ["ecr_api", "ecr_dkr"]) delete resource.aws_vpc_endpoint[name];
}

const s3Interface =
  (more: Json): Change =>
  ({ resource }) => {
    resource.aws_vpc_endpoint.s3_names = {
      ...resource.aws_vpc_endpoint.ecr_api,
      service_name: "com.amazonaws.ap-northeast-1.s3",
      security_group_ids: ["${aws_security_group.cache.id}"], // which lets nothing in on 443
      ...more,
    };
  };

describeRows("S3 with endpoints of both kinds", [
  ["is reached through the gateway by default", APP, "s3", s3Interface({}), "open"],
  [
    "is reached through the gateway where private DNS is for resolvers",
    APP,
    "s3",
    s3Interface({ dns_options: { private_dns_only_for_inbound_resolver_endpoint: true } }),
    "open",
  ],
  [
    "is where its names lead, where private DNS is for the whole VPC",
    APP,
    "s3",
    s3Interface({ dns_options: { private_dns_only_for_inbound_resolver_endpoint: false } }),
    "blocked",
    "aws_security_group.cache does not let aws_security_group.app in on 443",
  ],
  [
    "is for the whole VPC where options are written without it",
    APP,
    "s3",
    s3Interface({ dns_options: { dns_record_ip_type: "ipv4" } }),
    "blocked",
  ],
  [
    "is reached through the gateway without private DNS",
    APP,
    "s3",
    s3Interface({ private_dns_enabled: false }),
    "open",
  ],
]);

const FIREWALL = { vpc_endpoint_id: "vpce-0123456789abcdef0" };
const databaseElsewhere: Change = ({ resource }) => {
  resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.id}"];
};

const withoutHostnames: Change = change(withoutNat, ({ resource }) => {
  delete resource.aws_vpc.main.enable_dns_hostnames;
});

describeRows("an interface endpoint with private DNS", [
  ["is where the names of its service lead", "aws_ecs_service.nginx", "ecr.api", withoutNat, "open"],
  [
    "is no way where the VPC has no DNS hostnames, which is the default",
    APP,
    "logs",
    withoutHostnames,
    "blocked",
    "aws_route_table.private has no route out of aws_subnet.private_a to logs (aws_vpc_endpoint.logs is there, but aws_vpc.main has its DNS support or DNS hostnames off)",
  ],
]);

describeRows("an internet gateway", [
  [
    "serves no VPC but the one that it is attached to",
    "internet",
    LB,
    change(otherVpc, ({ resource }) => {
      resource.aws_internet_gateway.main.vpc_id = "${aws_vpc.other.id}";
    }),
    "blocked",
    "aws_route_table.public routes aws_subnet.public_a to aws_internet_gateway.main, which is not attached to the VPC of aws_subnet.public_a",
  ],
]);

const mail =
  (port: number): Change =>
  ({ resource }) => {
    Object.assign(resource.aws_vpc_security_group_egress_rule.app_to_internet, { from_port: port, to_port: port });
  };

describeRows("mail to the internet", [
  [
    "may be stopped by AWS on the port that servers use",
    APP,
    "internet:25",
    mail(25),
    "unknown",
    "AWS lets nothing out to public addresses on 25, unless the account has asked for it",
  ],
  ["leaves on the port for programs", APP, "internet:587", mail(587), "open"],
]);

const throughVpn =
  (...gateways: object[]): Change =>
  ({ resource }) => {
    resource.aws_route.internet = { ...resource.aws_route.internet, gateway_id: "vgw-0123456789abcdef0" };
    resource.aws_internet_gateway = Object.fromEntries(gateways.map((gateway, index) => [`g${index}`, gateway]));
  };

describeRows("a VPC without an internet gateway", [
  [
    "is not entered, whatever takes the answers",
    "internet",
    LB,
    throughVpn({ tags: { Name: "not attached" } }),
    "blocked",
    "aws_vpc.main has no internet gateway, and aws_lb.main stands in it",
  ],
  ["is not known for one where it may be", "internet", LB, throughVpn({ vpc_id: "${var.vpc}" }), "unknown"],
  [
    "is another than one whose answers go elsewhere",
    "internet",
    LB,
    throughVpn({ vpc_id: "${aws_vpc.main.id}" }),
    "unknown",
  ],
]);

describeRows("a route inside the VPC", [
  [
    "that is more specific than the local one leads to something else",
    APP,
    DATABASE,
    change(databaseElsewhere, routeFor("10.0.0.0/24", FIREWALL)),
    "unknown",
    "aws_route_table.private takes packets for aws_subnet.public_a to something that can't be looked into",
  ],
  [
    "that is more specific takes the answers too",
    APP,
    DATABASE,
    change(databaseElsewhere, routeFor("10.0.10.0/24", FIREWALL, "public")),
    "unknown",
  ],
  [
    "that is more specific takes the answers of a NAT gateway",
    APP,
    "internet",
    routeFor("10.0.10.0/23", FIREWALL, "public"),
    "unknown",
    "aws_route_table.public takes packets for aws_subnet.private_a to something that can't be looked into",
  ],
  ["that is wider stays local", APP, DATABASE, change(databaseElsewhere, routeFor("10.0.0.0/8", FIREWALL)), "open"],
  [
    "for other subnets changes nothing",
    APP,
    DATABASE,
    change(databaseElsewhere, routeFor("10.0.99.0/24", FIREWALL)),
    "open",
  ],
  [
    "that says local is local",
    APP,
    DATABASE,
    change(databaseElsewhere, routeFor("10.0.0.0/16", { gateway_id: "local" })),
    "open",
  ],
]);

const groupOfEndpoint =
  (more: Json): Change =>
  ({ resource }) => {
    delete resource.aws_vpc_endpoint.ecr_api.security_group_ids;
    resource.aws_vpc_endpoint_security_group_association = {
      main: {
        vpc_endpoint_id: "${aws_vpc_endpoint.ecr_api.id}",
        security_group_id: "${aws_security_group.cache.id}",
        ...more,
      },
    };
    resource.aws_default_security_group = {
      main: {
        vpc_id: "${aws_vpc.main.id}",
        ingress: [{ protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["10.0.0.0/16"] }],
      },
    };
  };

describeRows("a group that an association gives an endpoint", [
  ["is there beside the default group", APP, "ecr.api", groupOfEndpoint({}), "open"],
  [
    "takes the place of the default group where it says so",
    APP,
    "ecr.api",
    groupOfEndpoint({ replace_default_association: true }),
    "blocked",
    "aws_security_group.cache does not let aws_security_group.app in on 443",
  ],
]);

const NAT = { nat_gateway_id: "${aws_nat_gateway.main.id}" };
const halves = change(withoutNat, routeFor("0.0.0.0/1", NAT), routeFor("128.0.0.0/1", NAT));
const egress =
  (...blocks: string[]): Change =>
  ({ resource }) => {
    delete resource.aws_vpc_security_group_egress_rule.app_to_internet;
    for (const [index, cidr_ipv4] of blocks.entries())
      resource.aws_vpc_security_group_egress_rule[`app_to_${index}`] = {
        security_group_id: "${aws_security_group.app.id}",
        ip_protocol: "tcp",
        from_port: 443,
        to_port: 443,
        cidr_ipv4,
      };
  };

describeRows("parts of the internet", [
  ["are added up in routes", APP, "internet", halves, "open"],
  [
    "are not all of it where one is missing",
    APP,
    "internet",
    change(withoutNat, routeFor("0.0.0.0/1", NAT)),
    "unknown",
  ],
  [
    "that lead nowhere lead nowhere together",
    APP,
    "internet",
    change(halves, ({ resource }) => {
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.private_c.id}";
    }),
    "blocked",
  ],
  ["are added up in groups", APP, "internet", egress("0.0.0.0/1", "128.0.0.0/1"), "open"],
  ["are a part in groups", APP, "internet", egress("0.0.0.0/1"), "unknown"],
  [
    "are added up in ACLs",
    APP,
    "internet",
    answersIn(aclRule(100, "allow", 0, 65535, "0.0.0.0/1"), aclRule(110, "allow", 0, 65535, "128.0.0.0/1")),
    "open",
  ],
  [
    "that are small change nothing, such as a network of one's own behind a VPN",
    APP,
    "internet",
    routeFor("203.0.113.0/24", { gateway_id: "vgw-0123456789abcdef0" }),
    "open",
  ],
  [
    "that a group lets in and no route leads to are none",
    "internet",
    LB,
    change(({ resource }) => {
      resource.aws_route.internet.destination_cidr_block = "128.0.0.0/1";
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "52.0.0.0/8";
    }),
    "blocked",
  ],
]);

describe("a rule for a part of a subnet", () => {
  it.each<[string, Change, Path["verdict"]]>([
    ["lets some of it in", subnetPart("10.0.10.0/25"), "unknown"],
    ["lets all of it in with the other part", subnetPart("10.0.10.0/25", "10.0.10.128/25"), "open"],
    ["lets none of it in where it is another's", subnetPart("10.0.99.0/25"), "blocked"],
  ])("%s", async (_, edit, verdict) => {
    expect((await ask(APP, DATABASE, edit)).verdict).toBe(verdict);
  });

  function subnetPart(...blocks: string[]): Change {
    return ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.subnets = PRIVATE_SUBNETS.slice(0, 1);
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
      for (const [index, cidr_ipv4] of blocks.entries())
        resource.aws_vpc_security_group_ingress_rule[`database_${index}`] = {
          security_group_id: "${aws_security_group.database.id}",
          ip_protocol: "tcp",
          from_port: 3306,
          to_port: 3306,
          cidr_ipv4,
        };
    };
  }
});
