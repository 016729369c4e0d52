import { describe, expect, it } from "vitest";
import type { Json } from "../../preflight/tests/support/rules.ts";
import { reviewDrift } from "../src/review.ts";
import { change, parsed } from "./support/review.ts";

/** A plan whose state has these objects, and of which these have drifted. @param written arguments by address */
function driftOf(objects: Json, drift: readonly Json[], written: Json = {}) {
  const resources = Object.entries<Json>(objects).map(([address, values]) => ({ ...named(address), values }));
  const configuration = Object.entries<Json>(written).map(([address, expressions]) => ({
    ...named(address),
    expressions,
  }));
  const plan = {
    format_version: "1.2",
    complete: true,
    planned_values: { root_module: { resources } },
    configuration: { root_module: { resources: configuration } },
    resource_changes: [],
    resource_drift: drift,
  };
  return reviewDrift(parsed(plan)).map(({ address, kind, differences }) =>
    kind === "delete" ? `${address} is gone` : `${address} ${differences.map(({ path }) => path).join(" ")}`,
  );
}

function named(address: string) {
  const [type = "", name = ""] = address.split(".");
  return { address, mode: "managed", type, name };
}

const rule = (port: number, cidr: string) => ({
  from_port: port,
  to_port: port,
  protocol: "tcp",
  cidr_blocks: [cidr],
  ipv6_cidr_blocks: [],
  prefix_list_ids: [],
  security_groups: [],
  self: false,
  description: "",
});
const ownRule = (port: number, cidr: string) => ({
  security_group_id: "sg-1",
  from_port: port,
  to_port: port,
  ip_protocol: "tcp",
  cidr_ipv4: cidr,
});
const group = (...ingress: Json[]) => ({ id: "sg-1", ingress });
const OWN_RULE = { "aws_vpc_security_group_ingress_rule.a": ownRule(443, "0.0.0.0/0") };

