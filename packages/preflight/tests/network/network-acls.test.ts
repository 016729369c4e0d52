import { describe, expect, it } from "vitest";
import { ANY_PORT, acl, aclRule, change } from "../rules/reachability/changes.ts";
import { findingsOf } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";
import { describeRows } from "./rows.ts";

const APP = "aws_ecs_service.app";
const LB = "aws_lb.main";
const DATABASE = "aws_db_instance.main";
const PUBLIC_SUBNETS = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.id}"];
const answersIn = (...rules: object[]) => acl(rules, ANY_PORT);
const linuxPorts = [aclRule(100, "allow", 1, 30000), aclRule(110, "allow", 32768, 60999)];

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
