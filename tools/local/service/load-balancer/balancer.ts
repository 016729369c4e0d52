import type { TargetHealth } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { NetworkInterface, Vpc } from "../network/vpc.ts";
import { selfSigned } from "./certificates.ts";
import type { DeployedLoadBalancer } from "./configuration.ts";
import { render } from "./haproxy.ts";
import { hasPassed, readStatus, targetHealth } from "./health.ts";
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

/** One load balancer that runs: haproxy in a network interface of its own. */
export class Balancer {
  deployed: DeployedLoadBalancer;
  /** Port on this machine, by the listener's. */
  readonly published: Readonly<Record<number, number>>;
  private readonly attached: NetworkInterface;
  private readonly haproxy: HaproxyProcess;
  private readonly certificates = new Map<string, Promise<string>>();
  /** Targets that haproxy knows, by the name of their server. */
  private readonly placed = new Map<string, { readonly target: Registered; isDraining: boolean }>();
  /** But for the targets. */
  private configuration = "";

  private constructor(attached: NetworkInterface, published: Record<number, number>, deployed: DeployedLoadBalancer) {
    this.attached = attached;
    this.haproxy = new HaproxyProcess(attached.container);
    this.published = published;
    this.deployed = deployed;
  }

  /** @throws Error where the subnet has no room, or haproxy does not take the configuration; then nothing is left */
  static async start(vpc: Vpc, deployed: DeployedLoadBalancer, targets: readonly Registered[]): Promise<Balancer> {
    const attached = await vpc.attach({
      name: deployed.LoadBalancerName,
      subnetIds: (deployed.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
      groupIds: deployed.SecurityGroups ?? [],
      aliases: deployed.DNSName ? [deployed.DNSName] : [],
      publish: [...portsOf(deployed)],
      isPublic: deployed.Scheme === "internet-facing",
    });
    try {
      const { ports } = await attached.container.state();
      const balancer = new Balancer(attached, ports, deployed);
      await balancer.haproxy.start(await balancer.files(targets));
      balancer.place(targets);
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
    if (this.render([]) === this.configuration) return;
    await this.haproxy.reload(await this.files(targets));
    this.place(targets);
  }

  /** Whether targets of this group are its own. */
  serves(groupArn: string): boolean {
    return this.deployed.targetGroups.some(({ TargetGroupArn }) => TargetGroupArn === groupArn);
  }

  /** Whether haproxy knows the target, which may be draining. */
  has(target: GroupTarget): boolean {
    return this.placed.has(serverName(target));
  }

  /** Brings haproxy's targets to those that are registered, and reads their health. */
  async follow(targets: readonly Registered[]): Promise<void> {
    const names = new Set(targets.map(serverName));
    for (const target of targets) await this.add(target);
    for (const [name, { target }] of this.placed) if (!names.has(name)) await this.drain(target);
    if (this.placed.size > 0) await this.readHealth(targets);
  }

  async isRunning(): Promise<boolean> {
    return this.attached.container.state().then(
      ({ running }) => running,
      () => false,
    );
  }

  async remove(vpc: Vpc): Promise<void> {
    await vpc.detach(this.attached);
  }

  private async add(target: Registered): Promise<void> {
    const known = this.placed.get(serverName(target));
    if (known?.target === target) return;
    const group = this.deployed.targetGroups.find(({ TargetGroupArn }) => TargetGroupArn === target.groupArn);
    if (!known && group) await addServer(this.haproxy, group, target);
    await enableServer(this.haproxy, target);
    this.placed.set(serverName(target), { target, isDraining: false });
  }

  private async drain(target: Registered): Promise<void> {
    const known = this.placed.get(serverName(target));
    if (!known?.isDraining) await drainServer(this.haproxy, target);
    this.placed.set(serverName(target), { target, isDraining: true });
    const isOver = Date.now() >= (target.drainedAt ?? 0);
    if (isOver && (await deleteServer(this.haproxy, target))) this.placed.delete(serverName(target));
  }

  private async readHealth(targets: readonly Registered[]): Promise<void> {
    const statuses = readStatus(await this.haproxy.command("show stat -1 4 -1"));
    for (const target of targets) {
      const status = statuses.get(serverName(target));
      if (!status) continue;
      if (hasPassed(status)) {
        await this.haproxy.command(`set server ${serverName(target)} weight 1`);
        target.passed = true;
      }
      target.health = targetHealth({ ...status, weight: target.passed ? 1 : 0 });
    }
  }

  /** Notes the targets that stand in the configuration with which haproxy has just begun. */
  private place(targets: readonly Registered[]): void {
    this.configuration = this.render([]);
    this.placed.clear();
    for (const target of targets) this.placed.set(serverName(target), { target, isDraining: false });
  }

  private render(targets: readonly Registered[]): string {
    const byGroup = this.deployed.targetGroups.map(({ TargetGroupArn }) => {
      return [TargetGroupArn, targets.filter(({ groupArn }) => groupArn === TargetGroupArn)] as const;
    });
    return render({ balancer: this.deployed, published: this.published, targets: new Map(byGroup) });
  }

  private async files(targets: readonly Registered[]): Promise<Record<string, string>> {
    const secure = this.deployed.listeners.filter(({ Protocol }) => Protocol === "HTTPS");
    const certificates = secure.map(async ({ Port, domainNames }) => [
      certificateFile(Port),
      await this.certificate(domainNames),
    ]);
    return {
      ...Object.fromEntries(await Promise.all(certificates)),
      ...Object.fromEntries(SESSION_HEADERS.map((header) => [sessionFile(header), ""])),
      [CONFIGURATION_FILE]: this.render(targets),
    };
  }

  /** Made once: a browser that has accepted it does not ask again. */
  private certificate(domainNames: readonly string[]): Promise<string> {
    const key = domainNames.join();
    const certificate = this.certificates.get(key) ?? selfSigned(domainNames);
    this.certificates.set(key, certificate);
    return certificate;
  }
}

const portsOf = ({ listeners }: DeployedLoadBalancer) => new Set(listeners.map(({ Port }) => Port));
