import { describe, expect, it } from "vitest";
import type { Path } from "../../src/network/path.ts";
import { change, PRIVATE_SUBNETS } from "../rules/reachability/changes.ts";
import { ask, type Change, describeRows, routeFor } from "./rows.ts";

const APP = "aws_ecs_service.app";
const DATABASE = "aws_db_instance.main";
const FIREWALL = { vpc_endpoint_id: "vpce-0123456789abcdef0" };
const databaseElsewhere: Change = ({ resource }) => {
  resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.id}"];
};

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
