import { closest } from "fastest-levenshtein";
import type { Graph, Resource } from "../../graph/graph.ts";
import { type Block, block, blocks, flag, isEmpty, isWritten, number, text } from "../../graph/value.ts";
import { kindOf, LISTENER_TYPES, lbOf, routesTo, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";

const API = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference";
const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest";

const HTTP = ["HTTP", "HTTPS"];
const LAYER_4 = ["TCP", "UDP", "TCP_UDP", "TLS", "QUIC", "TCP_QUIC"];

/** Protocols of listeners by the kind of load balancer. Source: API_CreateListener */
const LISTENER_PROTOCOLS = { application: HTTP, network: LAYER_4, gateway: [] } as const;

/** Stickiness by the protocol of the targets. Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
const STICKINESS: readonly (readonly [protocols: readonly string[], types: readonly string[]])[] = [
  [HTTP, ["lb_cookie", "app_cookie"]],
  [["TCP", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"], ["source_ip"]],
  [["TLS"], []],
  [["GENEVE"], ["source_ip_dest_ip", "source_ip_dest_ip_proto"]],
];

/**
 * Policies up to 2023, by what follows `ELBSecurityPolicy-`. AWS adds policies under new dates.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
const SSL_POLICIES: readonly string[] = [
  ...["2015-05", "2016-08", "TLS-1-0-2015-04", "TLS-1-1-2017-01", "TLS-1-2-2017-01", "TLS-1-2-Ext-2018-06"],
  ...["FS-2018-06", "FS-1-1-2019-08", "FS-1-2-2019-08", "FS-1-2-Res-2019-08", "FS-1-2-Res-2020-10"],
  ...["1-0", "1-1", "1-2", "1-2-Res", "1-2-Ext1", "1-2-Ext2", "1-3"].map((one) => `TLS13-${one}-2021-06`),
  ...["1-0", "1-1", "1-2", "1-2-Res", "1-2-Ext0", "1-2-Ext1", "1-2-Ext2", "1-3"].map(
    (one) => `TLS13-${one}-FIPS-2023-04`,
  ),
].map((name) => `ELBSecurityPolicy-${name}`);

const RECOMMENDED = "ELBSecurityPolicy-TLS13-1-2-2021-06";

export const PROTOCOL_RULES: readonly Rule[] = [
  defineRule({
    id: "LB-030",
    severity: "error",
    title: "A listener speaks a protocol of its load balancer",
    reference: `${API}/API_CreateListener.html`,
    problems: {
      unknown: {
        when: "plan",
        prevents: 'expected protocol to be one of ["HTTP" "HTTPS" "TCP" …], got https',
        cause: "Load balancers know protocols by these names, in upper case.",
      },
      kind: {
        when: "apply",
        prevents: "ValidationError: Protocol 'TCP' must be one of 'HTTP, HTTPS'",
        cause: "An application load balancer speaks HTTP and HTTPS, a network load balancer TCP, UDP and TLS.",
      },
      version: {
        when: "apply",
        prevents:
          "InvalidConfigurationRequest: Listener protocol 'HTTP' is not supported with a target group with the protocol-version 'GRPC'",
        cause: "AWS's page says that HTTPS is the only listener protocol for gRPC.",
        severity: "warning",
      },
    },
    check: wrongListeners,
  }),
  defineRule({
    id: "LB-031",
    severity: "error",
    title: "An encrypted listener has a security policy that there is",
    reference: `${ELB}/application/describe-ssl-policies.html`,
    problems: {
      missing: {
        when: "apply",
        prevents: "SSLPolicyNotFound: SSL policy 'ELBSecurityPolicy-TLS-1-2-2021-06' not found",
        cause: "Load balancers have predefined policies, and no others.",
      },
      plain: {
        when: "apply",
        prevents: "ValidationError: An SSL policy cannot be specified for a listener with the protocol HTTP",
        cause: "Only HTTPS and TLS listeners encrypt.",
      },
    },
    *check(graph) {
      for (const at of graph.ofType(...LISTENER_TYPES).filter((one) => one.changes("ssl_policy", "protocol"))) {
        const attribute = "ssl_policy";
        const [policy, protocol] = [text(at.get(attribute)) ?? "", text(at.get("protocol")) ?? ""];
        if (policy !== "" && isMissingPolicy(policy)) {
          const nearest = policy.startsWith("ELBSecurityPolicy-") ? closest(policy, [...SSL_POLICIES]) : RECOMMENDED;
          const fix = `Write "${nearest}".`;
          yield { kind: "missing", at, message: `has ssl_policy = "${policy}", which does not exist.`, fix, attribute };
        } else if (policy !== "" && at.writes(attribute) && /^(?:HTTP|TCP|UDP|TCP_UDP)$/.test(protocol)) {
          const message = `has an ssl_policy and the protocol ${protocol}.`;
          yield { kind: "plain", at, message, fix: "Drop ssl_policy, or encrypt.", attribute };
        }
      }
    },
  }),
  defineRule({
    id: "LB-032",
    severity: "error",
    title: "Targets have settings of their protocol",
    reference: `${API}/API_CreateTargetGroup.html`,
    problems: {
      protocol: {
        when: "plan",
        prevents: 'expected protocol to be one of ["GENEVE" "HTTP" "HTTPS" "TCP" …], got http',
        cause: "Load balancers know protocols by these names, in upper case.",
      },
      version: {
        when: "apply",
        prevents: "ValidationError: Protocol version 'HTTP2' is only supported for HTTP and HTTPS target groups",
        cause: "HTTP has versions: HTTP1, HTTP2 and GRPC.",
      },
      required: {
        when: "plan",
        prevents: '"port": required field is not set (target_type = "ip")',
        cause: "Only a function has neither port nor protocol.",
      },
      stickiness: {
        when: "apply",
        prevents:
          "InvalidConfigurationRequest: Stickiness type 'lb_cookie' is not supported for target groups with the TCP protocol",
        cause: "Cookies are HTTP's; below that there are addresses only, and under TLS nothing.",
      },
      cookie: {
        when: "apply",
        prevents: "ValidationError: The application cookie name must be specified for stickiness type 'app_cookie'",
        cause: "The load balancer follows a cookie of the app by its name.",
      },
      slowStart: {
        when: "apply",
        prevents:
          "InvalidConfigurationRequest: Slow start can't be enabled with the least_outstanding_requests (or: weighted_random) routing algorithm",
        cause: "Slow start counts requests in turns.",
      },
    },
    *check(graph) {
      for (const at of graph.ofType(...TARGET_GROUP_TYPES).filter((one) => one.changes(...TARGET_SETTINGS))) {
        for (const wrong of wrongSettings(at)) yield { ...wrong, at };
      }
    },
  }),
  defineRule({
    id: "LB-033",
    severity: "error",
    title: "Health checks ask in the protocol of the targets, and match its codes",
    reference: `${ELB}/application/target-group-health-checks.html`,
    problems: {
      grpc: {
        when: "apply",
        prevents: "ValidationError: Health check matcher gRPC code '200' must be within '0-99' inclusive",
        cause: "gRPC has codes of its own, from 0 to 99.",
      },
      plain: {
        when: "plan",
        prevents: "health_check.matcher is not supported for target_groups with TCP protocol",
        cause: "A TCP health check opens a connection and sends no request.",
      },
      protocol: {
        when: "apply",
        prevents:
          "ValidationError: Health check protocol 'TCP' is not supported for target groups with the protocol HTTP",
        cause: "An application load balancer checks by HTTP or HTTPS.",
      },
    },
    *check(graph) {
      for (const at of graph.ofType(...TARGET_GROUP_TYPES).filter((one) => one.changes(...CHECK_SETTINGS))) {
        const wrong = wrongHealthCheck(at);
        if (wrong) yield { ...wrong, at, attribute: "health_check" };
      }
    },
  }),
];

function isMissingPolicy(policy: string): boolean {
  if (!policy.startsWith("ELBSecurityPolicy-")) return true;
  const year = Number(/-(\d{4})-\d\d$/.exec(policy)?.[1] ?? 0);
  return year <= 2023 && !SSL_POLICIES.includes(policy);
}

function* wrongListeners(graph: Graph): Generator<KindOfProblem<"unknown" | "kind" | "version">> {
  for (const at of graph.ofType(...LISTENER_TYPES).filter(({ isPlanned }) => isPlanned)) {
    const wrong = wrongProtocol(at);
    if (wrong) yield { ...wrong, at, attribute: "protocol" };
  }
  for (const targets of graph.ofType(...TARGET_GROUP_TYPES)) {
    if (text(targets.get("protocol_version")) !== "GRPC") continue;
    for (const { resource: at, listener } of routesTo(graph, targets).routes) {
      if (!listener || text(listener.get("protocol")) !== "HTTP" || !at.isPlanned) continue;
      const message = `forwards HTTP${at === listener ? "" : ` of ${listener.address}`} to ${targets.address}, whose targets speak gRPC.`;
      yield { kind: "version", at, message, fix: 'Make it an "HTTPS" listener.', attribute: "protocol" };
    }
  }
}

function wrongProtocol(listener: Resource) {
  const protocol = text(listener.get("protocol")) ?? "";
  const lb = lbOf(listener);
  const kind = lb && kindOf(lb);
  const all: readonly string[] = [...HTTP, ...LAYER_4];
  const known: readonly string[] = kind ? LISTENER_PROTOCOLS[kind] : all;
  if (protocol === "" || known.includes(protocol)) return undefined;
  const fix = known.length > 0 ? `Write ${known.map((one) => `"${one}"`).join(" or ")}.` : "Drop protocol.";
  const message = `has protocol = "${protocol}"`;
  return all.includes(protocol) && lb
    ? { kind: "kind" as const, message: `${message}, and ${lb.address} is a load balancer of the type ${kind}.`, fix }
    : { kind: "unknown" as const, message: `${message}.`, fix };
}

/** Settings of targets that go together. */
const TARGET_SETTINGS = [
  "protocol",
  "protocol_version",
  "target_type",
  "port",
  "stickiness",
  "load_balancing_algorithm_type",
  "slow_start",
];
const CHECK_SETTINGS = ["health_check", "protocol", "protocol_version"];

type Setting = "protocol" | "version" | "required" | "stickiness" | "cookie" | "slowStart";

type WrongSetting = Omit<KindOfProblem<Setting>, "at">;

function* wrongSettings(targets: Resource): Generator<WrongSetting> {
  const protocol = text(targets.get("protocol")) ?? "";
  if (protocol !== "" && ![...HTTP, ...LAYER_4, "GENEVE"].includes(protocol)) {
    const fix = `Write "${closest(protocol.toUpperCase(), [...HTTP, ...LAYER_4])}".`;
    yield { kind: "protocol", message: `has protocol = "${protocol}".`, fix, attribute: "protocol" };
    return;
  }
  yield* wrongVersion(targets, protocol);
  yield* missingSettings(targets);
  yield* wrongStickiness(targets, protocol);
  const algorithm = text(targets.get("load_balancing_algorithm_type")) ?? "round_robin";
  if (algorithm !== "round_robin" && (number(targets.get("slow_start")) ?? 0) > 0) {
    const message = `has slow_start and load_balancing_algorithm_type = "${algorithm}".`;
    yield { kind: "slowStart", message, fix: 'Drop slow_start, or write "round_robin".', attribute: "slow_start" };
  }
}

function* wrongVersion(targets: Resource, protocol: string): Generator<WrongSetting> {
  const attribute = "protocol_version";
  const version = text(targets.get(attribute)) ?? "";
  const isHttp = HTTP.includes(protocol) || protocol === "";
  if (version === "" || !targets.writes(attribute) || (isHttp && /^(?:HTTP[12]|GRPC)$/i.test(version))) return;
  const message = `has protocol_version = "${version}"${isHttp ? "" : ` and the protocol ${protocol}`}.`;
  yield {
    kind: "version",
    message,
    fix: isHttp ? 'Write "HTTP1", "HTTP2" or "GRPC".' : `Drop ${attribute}.`,
    attribute,
  };
}

function* missingSettings(targets: Resource): Generator<WrongSetting> {
  const type = text(targets.get("target_type"));
  if (type === undefined || type === "lambda") return;
  for (const attribute of ["port", "protocol"].filter((name) => isEmpty(targets.get(name)))) {
    const message = `has target_type = "${type}" and no ${attribute}.`;
    yield { kind: "required", message, fix: `Set ${attribute} to that of the targets.`, attribute };
  }
}

function* wrongStickiness(
  targets: Resource,
  protocol: string,
): Generator<Omit<KindOfProblem<"stickiness" | "cookie">, "at">> {
  const attribute = "stickiness";
  const sticky: Block = block(targets.get(attribute)) ?? {};
  const type = text(sticky.type) ?? "";
  if (type === "" || flag(sticky.enabled, true) !== true) return;
  const types = STICKINESS.find(([protocols]) => protocols.includes(protocol))?.[1];
  if (types && !types.includes(type)) {
    const fix = types.length > 0 ? `Write ${types.map((one) => `"${one}"`).join(" or ")}.` : "Drop stickiness.";
    yield { kind: "stickiness", message: `has stickiness of the type "${type}" with ${protocol}.`, fix, attribute };
  } else if (type === "app_cookie" && isEmpty(sticky.cookie_name)) {
    const message = 'has stickiness of the type "app_cookie" without cookie_name.';
    yield { kind: "cookie", message, fix: "Set cookie_name to the app's own cookie.", attribute };
  }
}

function wrongHealthCheck(targets: Resource): Omit<KindOfProblem<"grpc" | "plain" | "protocol">, "at"> | undefined {
  const [check = {}] = blocks(targets.get("health_check")).blocks;
  const [protocol, asked, matcher = ""] = [targets.get("protocol"), check.protocol, check.matcher].map(text);
  if (text(targets.get("protocol_version")) === "GRPC" && matcher !== "" && !isGrpc(matcher)) {
    const message = `expects the gRPC code ${matcher} of a health check.`;
    return { kind: "grpc", message, fix: 'Write codes from 0 to 99, such as "0-99" or "12".' };
  }
  if (asked !== "TCP") return undefined;
  if (HTTP.includes(protocol ?? "")) {
    const message = `checks health by TCP, and has the protocol ${protocol}.`;
    return { kind: "protocol", message, fix: `Set the protocol of the health check to "${protocol}".` };
  }
  const extra = ["matcher", "path"].filter((name) => isWritten(check[name]) && text(check[name]) !== "").join(" and ");
  if (extra === "" || targets.change !== undefined) return undefined;
  const fix = `Drop ${extra}, or set the protocol of the health check to "HTTP".`;
  return { kind: "plain", message: `has ${extra} in a health check by TCP.`, fix };
}

function isGrpc(matcher: string): boolean {
  return matcher.split(/[,-]/).every((code) => /^\d{1,2}$/.test(code.trim()));
}
