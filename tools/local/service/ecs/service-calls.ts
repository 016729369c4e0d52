import type {
  CreateServiceCommandInput,
  DeleteServiceCommandInput,
  DescribeServicesCommandInput,
  ECSClient,
  ListServicesCommandInput,
  Service,
  UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import type { Reply } from "../../emulator/call.ts";
import type { Gap } from "../../emulator/gaps/gap.ts";
import { changed, ecsGap, refusal, serviceKey, taskDefinition } from "./calls.ts";
import { REVISED } from "./deployment.ts";
import type { Scheduler } from "./scheduler.ts";
import { type ScheduledService, SETTINGS } from "./service.ts";

/** Calls about services: moto keeps what was asked for, the scheduler makes it so, and what it says is shown. */
export function serviceCalls(scheduler: Scheduler, ecs: ECSClient): Gap[] {
  const show = (service: Service, scheduled?: ScheduledService) => ({ ...service, ...scheduled?.describe() });
  const showNew = (reply: Reply, act: (service: Service) => ScheduledService | undefined) =>
    changed<{ service: Service }>(reply, ({ service }) => {
      const scheduled = act(service);
      scheduler.wake();
      return { service: show(service, scheduled) };
    });
  const given = (input: object, names: readonly string[]) =>
    Object.fromEntries(Object.entries(input).filter(([name, value]) => names.includes(name) && value !== null));

  return [
    ecsGap<CreateServiceCommandInput>("CreateService", "the service gets its tasks", async (input, call, moto) => {
      const key = serviceKey(input.cluster, input.serviceName);
      if (scheduler.find(key)?.isDeleted) {
        throw refusal("InvalidParameterException", "Unable to Start a service that is still Draining.");
      }
      const revision = { ...given(input, REVISED), ...(await taskDefinition(ecs, input.taskDefinition)) };
      return showNew(await moto.forward(call), ({ clusterArn = "", serviceName: name = "", desiredCount = 0 }) =>
        scheduler.create(key, { desiredCount, ...given(input, SETTINGS), name, clusterArn }, revision),
      );
    }),
    ecsGap<UpdateServiceCommandInput>("UpdateService", "the service gets what is new", async (input, call, moto) => {
      const scheduled = scheduler.find(serviceKey(input.cluster, input.service));
      if (scheduled?.isDeleted) throw refusal("ServiceNotActiveException", "Service was not ACTIVE.");
      const definition = input.taskDefinition === undefined ? {} : await taskDefinition(ecs, input.taskDefinition);
      return showNew(await moto.forward(call), () =>
        scheduled?.update(
          given(input, SETTINGS),
          { ...given(input, REVISED), ...definition },
          input.forceNewDeployment,
        ),
      );
    }),
    ecsGap<DeleteServiceCommandInput>("DeleteService", "the service is drained first", async (input, call, moto) =>
      showNew(await moto.forward(call), () => scheduler.find(serviceKey(input.cluster, input.service))?.delete()),
    ),
    ecsGap<ListServicesCommandInput>("ListServices", "without those that are deleted", async (input, call, moto) =>
      changed<{ serviceArns: string[] }>(await moto.forward(call), (output) => ({
        ...output,
        serviceArns: output.serviceArns.filter((arn) => scheduler.find(serviceKey(input.cluster, arn))),
      })),
    ),
    ecsGap<DescribeServicesCommandInput>(
      "DescribeServices",
      "what there is of the service",
      async (input, call, moto) =>
        changed<{ services: Service[] }>(await moto.forward(call), (output) => ({
          ...output,
          services: output.services.map((service) =>
            show(service, scheduler.find(serviceKey(input.cluster, service.serviceName))),
          ),
        })),
    ),
  ];
}
