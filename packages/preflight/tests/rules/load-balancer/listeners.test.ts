import { describe, expect, it } from "vitest";
import { describeRule, findingsOf } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";
import { forward, pathRule } from "./stack.ts";

/** Conditions of some values each. */
const conditions = (...counts: number[]) =>
  counts.map((count) => ({ path_pattern: { values: Array.from({ length: count }, (_, index) => `/${index}`) } }));

describeRule("LB-007", {
  "two rules with one priority": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { first: pathRule(10), second: pathRule("10") };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { first: pathRule(10), second: pathRule(20), third: pathRule(undefined) };
    },
    says: "aws_lb_listener_rule.second has priority = 10, like aws_lb_listener_rule.first of the same listener. Give each rule a different priority.",
  },
  "two rules with one priority, unless they belong to two listeners": {
    bad: ({ resource }) => {
      resource.aws_alb_listener_rule = { first: pathRule(10) };
      resource.aws_lb_listener_rule = { second: pathRule(10) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.other = { ...resource.aws_lb_listener.https, port: 8443 };
      resource.aws_lb_listener_rule = {
        first: pathRule(10),
        second: pathRule(10, forward, { listener_arn: "${aws_lb_listener.other.arn}" }),
      };
    },
    says: "aws_alb_listener_rule.first has priority = 10, like aws_lb_listener_rule.second of the same listener. Give each rule a different priority.",
  },
  "instances with one priority": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { each: pathRule(10, forward, { count: 2 }) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { each: pathRule("${10 + count.index}", forward, { count: 2 }) };
    },
    says: "aws_lb_listener_rule.each[1] has priority = 10, like aws_lb_listener_rule.each[0] of the same listener. Give each rule a different priority.",
  },
});

describeRule("LB-008", {
  "two listeners on one port": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.twice = { ...resource.aws_lb_listener.https, port: "443", alpn_policy: "None" };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.twice = { ...resource.aws_lb_listener.https, port: 8443 };
    },
    says: "aws_lb_listener.twice listens on port 443 of aws_lb.main, like aws_lb_listener.https. Keep one of the two listeners.",
  },
  "two listeners on one port, unless of two load balancers": {
    bad: ({ resource }) => {
      resource.aws_alb_listener = { twice: { ...resource.aws_lb_listener.https, protocol: "HTTP" } };
    },
    good: ({ resource }) => {
      resource.aws_lb.other = { ...resource.aws_lb.main, name: "other" };
      resource.aws_lb_listener.twice = { ...resource.aws_lb_listener.https, load_balancer_arn: "${aws_lb.other.arn}" };
    },
    says: "aws_alb_listener.twice listens on port 443 of aws_lb.main, like aws_lb_listener.https. Keep one of the two listeners.",
  },
});

describe("LB-008", () => {
  it("only warns of two listeners that are one, since they differ in their tags only", async () => {
    const stack = workingStack();
    const { https } = stack.resource.aws_lb_listener;
    stack.resource.aws_lb_listener.twice = { ...https, tags: { team: "shop" } };
    const found = await findingsOf(stack);
    expect(found.map(({ id, severity, message }) => `${severity} ${id} ${message}`)).toEqual([
      "warning LB-008 listens on port 443 of aws_lb.main, like aws_lb_listener.https, with the same settings.",
    ]);
  });
});

describeRule("LB-012", {
  "six paths": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: conditions(6) }) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: conditions(5) }) };
    },
    says: "aws_lb_listener_rule.all has 6 condition values. Split it into rules of five values or fewer.",
  },
  "six values of two conditions": {
    bad: ({ resource }) => {
      const host = { host_header: { values: ["a.example.com"] } };
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: [...conditions(5), host] }) };
    },
    good: ({ resource }) => {
      const host = { host_header: { values: ["a.example.com"] } };
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: [...conditions(4), host] }) };
    },
    says: "aws_lb_listener_rule.all has 6 condition values. Split it into rules of five values or fewer.",
  },
});

describeRule("LB-017", {
  "a rule without a condition": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: [] }) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = {
        all: {
          ...pathRule(10),
          dynamic: { condition: { for_each: "${var.paths}", content: { path_pattern: { values: ["/"] } } } },
        },
      };
      delete resource.aws_lb_listener_rule.all.condition;
    },
    says: "aws_lb_listener_rule.all has no condition. Add a condition, such as path_pattern.",
  },
  "a priority that is too high": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(50001) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(50000) };
    },
    says: "aws_lb_listener_rule.all has priority = 50001. Write a number from 1 to 50000.",
  },
  "a priority of 0": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(0) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(1) };
    },
    says: "aws_lb_listener_rule.all has priority = 0. Write a number from 1 to 50000.",
  },
});
