import { neighboursOf } from "../../ecs/connect.ts";
import { STORE_TYPES, storesOf } from "../../ecs/needs.ts";
import { storePlace } from "../../ecs/stores.ts";
import { type Service, services } from "../../ecs/tasks.ts";
import { byLink } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { blocks, text } from "../../graph/value.ts";
import { LB_TYPES, lbPlace } from "../../network/load-balancers.ts";
import { stopOf } from "../../network/path.ts";
import { pathBetween } from "../../network/path-between.ts";
import { groupSetOf, type Place, subnetSetOf } from "../../network/places.ts";
import { linkedGroups, permitsPort, securityGroups } from "../../network/security-groups.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { blockedPaths } from "./blocked.ts";

/** What may use a database beside the tasks of services. */
const OTHER_CLIENTS = [
  "aws_instance",
  "aws_autoscaling_group",
  "aws_launch_template",
  "aws_lambda_function",
  "aws_eks_cluster",
  "aws_elastic_beanstalk_environment",
  "aws_db_proxy",
  "aws_dms_replication_instance",
  "aws_batch_compute_environment",
  "aws_apprunner_vpc_connector",
];

/**
 * Whom the groups of something let in: `these` groups alone, on whatever port; `others` on the port that it has, such as an
 * instance or a function that is elsewhere; or none.
 */
function admittedBy(
  graph: Graph,
  { groups }: Place,
  port: number,
  these: ReadonlySet<Resource>,
): "these" | "others" | "none" {
  const rules = (groups?.groups ?? [])
    .flatMap((group) => securityGroups(graph).get(group)?.rules ?? [])
    .filter(({ direction }) => direction === "ingress");
  const links = rules.flatMap((rule) => rule.groups.map(linkedGroups));
  const hasOthers = rules
    .filter((rule) => permitsPort(rule, port) !== "no")
    .some(
      (rule) =>
        [...rule.cidrs, ...rule.ipv6Cidrs, ...rule.prefixLists].length > 0 ||
        rule.groups
          .map(linkedGroups)
          .some(({ certain, resources }) => !certain || !resources.every((group) => these.has(group))),
    );
  return hasOthers ? "others" : links.length > 0 ? "these" : "none";
}

const mountTargets = byLink("aws_efs_mount_target", "file_system_id", "aws_efs_file_system");

function mountPlace(graph: Graph, target: Resource): Place {
  return {
    label: target.address,
    resource: target,
    subnets: subnetSetOf(target.get("subnet_id")),
    groups: groupSetOf(
      graph,
      target.get("security_groups"),
      linked(target.get("subnet_id"), "aws_subnet").resources[0]?.get("vpc_id"),
    ),
    publicAddress: false,
  };
}

/** What a client says that can't reach a database or cache. */
function storeFailures(cause: string) {
  const failure = (prevents: string) => ({ when: "runtime" as const, prevents, cause });
  return {
    mysql: failure("Mysql2::Error::ConnectionError: Can't connect to MySQL server on '…' (110)"),
    postgres: failure('PG::ConnectionBad: connection to server at "…", port 5432 failed: Connection timed out'),
    cache: failure("Redis::CannotConnectError: Connection timed out"),
  };
}

function kindOfStore(store: Resource): keyof ReturnType<typeof storeFailures> {
  if (store.type.startsWith("aws_elasticache_")) return "cache";
  return text(store.get("engine"))?.includes("postgres") ? "postgres" : "mysql";
}

