import { type Grouped, grouped } from "../graph/by-link.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked, linkedResource } from "../graph/links.ts";
import { blocks, flag, items, number, text, type Value } from "../graph/value.ts";
import { CLIENT_PORTS } from "./network-acls.ts";
import { asksForIpv6, groupSetOf, type Place, subnetSetOf } from "./places.ts";

export const LB_TYPES = ["aws_lb", "aws_alb"] as const;
export const TARGET_GROUP_TYPES = ["aws_lb_target_group", "aws_alb_target_group"] as const;
export const LISTENER_TYPES = ["aws_lb_listener", "aws_alb_listener"] as const;
export const LISTENER_RULE_TYPES = ["aws_lb_listener_rule", "aws_alb_listener_rule"] as const;

export type LbKind = "application" | "network" | "gateway";

export function kindOf(lb: Resource): LbKind | undefined {
  const kind = text(lb.get("load_balancer_type")) ?? (lb.get("load_balancer_type") ? undefined : "application");
  return kind === "application" || kind === "network" || kind === "gateway" ? kind : undefined;
}

export function lbPlace(graph: Graph, lb: Resource): Place {
  const mapped = blocks(lb.get("subnet_mapping")).blocks.map((one) => one.subnet_id ?? null);
  const subnets = subnetSetOf(mapped.length > 0 ? mapped : lb.get("subnets"));
  const hasGroups = items(lb.get("security_groups"));
  // A network load balancer may go without; an application load balancer then gets the VPC's default group.
  const none = kindOf(lb) !== "application" && hasGroups.complete && hasGroups.items.length === 0;
  return {
    label: lb.address,
    resource: lb,
    subnets,
    groups: none ? undefined : groupSetOf(graph, lb.get("security_groups"), subnets.subnets[0]?.get("vpc_id")),
    publicAddress: isInternal(lb) === undefined ? undefined : !isInternal(lb),
    isNamedPublicly: isInternal(lb) !== true,
    clientPorts: CLIENT_PORTS.any,
    ipv6: asksForIpv6(lb.get("ip_address_type")),
  };
}

export function isInternal(lb: Resource): boolean | undefined {
  return flag(lb.get("internal"), false);
}

/** Whether a listener or a target group speaks TCP, and no other protocol beside it. Groups' rules are read for TCP. */
export function isTcp(of: Resource): boolean {
  return !/UDP|QUIC|GENEVE/.test(text(of.get("protocol")) ?? "");
}

/** Listeners of a load balancer, as far as it is known whose they are. */
export function listenersOf(graph: Graph, lb: Resource): readonly Resource[] {
  return graph.once(listenersByLb).get(lb) ?? [];
}

function listenersByLb(graph: Graph): Grouped {
  return grouped(graph.ofType(...LISTENER_TYPES), (listener) => {
    const lb = lbOf(listener);
    return lb ? [lb] : [];
  });
}

export function lbOf(listener: Resource): Resource | undefined {
  return linkedResource(listener.get("load_balancer_arn"), ...LB_TYPES);
}

/** A listener, or a rule of one, that takes requests to a target group. */
export interface RouteToTargets {
  readonly resource: Resource;
  readonly listener: Resource | undefined;
  readonly lb: Resource | undefined;
}

/** What leads to a target group; `complete`: nothing else does. */
export function routesTo(graph: Graph, targets: Resource): { routes: readonly RouteToTargets[]; complete: boolean } {
  const { byTargets, open } = graph.once(collectRoutes);
  return { routes: byTargets.get(targets) ?? [], complete: !open && !graph.isHandedOn(targets) };
}

function collectRoutes(graph: Graph) {
  const byTargets = new Map<Resource, RouteToTargets[]>();
  let open = false;
  for (const resource of graph.ofType(...LISTENER_TYPES, ...LISTENER_RULE_TYPES)) {
    const isListener = (LISTENER_TYPES as readonly string[]).includes(resource.type);
    const owner = isListener ? undefined : linked(resource.get("listener_arn"), ...LISTENER_TYPES);
    const listener = isListener ? resource : owner?.certain ? owner.resources[0] : undefined;
    const { targets, complete } = forwardTargets(resource.get(isListener ? "default_action" : "action"));
    open ||= !complete;
    for (const one of targets) {
      const route = { resource, listener, lb: listener && lbOf(listener) };
      byTargets.set(one, [...(byTargets.get(one) ?? []), route]);
    }
  }
  return { byTargets, open };
}

function forwardTargets(actions: Value | undefined): { targets: Set<Resource>; complete: boolean } {
  const all = blocks(actions);
  const values = all.blocks.flatMap((action) => [
    action.target_group_arn ?? null,
    ...blocks(action.forward).blocks.flatMap((forward) =>
      blocks(forward.target_group).blocks.map((one) => one.arn ?? null),
    ),
  ]);
  const links = values
    .filter((value) => value !== null && value !== "")
    .map((value) => linked(value, ...TARGET_GROUP_TYPES));
  return {
    targets: new Set(links.flatMap(({ resources }) => resources)),
    complete: all.complete && links.every(({ certain }) => certain),
  };
}

/** The port of the health checks: a number of its own, or that of the traffic. */
export function healthCheckPort(targets: Resource, trafficPort: number | undefined): number | undefined {
  const [check] = blocks(targets.get("health_check")).blocks;
  const written = check?.port;
  if (written === undefined || written === null || text(written) === "traffic-port") return trafficPort;
  return number(written);
}