describe("what the stack's own apply has made is no drift", () => {
  it.each<[string, Json, Json, Json]>([
    ["rules of a group", OWN_RULE, group(), group(rule(443, "0.0.0.0/0"))],
    ["a rule that it has changed", OWN_RULE, group(rule(80, "0.0.0.0/0")), group(rule(443, "0.0.0.0/0"))],
    [
      "routes of a table",
      { "aws_route.a": { route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0", gateway_id: "igw-1" } },
      { id: "rtb-1", route: [] },
      { id: "rtb-1", route: [{ cidr_block: "0.0.0.0/0", gateway_id: "igw-1" }] },
    ],
    [
      "the policy of a role",
      { "aws_iam_role_policy.a": { role: "app", name: "run", policy: "{}" } },
      { id: "app", name: "app", inline_policy: [] },
      { id: "app", name: "app", inline_policy: [{ name: "run", policy: "{}" }] },
    ],
    [
      "settings of a bucket",
      {
        "aws_s3_bucket_policy.a": { bucket: "logs", policy: "{}" },
        "aws_s3_bucket_versioning.a": { bucket: "logs", versioning_configuration: [{ status: "Enabled" }] },
      },
      { id: "logs", bucket: "logs", policy: "", versioning: [{ enabled: false }] },
      { id: "logs", bucket: "logs", policy: "{ }", versioning: [{ enabled: true }] },
    ],
    [
      "what others have to say of it",
      {
        "aws_nat_gateway.a": { allocation_id: "eip-1", association_id: "eipassoc-1", private_ip: "10.0.0.5" },
        "aws_lb_listener.a": { load_balancer_arn: "arn:lb", default_action: [{ target_group_arn: "eip-1" }] },
      },
      { id: "eip-1", association_id: "", private_ip: "", load_balancer_arns: [] },
      { id: "eip-1", association_id: "eipassoc-1", private_ip: "10.0.0.5", load_balancer_arns: ["arn:lb"] },
    ],
    [
      "the number of tasks, within the limits of its scaling",
      { "aws_appautoscaling_target.a": { resource_id: "service/main/app", min_capacity: 1, max_capacity: 4 } },
      { id: "arn:aws:ecs:r:1:service/main/app", desired_count: 1 },
      { id: "arn:aws:ecs:r:1:service/main/app", desired_count: 3 },
    ],
    [
      "what AWS counts, and defaults that it tells",
      {},
      { id: "a", estimated_number_of_users: 0, private_dns: null, encrypted: null },
      { id: "a", estimated_number_of_users: 5, private_dns: "ip-10-0-0-5", encrypted: false },
    ],
  ])("%s", (_, others, before, after) => {
    const address = `${typeOf(before)}.a`;
    expect(driftOf({ [address]: after, ...others }, [change(address, before, after)])).toEqual([]);
  });
});

describe("what others have changed is drift", () => {
  it.each<[string, Json, Json, Json, string]>([
    ["a rule beside its own", OWN_RULE, group(), group(rule(443, "0.0.0.0/0"), rule(22, "0.0.0.0/0")), "ingress"],
    [
      "an address more in a rule of its own",
      OWN_RULE,
      group(),
      group({ ...rule(443, "0.0.0.0/0"), cidr_blocks: ["0.0.0.0/0", "10.0.0.0/8"] }),
      "ingress",
    ],
    ["a rule of a group that has none of its own", {}, group(), group(rule(22, "0.0.0.0/0")), "ingress"],
    [
      "a policy beside its own",
      { "aws_iam_role_policy.a": { role: "app", name: "run", policy: "{}" } },
      { id: "app", name: "app", inline_policy: [] },
      { id: "app", name: "app", inline_policy: [{ name: "rogue", policy: "{}" }] },
      "inline_policy",
    ],
    [
      "the policy of a bucket that it gives none",
      { "aws_s3_bucket_policy.a": { bucket: "other", policy: "{}" } },
      { id: "logs", bucket: "logs", policy: "" },
      { id: "logs", bucket: "logs", policy: "{}" },
      "policy",
    ],
    [
      "a load balancer that is not its own",
      { "aws_lb_listener.a": { load_balancer_arn: "arn:lb", default_action: [{ target_group_arn: "tg" }] } },
      { id: "tg", load_balancer_arns: ["arn:lb"] },
      { id: "tg", load_balancer_arns: ["arn:lb", "arn:rogue"] },
      "load_balancer_arns",
    ],
    [
      "a number of tasks beyond the limits of its scaling",
      { "aws_appautoscaling_target.a": { resource_id: "service/main/app", min_capacity: 1, max_capacity: 4 } },
      { id: "arn:aws:ecs:r:1:service/main/app", desired_count: 1 },
      { id: "arn:aws:ecs:r:1:service/main/app", desired_count: 0 },
      "desired_count",
    ],
    ["a setting", {}, { id: "a", multi_az: false }, { id: "a", multi_az: true }, "multi_az"],
    ["a setting that was never set", {}, { id: "a", encrypted: null }, { id: "a", encrypted: true }, "encrypted"],
    ["a tag", {}, { id: "a", tags: null }, { id: "a", tags: { by: "hand" } }, "tags"],
  ])("%s", (_, others, before, after, path) => {
    const address = `${typeOf(before)}.a`;
    const [found, ...more] = driftOf({ [address]: after, ...others }, [change(address, before, after)]);
    expect([found?.startsWith(`${address} ${path}`), more]).toEqual([true, []]);
  });

  it("in one of the stack's own rules, at the rule and at its group", () => {
    const address = "aws_vpc_security_group_ingress_rule.a";
    const found = driftOf(
      { "aws_security_group.a": group(rule(443, "10.0.0.0/8")), [address]: ownRule(443, "10.0.0.0/8") },
      [
        change("aws_security_group.a", group(rule(443, "192.0.2.0/24")), group(rule(443, "10.0.0.0/8"))),
        change(address, ownRule(443, "192.0.2.0/24"), ownRule(443, "10.0.0.0/8")),
      ],
    );
    expect(found).toEqual([expect.stringMatching(/^aws_security_group\.a ingress/), `${address} cidr_ipv4`]);
  });

  it("in what the configuration writes, whoever has it too", () => {
    const before = { id: "eip-1", private_ip: "" };
    const after = { id: "eip-1", private_ip: "10.0.0.5" };
    const objects = {
      "aws_eip.a": after,
      "aws_nat_gateway.a": { allocation_id: "eip-1", private_ip: "10.0.0.5" },
    };
    expect(
      driftOf(objects, [change("aws_eip.a", before, after)], { "aws_eip.a": { private_ip: { constant_value: "" } } }),
    ).toEqual(["aws_eip.a private_ip"]);
  });

  it("by the removal of one of its own", () => {
    const address = "aws_vpc_security_group_ingress_rule.a";
    const found = driftOf({ "aws_security_group.a": group() }, [
      change("aws_security_group.a", group(rule(443, "0.0.0.0/0")), group()),
      change(address, ownRule(443, "0.0.0.0/0"), null),
    ]);
    expect(found).toEqual([`${address} is gone`]);
  });
});

/** The type that has such attributes. */
function typeOf(values: Json): string {
  if ("ingress" in values) return "aws_security_group";
  if ("route" in values) return "aws_route_table";
  if ("inline_policy" in values) return "aws_iam_role";
  if ("bucket" in values) return "aws_s3_bucket";
  return "desired_count" in values ? "aws_ecs_service" : "aws_eip";
}
