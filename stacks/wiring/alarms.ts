import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../../environments/schema/index.ts";
import { Alarms } from "../../modules/alarms/index.ts";
import { Budget } from "../../modules/budget/index.ts";
import type { Cache } from "../../modules/cache/index.ts";
import type { Database } from "../../modules/database/index.ts";
import type { Ecs } from "../../modules/ecs/index.ts";
import type { Lb } from "../../modules/lb/index.ts";
import type { Mail } from "../../modules/mail/index.ts";
import type { Network } from "../../modules/network/index.ts";
import type { NatInstance } from "../../modules/network/nat-instance.ts";
import type { Schedules } from "../../modules/schedules/index.ts";

/** What is watched. */
export interface Watched {
  readonly network: Network;
  readonly natInstance?: NatInstance;
  readonly lb: Lb;
  readonly ecs: Ecs;
  readonly database: Database;
  readonly cache?: Cache;
  readonly schedules?: Schedules;
  readonly mail?: Mail;
}

export function createAlarms(scope: Construct, environment: Environment, watched: Watched): Alarms | undefined {
  const { app: name, name: environmentName, region, database: configured } = environment;
  const { enabled, ...settings } = environment.alarms;
  if (!enabled) return undefined;
  const { network, natInstance, lb, ecs, database, cache, schedules, mail } = watched;
  return new Alarms(scope, "alarms", {
    name,
    environment: environmentName,
    region,
    ...settings,
    loadBalancer: {
      alb: lb.alb,
      targets: { nginx: lb.nginxTargets, ...(lb.appTargets && { app: lb.appTargets }) },
      served: servedTargets(environment),
      certificateArn: lb.certificateArn,
      blocking: lb.waf?.blocking(region),
      mayAllSleep: environment.ecs.hours && ecs,
    },
    services: { cluster: ecs.cluster, services: ecs.services },
    database: {
      instance: database.instance,
      instanceClass: configured.instanceClass,
      allocatedStorage: configured.allocatedStorage,
    },
    cache: cache && { replicationGroup: cache.replicationGroup, nodes: cache.nodes },
    natGateways: network.natGateways,
    natInstance: natInstance?.group,
    redeployment: ecs.redeployment?.stateMachine,
    schedules: schedules && {
      cluster: ecs.cluster,
      tasks: Object.values(ecs.scheduledTasks),
      deadLetters: schedules.deadLetters,
    },
    mail: mail?.configurationSet,
  });
}

/** Target groups whose tasks run at all times: their images are there, and at least one is wanted. */
function servedTargets({ ecs, images }: Environment): string[] {
  const runs = (name: "nginx" | "app") => images[name] !== undefined && ecs[name].tasks.min > 0;
  if (ecs.topology === "together") return runs("app") && images.nginx !== undefined ? ["nginx", "app"] : [];
  return (["nginx", "app"] as const).filter(runs);
}

export function createBudget(scope: Construct, { app: name, budget, alarms }: Environment): void {
  if (budget === undefined) return;
  const { monthlyUsd, counts, emails = alarms.emails } = budget;
  if (emails.length === 0) {
    Annotations.of(scope).addWarning(
      "There is no budget, because nobody would be notified. Add an address to budget.emails or alarms.emails in the environment file.",
    );
    return;
  }
  if (monthlyUsd === "estimated") throw new Error("A budget is estimated before the stack is made: withBudgetLimit.");
  new Budget(scope, "budget", { name, monthlyUsd, counts, emails });
}