export const NEIGHBOUR_RULES: readonly Rule[] = [
  defineRule({
    id: "NET-106",
    severity: "error",
    title: "Tasks reach the databases and caches that they are given",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    problems: storeFailures(
      "A connection passes only where the group of the task lets it out and the group of the database lets it in.",
    ),
    *check(graph) {
      for (const service of services(graph)) {
        if (!service.task || service.place.subnets.subnets.length === 0) continue;
        const paths = [...storesOf(graph, service.task)].flatMap((store) => {
          const { place, port } = storePlace(graph, store);
          return port === undefined
            ? []
            : [
                {
                  kind: kindOfStore(store),
                  to: `${store.address} on ${port}`,
                  path: pathBetween(graph, service.place, place, port),
                },
              ];
        });
        yield* blockedPaths(service.resource, paths, "a way to it");
      }
    },
  }),
  {
    id: "NET-107",
    severity: "error",
    title: "Tasks reach the other services that they call by name",
    when: "runtime",
    prevents:
      "upstream prematurely closed connection while reading response header from upstream, or connect() failed (110: Connection timed out) while connecting to upstream",
    cause: "Service Connect gives a name, not a way: both groups still have to let the connection pass.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html",
    *check(graph) {
      for (const client of services(graph)) {
        const paths = neighboursOf(graph, client).map(({ name, server, port }) => ({
          to: `${name} (${server.resource.address}) on ${port}`,
          path: pathBetween(graph, client.place, server.place, port),
        }));
        yield* blockedPaths(client.resource, paths, "a way to it");
      }
    },
  },
  {
    id: "NET-109",
    severity: "error",
    title: "Tasks reach the file systems that they mount",
    when: "runtime",
    prevents:
      "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: … mount.nfs4: Connection timed out",
    cause: "A file system is mounted over port 2049 of a mount target.",
    reference: "https://docs.aws.amazon.com/efs/latest/ug/network-access.html",
    *check(graph) {
      for (const service of services(graph)) {
        const volumes = blocks(service.task?.resource.get("volume")).blocks.flatMap(
          (volume) => blocks(volume.efs_volume_configuration).blocks,
        );
        for (const fileSystem of volumes.flatMap(
          (volume) => linked(volume.file_system_id, "aws_efs_file_system").resources,
        )) {
          const targets = graph.once(mountTargets).get(fileSystem) ?? [];
          const paths = targets.map((target) => ({
            to: `${fileSystem.address} on 2049`,
            path: pathBetween(graph, service.place, mountPlace(graph, target), 2049),
          }));
          if (paths.length > 0 && paths.every(({ path }) => path.verdict === "blocked"))
            yield* blockedPaths(service.resource, paths.slice(0, 1), "a way to it");
        }
      }
    },
  },
  defineRule({
    id: "NET-113",
    severity: "error",
    title: "Each database and cache is reachable from a client",
    reference: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    problems: storeFailures(
      "Where an application is given the address in a secret, no attribute says who connects; but when no task can connect, no client does.",
    ),
    *check(graph) {
      const all = services(graph);
      if (all.length === 0 || graph.ofType(...OTHER_CLIENTS).length > 0) return;
      // A load balancer asks no database: where its group is let in, another was meant.
      const places = [...all.map(({ place }) => place), ...graph.ofType(...LB_TYPES).map((lb) => lbPlace(graph, lb))];
      const groups = new Set(places.flatMap((place) => place.groups?.groups ?? []));
      const given = new Set(all.flatMap(({ task }) => (task ? [...storesOf(graph, task)] : [])));
      for (const store of graph.ofType(...STORE_TYPES)) {
        const { place, port } = storePlace(graph, store);
        if (port === undefined || given.has(store)) continue;
        const admitted = admittedBy(graph, place, port, groups);
        if (admitted === "others") continue;
        const pathFrom = (service: Service) => pathBetween(graph, service.place, place, port);
        if (!all.every((service) => pathFrom(service).verdict === "blocked")) continue;
        const stop = stopOf(pathFrom(all[0] as Service));
        yield {
          kind: kindOfStore(store),
          at: store,
          message: `is reached by no service of this configuration on ${port}: ${stop?.at} ${stop?.what}.`,
          fix: "Let the group of the tasks out to it, and let that group in at its own.",
          severity: admitted === "these" ? "error" : "warning",
        };
      }
    },
  }),
];
