import {
  type CreateServiceCommandInput,
  type DeleteServiceCommandInput,
  type DescribeServicesCommandInput,
  type ECSClient,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import type { Gap } from "../../emulator/gaps/gap.ts";
import { changed, ecsGap, Refusal, serviceKey, taskDefinition } from "./calls.ts";
import type { Revision } from "./deployment.ts";
import type { Scheduler } from "./scheduler.ts";
import type { ScheduledService, ServiceSettings } from "./service.ts";

/** Calls about services: moto keeps what was asked for, the scheduler makes it so, and its view is what is shown. */
export function serviceCalls(scheduler: Scheduler, ecs: ECSClient): Gap[] {
  const show = (service: Service, scheduled: ScheduledService | undefined) => ({
    ...service,
    ...scheduled?.describe(),
  });
  const showOne = (scheduled: ScheduledService | undefined) => (output: { service: Service }) => ({
    service: show(output.service, scheduled),
  });

  return [
    ecsGap<CreateServiceCommandInput>(
      "CreateService",
      "moto's own answer; the service gets its tasks",
      async (input, call, moto) => {
        const key = serviceKey(input.cluster, input.serviceName);
        if (scheduler.find(key)?.describe().status === "DRAINING") {
          throw new Refusal("InvalidParameterException", "Unable to Start a service that is still Draining.");
        }
        const definition = await taskDefinition(ecs, input.taskDefinition);
        const reply = await moto.forward(call);
        return changed<{ service: Service }>(reply, (output) => {
          const { clusterArn = "", serviceName: name = "", desiredCount = 0 } = output.service;
          const settings = { desiredCount, ...settingsIn(input), name, clusterArn };
          return showOne(scheduler.create(key, settings, { ...revisionIn(input), ...definition }))(output);
        });
      },
    ),
    ecsGap<UpdateServiceCommandInput>(
      "UpdateService",
      "moto's own answer; the service gets what is new",
      async (input, call, moto) => {
        const definition = input.taskDefinition === undefined ? {} : await taskDefinition(ecs, input.taskDefinition);
        const reply = await moto.forward(call);
        return changed<{ service: Service }>(reply, (output) => {
          const revision = { ...revisionIn(input), ...definition };
          const key = serviceKey(input.cluster, input.service);
          return showOne(scheduler.update(key, settingsIn(input), revision, input.forceNewDeployment))(output);
        });
      },
    ),
    ecsGap<DeleteServiceCommandInput>(
      "DeleteService",
      "moto's own answer; the service is drained first",
      async (input, call, moto) => {
        const reply = await moto.forward(call);
        return changed(reply, (output: { service: Service }) =>
          showOne(scheduler.delete(serviceKey(input.cluster, input.service)))(output),
        );
      },
    ),
    ecsGap<DescribeServicesCommandInput>(
      "DescribeServices",
      "moto's own answer with the deployments, events and tasks that there are",
      async (input, call, moto) =>
        changed(await moto.forward(call), (output: { services: Service[] }) => ({
          ...output,
          services: output.services.map((service) =>
            show(service, scheduler.find(serviceKey(input.cluster, service.serviceName))),
          ),
        })),
    ),
  ];
}

/** Application Auto Scaling: a new range moves the service into it at once. Nothing scales by load. */
export function scalingCalls(scheduler: Scheduler, ecs: ECSClient): Gap[] {
  const capacities = new Map<string, { MinCapacity?: number; MaxCapacity?: number }>();
  return [
    {
      service: "application-autoscaling",
      action: "RegisterScalableTarget",
      why: "moto keeps a service's range and leaves its desired count outside of it",
      standIn: "moto's own answer; the desired count is moved into the range",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        const { ResourceId = "", ScalableDimension, ...input } = JSON.parse(call.body.toString("utf8"));
        if (reply.status !== 200 || ScalableDimension !== "ecs:service:DesiredCount") return reply;
        const range = { ...capacities.get(ResourceId), ...input };
        capacities.set(ResourceId, range);
        const [, cluster, service] = ResourceId.split("/");
        const current = scheduler.find(serviceKey(cluster, service))?.desiredCount;
        const { MinCapacity = 0, MaxCapacity = Number.POSITIVE_INFINITY } = range;
        const desiredCount = Math.min(MaxCapacity, Math.max(MinCapacity, current ?? 0));
        if (current === undefined || desiredCount === current) return reply;
        await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
        scheduler.update(serviceKey(cluster, service), { desiredCount }, {});
        return reply;
      },
    },
  ];
}

function settingsIn(input: CreateServiceCommandInput | UpdateServiceCommandInput): Partial<ServiceSettings> {
  return given(input, [
    "desiredCount",
    "deploymentConfiguration",
    "healthCheckGracePeriodSeconds",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "propagateTags",
    "tags",
  ]);
}

function revisionIn(input: CreateServiceCommandInput | UpdateServiceCommandInput): Partial<Revision> {
  return given(input, ["loadBalancers", "networkConfiguration", "serviceConnectConfiguration", "platformVersion"]);
}

function given(input: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(input).filter(([name, value]) => names.includes(name) && value !== null));
}
