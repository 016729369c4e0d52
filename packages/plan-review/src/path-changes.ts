import { load } from "@operation-app/preflight";
import { type Graph, planBefore } from "@operation-app/preflight/graph";
import {
  calledServices,
  INTERNET,
  type NetworkEnd,
  networkEnds,
  type Path,
  type PathTarget,
  pathOver,
  securityGroups,
} from "@operation-app/preflight/network";
import type { Plan } from "./plan.ts";

/** A connection that a plan opens or closes. */
export interface PathChange {
  /** Address of what connects, or `internet`. */
  readonly from: string;
  /** As `infra check --path` takes it: `aws_ecs_service.app:3000`, `ecr.api`. */
  readonly to: string;
  /** `may open`: what opens or closes it can't be known from the plan. */
  readonly becomes: "opens" | "closes" | "may open";
}

/** Types that stand in a network, or decide where its packets go. */
const IN_NETWORK =
  /^aws_(?:default_|main_)?(?:vpc|subnet|route|network_|security_group|lb$|lb_|alb|elb|eip|nat_gateway|internet_gateway|egress_only|ecs_service|ecs_task_definition|db_|rds_|elasticache_|instance$|lambda_function|efs_|opensearch_|ec2_managed_prefix|mq_|eks_)/;

/** Of these, a change matters to those only that have the group, or are it themselves; of the others, to all. */
const OF_SOME =
  /^aws_(?:default_security_group|security_group|vpc_security_group_|ecs_|lb$|lb_|alb|elb|db_|rds_|elasticache_|instance$|lambda_function|efs_|opensearch_|mq_|eks_)/;

const INTERFACE_ENDPOINT = "aws_vpc_endpoint";

/** Each takes a path before and one after. */
const MAX_PAIRS = 10_000;

/** What a plan opens and closes. */
export interface PathComparison {
  readonly changes: readonly PathChange[];
  /** false: it touches too many pairs, and only what the internet reaches, and what is reached outside, was compared. */
  readonly isWhole: boolean;
}

/**
 * What a plan opens and closes in the network: of each connection, how preflight traces it before and after. Between two
 * things that are both new, nothing was closed before: there is only what the internet reaches.
 *
 * @param after the plan as it was loaded
 */
export async function pathChanges(plan: Plan, after: Graph): Promise<PathComparison> {
  const changed = plan.resource_changes.filter(
    ({ type, change }) => IN_NETWORK.test(type) && !["no-op", "read"].includes(change.actions.join()),
  );
  if (changed.length === 0 || networkEnds(after).length === 0) return { changes: [], isWhole: true };
  const before = await load(
    planBefore(plan, (type) => IN_NETWORK.test(type)),
    "the plan",
  );
  return new Comparison(before, after, changed).result();
}

class Comparison {
  private readonly before: Graph;
  private readonly after: Graph;
  private readonly was: ReadonlyMap<string, NetworkEnd>;
  private readonly known = new Map<string, PathChange["becomes"] | undefined>();
  private readonly changed: ReadonlySet<string>;
  private readonly concernsAll: boolean;

  constructor(before: Graph, after: Graph, changed: Plan["resource_changes"]) {
    this.before = before;
    this.after = after;
    this.was = new Map(networkEnds(before).map((end) => [end.resource.address, end]));
    this.changed = new Set(changed.map(({ address }) => address));
    this.concernsAll = changed.some(({ type }) => !OF_SOME.test(type));
  }

