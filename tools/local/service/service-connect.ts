import type { Target } from "./load-balancer/targets.ts";

/** Under which name and port the clients of a namespace reach a service. */
export interface ServiceConnectName {
  readonly dnsName: string;
  readonly port: number;
}

/** The namespaces of Service Connect, as ECS works with them. */
export interface ServiceConnect {
  /**
   * Says which running, healthy tasks offer a name from now on; no targets: the name is known, and nothing answers.
   *
   * @param namespace as the service's configuration has it, ARN or name; without one, the ARN of the cluster
   */
  publish(namespace: string, name: ServiceConnectName, targets: readonly Target[]): Promise<void>;
}
