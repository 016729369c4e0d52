import { type Service, services } from "../../ecs/tasks.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, number, text } from "../../graph/value.ts";
import {
  healthCheckPort,
  isInternal,
  isTcp,
  kindOf,
  LB_TYPES,
  LISTENER_RULE_TYPES,
  LISTENER_TYPES,
  lbOf,
  lbPlace,
  listenersOf,
  routesTo,
  TARGET_GROUP_TYPES,
} from "../../network/load-balancers.ts";
import { stopOf, stopsMost } from "../../network/path.ts";
import { pathBetween } from "../../network/path-between.ts";
import { pathFromInternet, pathToInternet } from "../../network/path-over-internet.ts";
import type { Problem, Rule } from "../../rule.ts";
import { blockedPaths } from "./blocked.ts";

function* unreachableTargets(graph: Graph, service: Service): Generator<Problem> {
  for (const attached of blocks(service.resource.get("load_balancer")).blocks) {
    const targets = linked(attached.target_group_arn, ...TARGET_GROUP_TYPES);
    const [group] = targets.resources;
    if (group === undefined || !targets.certain || !isTcp(group)) continue;
    const port = number(attached.container_port);
    const ports = new Set([port, healthCheckPort(group, port)].filter((one) => one !== undefined));
    const balancers = new Set(routesTo(graph, group).routes.flatMap(({ lb }) => lb ?? []));
    for (const lb of balancers) {
      if (kindOf(lb) === undefined || kindOf(lb) === "gateway") continue;
      const paths = [...ports].map((one) => ({
        to: `${service.place.label.replace("a task", "the tasks")} on ${one}`,
        path: pathBetween(graph, lbPlace(graph, lb), service.place, one),
      }));
      yield* blockedPaths(lb, paths, "a way to them");
    }
  }
}

/** It sends everybody to another port. */
function onlyRedirects(listener: Resource): boolean {
  const actions = blocks(listener.get("default_action"));
  return actions.complete && actions.blocks.every((action) => text(action.type) === "redirect");
}

export const LOAD_BALANCER_PATH_RULES: readonly Rule[] = [
  {
    id: "NET-110",
    severity: "error",
    title: "Load balancers reach their targets",
    when: "runtime",
    prevents:
      "(service …) (port …) is unhealthy in (target-group …) due to (reason Request timed out); 504 Gateway Time-out",
    cause:
      "The group of the load balancer must let requests and health checks out, and that of the targets must let them in.",
    reference:
      "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    *check(graph) {
      for (const service of services(graph)) yield* unreachableTargets(graph, service);
    },
  },
  {
    id: "NET-111",
    severity: "error",
    title: "The internet reaches a load balancer that faces it",
    when: "runtime",
    prevents: "no error: the browser waits, and ends with ERR_CONNECTION_TIMED_OUT",
    cause:
      "A load balancer answers the internet only from subnets that route to an internet gateway, on ports that its security group allows.",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    *check(graph) {
      for (const lb of graph.ofType(...LB_TYPES)) {
        if (isInternal(lb) !== false || lb.many) continue;
        const all = listenersOf(graph, lb);
        const listeners = all.filter((listener) => isTcp(listener) && number(listener.get("port")) !== undefined);
        const stops = listeners.map((listener) => {
          const port = number(listener.get("port")) as number;
          return { listener, port, stop: stopOf(pathFromInternet(graph, lbPlace(graph, lb), port)) };
        });
        // Where another port answers, a closed one may be meant: for tests before a deployment, for example.
        const isClosed =
          stops.length === all.length && stops.every(({ listener, stop }) => stop || onlyRedirects(listener));
        for (const { port, stop } of stops) {
          if (stop) {
            yield {
              at: lb,
              message: `can't be reached from the internet on ${port}: ${stop.at} ${stop.what}.`,
              fix: "Put it into subnets that route 0.0.0.0/0 to the internet gateway, and let the port in; or set internal to true.",
              severity: isClosed && stopsMost(stop) && !stop.letsOthers ? "error" : "warning",
            };
          }
        }
      }
    },
  },
  {
    id: "NET-112",
    severity: "error",
    title: "A load balancer that logs users in reaches Cognito",
    when: "runtime",
    prevents: "HTTP 561 Unauthorized, or HTTP 500 Internal Server Error at the load balancer's authentication step",
    cause: "After the log-in the load balancer itself asks Cognito for the user's tokens, over the internet.",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html",
    *check(graph) {
      const authenticating = new Set<Resource>();
      for (const resource of graph.ofType(...LISTENER_TYPES, ...LISTENER_RULE_TYPES)) {
        const actions = blocks(resource.get("default_action") ?? resource.get("action")).blocks;
        if (!actions.some((action) => text(action.type) === "authenticate-cognito")) continue;
        const listener = linked(resource.get("listener_arn"), ...LISTENER_TYPES);
        const lb = lbOf(listener.resources[0] ?? resource);
        if (lb) authenticating.add(lb);
      }
      for (const lb of authenticating) {
        const path = pathToInternet(graph, lbPlace(graph, lb), 443, "Cognito");
        yield* blockedPaths(lb, [{ to: "Cognito on 443", path }], "a NAT gateway");
      }
    },
  },
];
