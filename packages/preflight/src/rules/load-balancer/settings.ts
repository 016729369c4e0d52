import type { Resource } from "../../graph/graph.ts";
import { type Block, blocks, items, text } from "../../graph/value.ts";
import { LB_TYPES, LISTENER_RULE_TYPES, LISTENER_TYPES, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { type AttributeCheck, attributeRule, between, like, oneOf } from "../shared/attribute-rule.ts";

const API = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference";

const ranges: readonly (readonly [types: readonly string[], attribute: string, least: number, most: number])[] = [
  [LISTENER_TYPES, "port", 1, 65_535],
  [TARGET_GROUP_TYPES, "port", 1, 65_535],
  [TARGET_GROUP_TYPES, "deregistration_delay", 0, 3_600],
  [TARGET_GROUP_TYPES, "health_check.interval", 5, 300],
  [TARGET_GROUP_TYPES, "health_check.timeout", 2, 120],
  [TARGET_GROUP_TYPES, "health_check.healthy_threshold", 2, 10],
  [TARGET_GROUP_TYPES, "health_check.unhealthy_threshold", 2, 10],
  [TARGET_GROUP_TYPES, "stickiness.cookie_duration", 1, 604_800],
  [LB_TYPES, "idle_timeout", 1, 4_000],
  [LB_TYPES, "client_keep_alive", 60, 604_800],
];

const lists: readonly (readonly [types: readonly string[], attribute: string, values: readonly string[]])[] = [
  [LB_TYPES, "load_balancer_type", ["application", "network", "gateway"]],
  [LB_TYPES, "ip_address_type", ["ipv4", "dualstack", "dualstack-without-public-ipv4"]],
  [LB_TYPES, "desync_mitigation_mode", ["monitor", "defensive", "strictest"]],
  [TARGET_GROUP_TYPES, "target_type", ["instance", "ip", "lambda", "alb"]],
  [
    TARGET_GROUP_TYPES,
    "load_balancing_algorithm_type",
    ["round_robin", "least_outstanding_requests", "weighted_random"],
  ],
  [LISTENER_TYPES, "alpn_policy", ["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"]],
];

function nested(path: string, value: string | number): Block {
  const [first = "", second] = path.split(".");
  return { [first]: second === undefined ? value : [{ [second]: value }] };
}

export const LB_SETTING_RULES: readonly Rule[] = [
  attributeRule({
    id: "LB-034",
    severity: "error",
    title: "AWS accepts the settings of load balancers",
    when: "plan",
    prevents: "expected … to be in the range (…), got …",
    cause: "AWS takes each setting in a range, or from a list.",
    reference: `${API}/API_LoadBalancerAttribute.html`,
    checks: [
      ...ranges.map(
        ([types, attribute, least, most]): AttributeCheck => ({
          types,
          attribute,
          takes: between(least, most),
          bad: nested(attribute, most + 1),
          good: nested(attribute, most),
        }),
      ),
      ...lists.map(
        ([types, attribute, values]): AttributeCheck => ({
          types,
          attribute,
          takes: oneOf(...values),
          prevents: "expected … to be one of […], got …",
          bad: nested(attribute, "other"),
          good: nested(attribute, values[0] ?? ""),
        }),
      ),
      {
        types: TARGET_GROUP_TYPES,
        attribute: "slow_start",
        takes: like(/^(?:0|[3-9]\d|[1-8]\d\d|900)$/, "0, or a number of seconds from 30 to 900"),
        prevents: "expected slow_start to be 0 or in the range (30 - 900), got 10",
        bad: { slow_start: 10 },
        good: { slow_start: 30 },
      },
    ],
  }),
  defineRule({
    id: "LB-035",
    severity: "error",
    title: "Actions of a listener are ones that it can carry out",
    reference: `${API}/API_Action.html`,
    problems: {
      loop: {
        when: "apply",
        prevents: "InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop.",
        cause: "A redirect changes the protocol, the host, the port or the path.",
      },
      status: {
        when: "apply",
        prevents: "ValidationError: Status code '700' must match '^(2|4|5)\\d\\d$' (or: one of HTTP_301, HTTP_302)",
        cause: "A fixed response has a status of 2xx, 4xx or 5xx, and a redirect HTTP_301 or HTTP_302.",
      },
      body: {
        when: "apply",
        prevents: "ValidationError: … messageBody must have length less than or equal to 1024",
        cause: "A fixed response has a text of up to 1,024 characters, of five types of content.",
      },
      targets: {
        when: "apply",
        prevents: "TooManyTargetGroups: A forward action can have up to 5 target groups",
        cause: "A forward action shares requests among one to five target groups.",
      },
    },
    *check(graph) {
      for (const at of graph.ofType(...LISTENER_TYPES, ...LISTENER_RULE_TYPES)) {
        const attribute = at.get("default_action") === undefined ? "action" : "default_action";
        if (!at.changes(attribute, "protocol", "port")) continue;
        for (const action of blocks(at.get(attribute)).blocks) {
          for (const wrong of wrongAction(at, action)) yield { ...wrong, at, attribute };
        }
      }
    },
  }),
];

type WrongAction = Omit<KindOfProblem<"loop" | "status" | "body" | "targets">, "at">;

function* wrongAction(at: Resource, action: Block): Generator<WrongAction> {
  for (const redirect of blocks(action.redirect).blocks) yield* wrongRedirect(at, redirect);
  for (const response of blocks(action.fixed_response).blocks) yield* wrongResponse(response);
  for (const forward of blocks(action.forward).blocks) {
    const count = items(forward.target_group).items.length;
    if (count > 5) yield { kind: "targets", message: `forwards to ${count} target groups.`, fix: "Write up to five." };
  }
}

const KEPT = { protocol: "#{protocol}", host: "#{host}", port: "#{port}", path: "/#{path}" };

function* wrongRedirect(at: Resource, redirect: Block): Generator<WrongAction> {
  const status = text(redirect.status_code) ?? "";
  if (status !== "" && !/^HTTP_30[12]$/.test(status))
    yield {
      kind: "status",
      message: `redirects with the status_code ${status}.`,
      fix: 'Write "HTTP_301" or "HTTP_302".',
    };
  const own: Record<string, string | undefined> = { protocol: text(at.get("protocol")), port: text(at.get("port")) };
  const keeps = Object.entries(KEPT).every(([name, kept]) => {
    const written = redirect[name];
    const value = text(written);
    return (
      written === undefined ||
      written === null ||
      value === kept ||
      value === "" ||
      (value !== undefined && value === own[name])
    );
  });
  if (keeps)
    yield {
      kind: "loop",
      message: "redirects to the address that was asked for.",
      fix:
        own.protocol === "HTTP"
          ? 'Set protocol to "HTTPS" and port to "443".'
          : "Change the host, the path, the protocol or the port: another query alone is asked for again.",
    };
}

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html */
const CONTENT = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

function* wrongResponse(response: Block): Generator<WrongAction> {
  const [status = "", body = "", content = ""] = [
    response.status_code,
    response.message_body,
    response.content_type,
  ].map(text);
  if (status !== "" && !/^[245](?:\d\d|XX)$/.test(status))
    yield {
      kind: "status",
      message: `responds with the status_code ${status}.`,
      fix: "Write a code of 2xx, 4xx or 5xx.",
    };
  if (body.length > 1024)
    yield { kind: "body", message: `responds with ${body.length} characters.`, fix: "Write up to 1024." };
  if (content !== "" && !CONTENT.includes(content))
    yield {
      kind: "body",
      message: `responds with the content_type ${content}.`,
      fix: `Write one of ${CONTENT.join(", ")}.`,
    };
}