  result(): PathComparison {
    const ends = networkEnds(this.after);
    const asked = ends.filter(({ resource }) => resource.type !== INTERFACE_ENDPOINT);
    const starts = ends.filter(({ begins }) => begins);
    const touched = new Set(ends.filter((end) => this.touches(end)));
    const others = asked.filter((to) => !touched.has(to)).length;
    const touchedStarts = starts.filter((from) => touched.has(from)).length;
    const isWhole = starts.length * asked.length - (starts.length - touchedStarts) * others <= MAX_PAIRS;
    const pairs = (from: NetworkEnd) =>
      (touched.has(from) ? asked : asked.filter((to) => touched.has(to))).filter((to) => to !== from);
    const goesElsewhere = ends.some((end) => end.resource.type === INTERFACE_ENDPOINT && touched.has(end));
    return {
      changes: [
        ...asked.filter((to) => touched.has(to)).flatMap((to) => this.toPorts(undefined, to)),
        ...(isWhole ? starts.flatMap((from) => pairs(from).flatMap((to) => this.toPorts(from, to))) : []),
        ...starts.filter((from) => goesElsewhere || touched.has(from)).flatMap((from) => this.outward(from)),
      ],
      isWhole,
    };
  }

  /** Whether anything that decides on its paths to others of the network is changed. */
  private touches(end: NetworkEnd): boolean {
    const { resource, standing, ports } = end;
    const old = this.was.get(resource.address);
    if (this.concernsAll || !old || old.standing !== standing || old.ports.join() !== ports.join()) return true;
    // What else a service is changed in is not of the network: where it stands is compared above.
    if (resource.type !== "aws_ecs_service" && this.changed.has(resource.address)) return true;
    return this.hasChangedRules(this.after, end) || this.hasChangedRules(this.before, old);
  }

  private hasChangedRules(graph: Graph, { place }: NetworkEnd): boolean {
    return (place.groups?.groups ?? []).some(
      (group) =>
        this.changed.has(group.address) ||
        securityGroups(graph)
          .get(group)
          ?.rules.some((rule) => this.changed.has(rule.resource.address)),
    );
  }

  /** @param from undefined: the internet */
  private toPorts(from: NetworkEnd | undefined, to: NetworkEnd): PathChange[] {
    const [start, end] = [from && this.was.get(from.resource.address), this.was.get(to.resource.address)];
    if (from && !start && !end) return [];
    const isNew = (from && !start) || !end;
    return to.ports.flatMap((port) => {
      const key = [from?.standing, start?.standing, to.resource.address, port].join("\n");
      const found = this.once(key, () => {
        const is = pathOver(this.after, from?.place ?? INTERNET, { place: to.place, port }).verdict;
        if (isNew) return is === "open" ? "opens" : undefined;
        return becoming(this.verdictBefore(start, { place: end.place, port }), is, from === undefined);
      });
      return found
        ? [{ from: from?.resource.address ?? INTERNET, to: `${to.resource.address}:${port}`, becomes: found }]
        : [];
    });
  }

  private outward(from: NetworkEnd): PathChange[] {
    const start = this.was.get(from.resource.address);
    if (!start) return [];
    const targets = [...calledServices(this.after).map((service) => ({ service })), { internet: 443 }];
    return targets.flatMap((target) => {
      const to = "service" in target ? target.service : INTERNET;
      const is = pathOver(this.after, from.place, target).verdict;
      const becomes = becoming(this.verdictBefore(start, target), is, false);
      return becomes ? [{ from: from.resource.address, to, becomes }] : [];
    });
  }

  private verdictBefore(start: NetworkEnd | undefined, target: PathTarget): Path["verdict"] {
    return pathOver(this.before, start?.place ?? INTERNET, target).verdict;
  }

  /** What stands alike has the same paths. */
  private once(key: string, find: () => PathChange["becomes"] | undefined): PathChange["becomes"] | undefined {
    if (!this.known.has(key)) this.known.set(key, find());
    return this.known.get(key);
  }
}

/** What was not known before is told of only where it lets the internet in. */
function becoming(
  was: Path["verdict"],
  is: Path["verdict"],
  isFromInternet: boolean,
): PathChange["becomes"] | undefined {
  if (was === "blocked" && is === "open") return "opens";
  if (was === "open" && is === "blocked") return "closes";
  if (was === "blocked" && is === "unknown") return "may open";
  return was === "unknown" && is === "open" && isFromInternet ? "may open" : undefined;
}
