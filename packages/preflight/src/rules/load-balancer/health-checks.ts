import { services } from "../../ecs/tasks.ts";
import type { Resource } from "../../graph/graph.ts";
import { blocks, isAbsent, linked, number, text } from "../../graph/value.ts";
import { healthCheckPort, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import type { Rule } from "../../rule.ts";

const ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application";

const HTTP = new Set(["HTTP", "HTTPS"]);

function isHttp(targets: Resource): boolean {
  const version = text(targets.get("protocol_version"));
  return HTTP.has(text(targets.get("protocol")) ?? "") && version !== "GRPC";
}

export const HEALTH_CHECK_RULES: readonly Rule[] = [
  {
    id: "LB-006",
    severity: "warning",
    title: "A health check counts only good answers as good",
    when: "runtime",
    prevents: "no error: a target that only redirects, such as a Rails app with force_ssl, counts as healthy",
    cause: "With 3xx in the matcher, an app that answers nothing but a redirect passes.",
    reference: `${ELB}/target-group-health-checks.html`,
    *check(graph) {
      for (const targets of graph.ofType(...TARGET_GROUP_TYPES)) {
        const [check] = blocks(targets.get("health_check")).blocks;
        const matcher = text(check?.matcher);
        if (matcher === undefined || !/(^|[,-])3\d\d|^[12]\d\d-[345]/.test(matcher)) continue;
        yield {
          at: targets,
          message: `takes ${matcher} for a healthy answer.`,
          fix: 'Set the matcher to "200", and let the app answer the path without a redirect.',
          attribute: "health_check",
        };
      }
    },
  },
  {
    id: "LB-009",
    severity: "error",
    title: "Health checks ask a port that the tasks answer on",
    when: "runtime",
    prevents: "(service …) is unhealthy in (target-group …) due to (reason Health checks failed)",
    cause: "The load balancer asks the port of the health check, on which no container of the task listens.",
    reference: `${ELB}/target-group-health-checks.html`,
    *check(graph) {
      for (const { resource, task } of services(graph)) {
        const ports = new Set(
          task?.containers?.flatMap((container) =>
            blocks(container.portMappings).blocks.map((one) => number(one.containerPort)),
          ),
        );
        if (!task?.containers || ports.size === 0 || ports.has(undefined)) continue;
        // With a network interface of its own, a container answers on ports that it does not list too.
        const mayListenElsewhere = task.containers.some(
          (container) => blocks(container.portMappings).blocks.length === 0,
        );
        for (const attached of blocks(resource.get("load_balancer")).blocks) {
          const link = linked(attached.target_group_arn, ...TARGET_GROUP_TYPES);
          const [targets] = link.resources;
          const port = targets && link.certain ? healthCheckPort(targets, undefined) : undefined;
          if (port === undefined || ports.has(port)) continue;
          yield {
            at: targets as Resource,
            message: `asks port ${port} whether a task of ${resource.address} is well, whose containers ${mayListenElsewhere ? "list only" : "listen on"} ${[...ports].join(", ")}.`,
            fix: 'Set the port of the health check to "traffic-port", or to a port of the containers.',
            attribute: "health_check",
            ...(mayListenElsewhere && { severity: "warning" as const }),
          };
        }
      }
    },
  },
  {
    id: "LB-013",
    severity: "error",
    title: "Health checks end before the next one begins",
    when: "apply",
    prevents: "ValidationError: Health check interval must be greater than the timeout.",
    cause: "The timeout has to be shorter than the interval.",
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
          message: `waits ${timeout} seconds for an answer and asks every ${interval}.`,
          fix: "Write a timeout below the interval.",
          attribute: "health_check",
        };
      }
    },
  },
  {
    id: "LB-014",
    severity: "error",
    title: "Health checks speak the targets' protocol",
    when: "runtime",
    prevents:
      "(service …) is unhealthy in (target-group …) due to (reason Health checks failed): the TLS handshake fails",
    cause: "On the port of the traffic, a target that speaks HTTP does not answer TLS, and the other way round.",
    reference: `${ELB}/target-group-health-checks.html`,
    *check(graph) {
      for (const targets of graph.ofType(...TARGET_GROUP_TYPES)) {
        const [check] = blocks(targets.get("health_check")).blocks;
        const [traffic, asked] = [text(targets.get("protocol")), text(check?.protocol)];
        const isSamePort = check !== undefined && (isAbsent(check.port) || text(check.port) === "traffic-port");
        if (!isSamePort || !HTTP.has(traffic ?? "") || !HTTP.has(asked ?? "") || traffic === asked) continue;
        yield {
          at: targets,
          message: `gets its traffic by ${traffic}, and is asked by ${asked} on the same port.`,
          fix: `Set the protocol of the health check to ${traffic}.`,
          attribute: "health_check",
        };
      }
    },
  },
  {
    id: "LB-015",
    severity: "error",
    title: "A target group has what its kind takes",
    when: "apply",
    prevents:
      "ValidationError: A VPC ID must be specified; ValidationError: Health check matcher HTTP code '…' must be within '200-499' inclusive; Health check path '…' must begin with a '/' character",
    cause:
      "Targets by address are in a VPC; a health check asks a path, and counts HTTP codes from 200 to 499 as good.",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
    *check(graph) {
      for (const targets of graph.ofType(...TARGET_GROUP_TYPES)) {
        const [check] = blocks(targets.get("health_check")).blocks;
        const [path, matcher] = [text(check?.path), text(check?.matcher)];
        const type = text(targets.get("target_type"));
        if ((type === "ip" || type === "instance") && isAbsent(targets.get("vpc_id"))) {
          yield {
            at: targets,
            message: `has the target type ${type} and no vpc_id.`,
            fix: "Name the VPC of the tasks.",
            attribute: "vpc_id",
          };
        }
        if (path !== undefined && path !== "" && !path.startsWith("/")) {
          yield {
            at: targets,
            message: `asks for the path "${path}".`,
            fix: `Write "/${path}".`,
            attribute: "health_check",
          };
        }
        if (
          matcher !== undefined &&
          isHttp(targets) &&
          (matcher.match(/\d+/g) ?? []).some((code) => Number(code) < 200 || Number(code) > 499)
        ) {
          yield {
            at: targets,
            message: `takes ${matcher} for a healthy answer.`,
            fix: 'Write codes from 200 to 499, such as "200".',
            attribute: "health_check",
          };
        }
      }
    },
  },
];
