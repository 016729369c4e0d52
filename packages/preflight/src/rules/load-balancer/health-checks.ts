import { services, type TaskDefinition } from "../../ecs/tasks.ts";
import type { Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { blocks, isAbsent, number, text } from "../../graph/value.ts";
import { healthCheckPort, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { attributeRule, like, needing } from "../shared/attribute-rule.ts";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

const HTTP = new Set(["HTTP", "HTTPS"]);

function isHttp(targets: Resource): boolean {
  const version = text(targets.get("protocol_version"));
  return HTTP.has(text(targets.get("protocol")) ?? "") && version !== "GRPC";
}

const UNHEALTHY = "(service …) is unhealthy in (target-group …) due to (reason Health checks failed)";

/** Ports that the containers of a task list; undefined where there are none, or one can't be known. */
function listedPorts(task: TaskDefinition | undefined) {
  const listed = (task?.containers ?? []).map(({ portMappings }) =>
    blocks(portMappings).blocks.map(({ containerPort }) => number(containerPort)),
  );
  const ports = new Set(listed.flat());
  if (ports.size === 0 || ports.has(undefined)) return undefined;
  // With a network interface of its own, a container answers on ports that it does not list too.
  return { ports, kind: listed.some(({ length }) => length === 0) ? ("unlisted" as const) : ("closed" as const) };
}

export const HEALTH_CHECK_RULES: readonly Rule[] = [
  {
    id: "LB-006",
    severity: "warning",
    title: "A health check accepts no redirects as healthy",
    when: "runtime",
    prevents: "no error: a target that only redirects, such as a Rails app with force_ssl, counts as healthy",
    cause: "With 3xx in the matcher, an app that only redirects passes.",
    reference: `${ELB}/target-group-health-checks.html`,
    *check(graph) {
      for (const targets of graph.ofType(...TARGET_GROUP_TYPES)) {
        const [check] = blocks(targets.get("health_check")).blocks;
        const matcher = text(check?.matcher);
        if (matcher === undefined || !/(^|[,-])3\d\d|^[12]\d\d-[345]/.test(matcher)) continue;
        yield {
          at: targets,
          message: `accepts ${matcher} as healthy.`,
          fix: 'Set the matcher to "200", and have the app answer the path without a redirect.',
          attribute: "health_check",
        };
      }
    },
  },
  defineRule({
    id: "LB-009",
    severity: "error",
    title: "Health checks use a port that the tasks listen on",
    reference: `${ELB}/target-group-health-checks.html`,
    problems: {
      closed: {
        when: "runtime",
        prevents: UNHEALTHY,
        cause: "No container of the task listens on the port of the health check.",
      },
      unlisted: {
        when: "runtime",
        prevents: UNHEALTHY,
        cause:
          "No container of the task lists the port of the health check, though one that lists none may listen on it.",
        severity: "warning",
      },
    },
    *check(graph) {
      for (const { resource, task } of services(graph)) {
        const listed = listedPorts(task);
        if (!listed) continue;
        const { ports, kind } = listed;
        for (const attached of blocks(resource.get("load_balancer")).blocks) {
          const targets = linkedResource(attached.target_group_arn, ...TARGET_GROUP_TYPES);
          const port = targets && healthCheckPort(targets, undefined);
          if (!targets || port === undefined || ports.has(port)) continue;
          const verb = kind === "closed" ? "listen on" : "list only";
          yield {
            kind,
            at: targets,
            message: `checks the health of tasks of ${resource.address} on port ${port}, and their containers ${verb} ${[...ports].join(", ")}.`,
            fix: 'Set the port of the health check to "traffic-port", or to a port of the containers.',
            attribute: "health_check",
          };
        }
      }
    },
  }),
  {
    id: "LB-013",
    severity: "error",
    title: "The timeout of a health check is shorter than its interval",
    when: "apply",
    prevents: "ValidationError: Health check interval must be greater than the timeout.",
    cause: "A health check ends before the next one begins.",
    reference: `${ELB}/target-group-health-checks.html`,
    *check(graph) {
      for (const targets of graph.ofType(...TARGET_GROUP_TYPES)) {
        const [check] = blocks(targets.get("health_check")).blocks;
        // Only a check by HTTP: one by TCP had ten seconds of each by default.
        const protocol = isAbsent(check?.protocol) ? "HTTP" : text(check.protocol);
        if (!HTTP.has(protocol ?? "")) continue;
        const [interval, timeout] = [
          number(check?.interval) ?? (isAbsent(check?.interval) ? 30 : undefined),
          number(check?.timeout),
        ];
        if (interval === undefined || timeout === undefined || timeout < interval) continue;
        yield {
          at: targets,
          message: `has a health check with timeout = ${timeout} and interval = ${interval}.`,
          fix: "Set timeout to less than interval.",
          attribute: "health_check",
        };
      }
    },
  },
  {
    id: "LB-014",
    severity: "error",
    title: "Health checks use the protocol of the targets",
    when: "runtime",
    prevents:
      "(service …) is unhealthy in (target-group …) due to (reason Health checks failed): the TLS handshake fails",
    cause: "A target that serves HTTP on a port does not answer TLS there, and vice versa.",
    reference: `${ELB}/target-group-health-checks.html`,
    *check(graph) {
      for (const targets of graph.ofType(...TARGET_GROUP_TYPES)) {
        const [check] = blocks(targets.get("health_check")).blocks;
        const [traffic, asked] = [text(targets.get("protocol")), text(check?.protocol)];
        const isSamePort = check !== undefined && (isAbsent(check.port) || text(check.port) === "traffic-port");
        if (!isSamePort || !HTTP.has(traffic ?? "") || !HTTP.has(asked ?? "") || traffic === asked) continue;
        yield {
          at: targets,
          message: `receives traffic over ${traffic}, and health checks over ${asked} on the same port.`,
          fix: `Set the protocol of the health check to ${traffic}.`,
          attribute: "health_check",
        };
      }
    },
  },
  attributeRule({
    id: "LB-015",
    severity: "error",
    title: "A target group has the settings that its type requires",
    when: "apply",
    prevents: "ValidationError: A VPC ID must be specified",
    cause: "Targets of the types ip and instance are in a VPC.",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
    checks: [
      {
        types: TARGET_GROUP_TYPES,
        of: "all",
        attribute: "target_type",
        where: ({ target_type }) => /^(?:ip|instance)$/.test(text(target_type) ?? ""),
        takes: needing("vpc_id"),
        fix: "Set vpc_id to the VPC of the tasks.",
        bad: { target_type: "ip", port: 3000, protocol: "HTTP" },
        good: { target_type: "ip", port: 3000, protocol: "HTTP", vpc_id: "${aws_vpc.main.id}" },
      },
      {
        types: TARGET_GROUP_TYPES,
        of: "all",
        attribute: "health_check.path",
        takes: like(/^\//, 'a path that begins with "/"'),
        prevents: "ValidationError: Health check path '…' must begin with a '/' character",
        cause: "A health check requests a path.",
        bad: { health_check: { path: "up" } },
        good: { health_check: { path: "/up" } },
      },
      {
        types: TARGET_GROUP_TYPES,
        of: "all",
        attribute: "health_check.matcher",
        where: (_, targets) => isHttp(targets),
        takes: like(/^\D*(?:[2-4]\d\d(?!\d)\D*)*$/, 'codes from 200 to 499, such as "200"'),
        prevents: "ValidationError: Health check matcher HTTP code '…' must be within '200-499' inclusive",
        cause: "A health check accepts HTTP codes from 200 to 499 as healthy.",
        bad: { protocol: "HTTP", health_check: { matcher: "200-599" } },
        good: { protocol: "HTTP", health_check: { matcher: "200-299" } },
      },
    ],
  }),
];
