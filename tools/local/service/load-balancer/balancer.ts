import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Authority, Certificate } from "../authority.ts";
import type { NetworkInterface, Vpc } from "../network/vpc.ts";
import type { SessionHeaders } from "./authentication.ts";
import type { DeployedLoadBalancer } from "./configuration.ts";
import { render } from "./haproxy.ts";
import { hasPassed, readStatus, type ServerStatus, targetHealth } from "./health.ts";
import {
  CONFIGURATION_FILE,
  certificateFile,
  type GroupTarget,
  SESSION_HEADERS,
  serverName,
  sessionFile,
} from "./names.ts";
import { HaproxyProcess } from "./process.ts";
import { addServer, deleteServer, drainServer, enableServer } from "./servers.ts";

/** A target that was registered, until its deregistration is complete. */
export interface Registered extends GroupTarget {
  health: TargetHealth;
  /** Whether it has passed a health check since it was registered. */
  passed: boolean;
  /** When its deregistration is complete, in milliseconds; nothing while it is registered. */
  drainedAt?: number;
}

export interface Surroundings {
  readonly vpc: Vpc;
  /** Signs certificates. */
  readonly authority: Pick<Authority, "issue">;
}

export const isDraining = ({ drainedAt }: Registered) => drainedAt !== undefined;

/** One load balancer that runs: haproxy in a network interface of its own. */
export class Balancer {
  deployed: DeployedLoadBalancer;
  /** Port on this machine, by the listener's. */
  readonly published: Readonly<Record<number, number>>;
  private readonly surroundings: Surroundings;
  private readonly attached: NetworkInterface;
  private readonly haproxy: HaproxyProcess;
  private readonly certificates = new Map<string, Certificate>();
  private readonly sessions = new Map<string, SessionHeaders>();
  /** But for the targets. */
  private configuration = "";

  private constructor(
    surroundings: Surroundings,
    attached: NetworkInterface,
    published: Record<number, number>,
    deployed: DeployedLoadBalancer,
  ) {
    this.surroundings = surroundings;
    this.attached = attached;
    this.haproxy = new HaproxyProcess(attached.container);
    this.published = published;
    this.deployed = deployed;
  }

