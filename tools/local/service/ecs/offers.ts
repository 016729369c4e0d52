import type { Target } from "../load-balancer/targets.ts";
import type { ServiceConnectName } from "../service-connect.ts";
import type { Revision } from "./deployment.ts";
import type { ServiceTask } from "./service-task.ts";

/** A name of Service Connect, and who answers there. */
export interface Offer {
  readonly namespace: string;
  readonly name: ServiceConnectName;
  readonly targets: readonly Target[];
}

/** What a service offers by Service Connect at this moment. @param defaultNamespace where the configuration names none */
export function offersOf(revision: Revision, defaultNamespace: string, tasks: readonly ServiceTask[]): Offer[] {
  const { enabled, namespace = defaultNamespace, services = [] } = revision.serviceConnectConfiguration ?? {};
  if (!enabled) return [];
  return services.flatMap(({ portName, discoveryName = portName, clientAliases }) => {
    const port = portNamed(portName, revision) ?? 0;
    const names = clientAliases ?? [{ dnsName: `${discoveryName}.${namespace.split("/").at(-1)}`, port }];
    const targets = tasks.flatMap(({ task, deployment, isServing }) => {
      const offered = portNamed(portName, deployment.revision);
      if (!isServing || task.address === undefined || offered === undefined) return [];
      return [{ address: task.address, port: offered }];
    });
    return names.map((alias) => ({
      namespace,
      name: { dnsName: alias.dnsName ?? `${discoveryName}`, port: alias.port ?? port },
      targets,
    }));
  });
}

function portNamed(portName: string | undefined, { definition }: Revision): number | undefined {
  const mappings = (definition.containerDefinitions ?? []).flatMap(({ portMappings = [] }) => portMappings);
  return mappings.find(({ name }) => name === portName)?.containerPort;
}
