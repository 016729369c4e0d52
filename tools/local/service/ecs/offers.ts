import type { Offer, OfferedName } from "../network/service-connect.ts";
import type { Revision } from "./deployment.ts";
import type { ServiceTask } from "./service-task.ts";

/** A name of Service Connect, and who answers there. */
export interface Offering {
  readonly namespace: string;
  readonly name: OfferedName;
  readonly offers: readonly Offer[];
}

/** What a service offers by Service Connect at this moment. @param defaultNamespace where the configuration names none */
export function offeringsOf(revision: Revision, defaultNamespace: string, tasks: readonly ServiceTask[]): Offering[] {
  const { enabled, namespace = defaultNamespace, services = [] } = revision.serviceConnectConfiguration ?? {};
  if (!enabled) return [];
  return services.flatMap(({ portName, discoveryName = portName, clientAliases }) => {
    const port = portNamed(portName, revision) ?? 0;
    const names = clientAliases ?? [{ dnsName: `${discoveryName}.${namespace.split("/").at(-1)}`, port }];
    const offers = tasks.flatMap(({ task, deployment, isServing }) => {
      const offered = portNamed(portName, deployment.revision);
      if (!isServing || task.address === undefined || offered === undefined) return [];
      return [{ address: task.address, port: offered }];
    });
    return names.map((alias) => ({
      namespace,
      name: { dnsName: alias.dnsName ?? `${discoveryName}`, port: alias.port ?? port },
      offers,
    }));
  });
}

function portNamed(portName: string | undefined, { definition }: Revision): number | undefined {
  const mappings = (definition.containerDefinitions ?? []).flatMap(({ portMappings = [] }) => portMappings);
  return mappings.find(({ name }) => name === portName)?.containerPort;
}
