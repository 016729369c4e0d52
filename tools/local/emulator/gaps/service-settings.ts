import type { Call } from "../call.ts";
import type { Gap } from "./gap.ts";
import { withBody } from "./replies.ts";

interface Service {
  readonly serviceArn: string;
  readonly status: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly deployments?: readonly object[];
}

/** What moto drops when a service is made or changed. */
const droppedSettings = [
  "availabilityZoneRebalancing",
  "capacityProviderStrategy",
  "deploymentConfiguration",
  "enableECSManagedTags",
  "enableExecuteCommand",
  "healthCheckGracePeriodSeconds",
] as const;

/** ECS: the settings of a service that moto drops, and a deployment that comes to an end. */
export function serviceSettings(): Gap[] {
  const settingsByArn = new Map<string, object>();

  const show = (service: Service) => ({ ...settled(service), ...settingsByArn.get(service.serviceArn) });

  const keepAndShow: Gap["answer"] = async (call, moto) => {
    const reply = await moto.forward(call);
    if (reply.status !== 200) return reply;
    const { service } = JSON.parse(reply.body.toString("utf8")) as { service: Service };
    const before = call.action === "CreateService" ? {} : settingsByArn.get(service.serviceArn);
    settingsByArn.set(service.serviceArn, { ...before, ...settingsIn(call) });
    return withBody(reply, JSON.stringify({ service: show(service) }));
  };

  const service = "ecs";
  const why =
    "moto drops settings that the provider reads back, so every plan sets them again, " +
    "and as it runs no containers a deployment stays in progress for ever";
  return [
    { service, action: "CreateService", why, standIn: "moto's own answer; the settings are kept", answer: keepAndShow },
    { service, action: "UpdateService", why, standIn: "moto's own answer; the settings are kept", answer: keepAndShow },
    {
      service,
      action: "DescribeServices",
      why,
      standIn: "moto's own answer with the settings that were kept, and as many tasks running as are wanted",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        if (reply.status !== 200) return reply;
        const answer = JSON.parse(reply.body.toString("utf8")) as { services: Service[] };
        return withBody(reply, JSON.stringify({ ...answer, services: answer.services.map(show) }));
      },
    },
  ];
}

function settingsIn(call: Call): object {
  const asked = JSON.parse(call.body.toString("utf8")) as Record<string, unknown>;
  const { capacityProviderStrategy: strategy } = asked;
  return {
    ...Object.fromEntries(droppedSettings.filter((name) => name in asked).map((name) => [name, asked[name]])),
    // A service with a strategy has no launch type; moto says EC2. The provider writes an empty one for none.
    ...(Array.isArray(strategy) && strategy.length > 0 && { launchType: undefined }),
  };
}

function settled(service: Service): object {
  if (service.status !== "ACTIVE") return service;
  const counts = { desiredCount: service.desiredCount, runningCount: service.desiredCount, pendingCount: 0 };
  const deployments = (service.deployments ?? []).map((deployment) => ({
    ...deployment,
    ...counts,
    taskDefinition: service.taskDefinition,
    rolloutState: "COMPLETED",
    rolloutStateReason: "No containers run here; the deployment is shown as completed.",
  }));
  return { ...service, ...counts, deployments };
}