  /** @throws Error where the subnet has no room, or haproxy does not take the configuration; then nothing is left */
  static async start(
    surroundings: Surroundings,
    deployed: DeployedLoadBalancer,
    targets: readonly Registered[],
  ): Promise<Balancer> {
    const { vpc } = surroundings;
    const attached = await vpc.attach({
      name: deployed.LoadBalancerName,
      subnetIds: (deployed.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
      groupIds: deployed.SecurityGroups ?? [],
      aliases: deployed.DNSName ? [deployed.DNSName] : [],
      publish: [...portsOf(deployed)],
      isPublic: deployed.Scheme === "internet-facing",
    });
    try {
      const balancer = new Balancer(surroundings, attached, await attached.container.ports(), deployed);
      await balancer.haproxy.start(await balancer.files(targets));
      balancer.configuration = balancer.render([]);
      return balancer;
    } catch (error) {
      await vpc.detach(attached);
      throw error;
    }
  }

  /** Whether it can be brought to that by a reload: a container's ports are published when it is made. */
  canBecome(deployed: DeployedLoadBalancer): boolean {
    return [...portsOf(deployed)].every((port) => port in this.published);
  }

  /** Brings listeners, rules and target groups to what is deployed. @throws Error with what haproxy says against it */
  async become(deployed: DeployedLoadBalancer, targets: readonly Registered[]): Promise<void> {
    this.deployed = deployed;
    const configuration = this.render([]);
    if (configuration === this.configuration) return;
    await this.haproxy.reload(await this.files(targets));
    this.configuration = configuration;
  }

  /** Whether targets of this group are its own. */
  serves(groupArn: string): boolean {
    return this.deployed.targetGroups.some(({ TargetGroupArn }) => TargetGroupArn === groupArn);
  }

  /**
   * Brings haproxy's targets to those that are registered, and reads their health.
   *
   * @param targets those that are draining too
   */
  async follow(targets: readonly Registered[]): Promise<void> {
    const statuses = readStatus(await this.haproxy.command("show stat -1 4 -1"));
    const known = new Map(targets.map((target) => [serverName(target), target]));
    for (const [name, target] of known) if (!isDraining(target)) await this.serve(name, target, statuses.get(name));
    for (const [name, { status }] of statuses) {
      const target = known.get(name);
      if (!target) await deleteServer(this.haproxy, name);
      else if (isDraining(target) && status !== "MAINT") await drainServer(this.haproxy, name);
    }
  }

  async putSession(session: string, headers: SessionHeaders): Promise<void> {
    const verb = this.sessions.has(session) ? "set" : "add";
    this.sessions.set(session, headers);
    for (const name of SESSION_HEADERS)
      await this.haproxy.command(`${verb} map ${sessionFile(name)} ${session} ${headers[name]}`);
  }

  async removeSession(session: string): Promise<void> {
    this.sessions.delete(session);
    for (const name of SESSION_HEADERS) await this.haproxy.command(`del map ${sessionFile(name)} ${session}`);
  }

  /** Whether haproxy is there; its container stays when it ends. */
  async answers(): Promise<boolean> {
    return this.haproxy.command("show version").then(
      () => true,
      () => false,
    );
  }

  async remove(): Promise<void> {
    await this.surroundings.vpc.detach(this.attached);
  }

  private async serve(name: string, target: Registered, status: ServerStatus | undefined): Promise<void> {
    const group = this.deployed.targetGroups.find(({ TargetGroupArn }) => TargetGroupArn === target.groupArn);
    if (!status && group) await addServer(this.haproxy, target, group);
    // It is new, or was draining.
    if (!status || status.status === "MAINT") return enableServer(this.haproxy, name);
    if (hasPassed(status)) {
      await this.haproxy.command(`set server ${name} weight 1`);
      target.passed = true;
    }
    target.health = targetHealth({ ...status, weight: target.passed ? 1 : 0 });
  }

  private render(targets: readonly Registered[]): string {
    const byGroup = this.deployed.targetGroups.map(({ TargetGroupArn }) => {
      return [TargetGroupArn, targets.filter(({ groupArn }) => groupArn === TargetGroupArn)] as const;
    });
    const { deployed: balancer, published } = this;
    const { address, loginPort } = this.surroundings.vpc.machine;
    const login = `${address}:${loginPort}`;
    return render({ balancer, published, targets: new Map(byGroup), login });
  }

  private async files(targets: readonly Registered[]): Promise<Record<string, string>> {
    const secure = this.deployed.listeners.filter(({ Protocol }) => Protocol === "HTTPS");
    const certificates = secure.map(async ({ Port, domainNames }) => [
      certificateFile(Port),
      await this.certificate(domainNames),
    ]);
    return {
      ...Object.fromEntries(await Promise.all(certificates)),
      ...Object.fromEntries(SESSION_HEADERS.map((name) => [sessionFile(name), this.sessionLines(name)])),
      [CONFIGURATION_FILE]: this.render(targets),
    };
  }

  private sessionLines(name: keyof SessionHeaders): string {
    return [...this.sessions].map(([session, headers]) => `${session} ${headers[name]}\n`).join("");
  }

  /** Made once: a browser that has accepted it does not ask again. */
  private async certificate(domainNames: readonly string[]): Promise<string> {
    const names = [...domainNames, "localhost"];
    const issued = this.certificates.get(names.join()) ?? (await this.surroundings.authority.issue(names));
    this.certificates.set(names.join(), issued);
    return `${issued.cert.trim()}\n${issued.key.trim()}\n`;
  }
}

const portsOf = ({ listeners }: DeployedLoadBalancer) => new Set(listeners.map(({ Port }) => Port));
