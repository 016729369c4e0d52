import type { Server } from "node:http";
import type { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import {
  DescribeTargetGroupsCommand,
  type TargetGroup,
  type TargetHealth,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { Authentication, type SessionHeaders, type Sessions } from "./authentication.ts";
import { Balancer, isDraining, type Registered, type Surroundings } from "./balancer.ts";
import { ownName } from "./browser.ts";
import { type Clients, type DeployedLoadBalancer, readLoadBalancers } from "./configuration.ts";

import { draining, notInUse, registering } from "./health.ts";
import { serverAddress } from "./names.ts";
import type { Target, TargetGroups } from "./targets.ts";

export interface LoadBalancersOptions extends Surroundings {
  readonly clients: Clients & { readonly cognito: CognitoIdentityProviderClient };
  /** Where the login pages and the OAuth 2.0 endpoints of all user pools are. */
  readonly hostedLogin: string;
  /** Listens at the `loginPort` of the VPC's machine, and is answered for here. */
  readonly loginServer: Server;
}

export interface ListenerUrl {
  readonly loadBalancerArn: string;
  /** As it is deployed. */
  readonly port: number;
  /** With the port on this machine. */
  readonly url: string;
}

/** A load balancer that can't be brought to what is deployed is tried again after this. */
const RETRY_MS = 5_000;

/**
 * Stands in for Application Load Balancers: each is haproxy in a network interface of its own, with the deployed listeners,
 * rules and target groups, and its listeners' ports published on free ports of 127.0.0.1.
 *
 * One node each, whatever the number of subnets. Targets take turns: no other algorithm, no weights, no stickiness. No
 * authenticate-oidc, access logs, WAF, desync mitigation, slow start, mutual TLS, Lambda targets or gRPC health checks; the
 * percentage of healthy targets below which all get requests is not looked at.
 */
export class LoadBalancers implements TargetGroups, Sessions {
  private readonly options: LoadBalancersOptions;
  private readonly targets = new Map<string, Registered>();
  private readonly running = new Map<string, Balancer>();
  private last: Promise<void> = Promise.resolve();
  /** When what is deployed is read again, in milliseconds. */
  private readAt = 0;

  constructor(options: LoadBalancersOptions) {
    this.options = options;
    const { hostedLogin, clients } = options;
    new Authentication(options.loginServer, { cognito: clients.cognito, hostedLogin, sessions: this });
  }

  /** Something is deployed differently: the next `reconcile` reads it anew. */
  invalidate(): void {
    this.readAt = 0;
  }

  /**
   * Brings what runs to what is deployed, and reads the health of targets, in two milliseconds where nothing has changed.
   *
   * @throws Error where a load balancer can't be brought to it; the others have been, and it is tried again
   */
  reconcile(): Promise<void> {
    const next = this.last.then(() => this.bring());
    this.last = next.catch(() => {});
    return next;
  }

  /** Where the listeners of all load balancers are reached on this machine. */
  get urls(): readonly ListenerUrl[] {
    return [...this.running.values()].flatMap(({ deployed, published }) =>
      deployed.listeners.map(({ Port, Protocol = "HTTP" }) => ({
        loadBalancerArn: deployed.LoadBalancerArn,
        port: Port,
        url: `${Protocol.toLowerCase()}://localhost:${published[Port]}`,
      })),
    );
  }

  async register(groupArn: string, target: Target): Promise<void> {
    const former = this.targets.get(keyOf(groupArn, target));
    if (former && !isDraining(former)) return;
    const { address, port } = target;
    this.targets.set(keyOf(groupArn, target), { address, port, groupArn, health: registering, passed: false });
    await this.reconcile();
  }

  async deregister(groupArn: string, target: Target): Promise<void> {
    const registered = this.targets.get(keyOf(groupArn, target));
    if (!registered || isDraining(registered)) return;
    registered.drainedAt = Date.now() + this.delayOf(groupArn) * 1000;
    registered.health = draining;
    await this.reconcile();
  }

  healthOf(groupArn: string, target: Target): TargetHealth | undefined {
    return this.targets.get(keyOf(groupArn, target))?.health;
  }

  /** All targets of a group, those that are draining too. */
  targetsOf(groupArn: string): readonly Registered[] {
    return [...this.targets.values()].filter((target) => target.groupArn === groupArn);
  }

  /** Where the URL of a deployed listener is reached on this machine; any other URL as it is. */
  here(url: string): string {
    const asked = new URL(url);
    const port = Number(asked.port || (asked.protocol === "https:" ? 443 : 80));
    const balancer = [...this.running.values()].find(({ deployed }) => namesOf(deployed).has(asked.hostname));
    if (balancer?.published[port]) asked.host = `localhost:${balancer.published[port]}`;
    return asked.href;
  }

  /** The origin of a deployed listener's pages that a browser has by `localhost`; any other as it is. */
  deployedOrigin(origin: string): string {
    const { protocol, hostname, port } = new URL(origin);
    if (!["localhost", "127.0.0.1"].includes(hostname)) return origin;
    for (const { deployed, published } of this.running.values())
      for (const { Port, domainNames } of deployed.listeners)
        if (published[Port] === Number(port))
          return new URL(`${protocol}//${ownName(domainNames) ?? deployed.DNSName}:${Port}`).origin;
    return origin;
  }

  async put(loadBalancerArn: string, session: string, headers: SessionHeaders): Promise<void> {
    await this.running.get(loadBalancerArn)?.putSession(session, headers);
  }

  async remove(loadBalancerArn: string, session: string): Promise<void> {
    await this.running.get(loadBalancerArn)?.removeSession(session);
  }

  /** As it is deployed, in a load balancer or not. */
  async findGroup(groupArn: string): Promise<TargetGroup | undefined> {
    const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [groupArn] });
    const { TargetGroups } = await this.options.clients.elb.send(command).catch(() => ({ TargetGroups: [] }));
    return TargetGroups?.[0];
  }

  private async bring(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = (work: Promise<void>) => work.catch((error) => void failures.push(error));
    if (Date.now() >= this.readAt) {
      this.readAt = Number.POSITIVE_INFINITY;
      const deployed = await readLoadBalancers(this.options.clients);
      const arns = new Set(deployed.map(({ LoadBalancerArn }) => LoadBalancerArn));
      for (const arn of this.running.keys()) if (!arns.has(arn)) await attempt(this.end(arn));
      for (const balancer of deployed) await attempt(this.apply(balancer));
    }
    this.settle();
    for (const balancer of this.running.values()) await attempt(this.follow(balancer));
    if (failures.length === 0) return;
    this.readAt = Math.min(this.readAt, Date.now() + RETRY_MS);
    throw failures[0];
  }

  private async apply(deployed: DeployedLoadBalancer): Promise<void> {
    const { LoadBalancerArn: arn } = deployed;
    const former = this.running.get(arn);
    if (former?.canBecome(deployed)) return former.become(deployed, this.servedBy(deployed));
    await this.end(arn);
    if (deployed.listeners.length === 0) return;
    this.running.set(arn, await Balancer.start(this.options, deployed, this.servedBy(deployed)));
  }

  private async follow(balancer: Balancer): Promise<void> {
    try {
      await balancer.follow([...this.targets.values()].filter(({ groupArn }) => balancer.serves(groupArn)));
    } catch (error) {
      if (!(await balancer.answers())) await this.end(balancer.deployed.LoadBalancerArn);
      throw error;
    }
  }

  private async end(arn: string): Promise<void> {
    const balancer = this.running.get(arn);
    this.running.delete(arn);
    await balancer?.remove();
  }

  /** Looks after the targets that no load balancer looks after. */
  private settle(): void {
    const running = [...this.running.values()];
    for (const [key, target] of this.targets) {
      const isInUse = running.some((balancer) => balancer.serves(target.groupArn));
      if (!isInUse) target.health = notInUse;
      if (isDraining(target) && (!isInUse || Date.now() >= (target.drainedAt ?? 0))) this.targets.delete(key);
    }
  }

  /** Targets that get requests from it, or will once they are healthy. */
  private servedBy({ targetGroups }: DeployedLoadBalancer): Registered[] {
    const arns = new Set(targetGroups.map(({ TargetGroupArn }) => TargetGroupArn));
    return [...this.targets.values()].filter(
      ({ groupArn, drainedAt }) => arns.has(groupArn) && drainedAt === undefined,
    );
  }

  /** Seconds. */
  private delayOf(groupArn: string): number {
    const groups = [...this.running.values()].flatMap(({ deployed }) => deployed.targetGroups);
    const group = groups.find(({ TargetGroupArn }) => TargetGroupArn === groupArn);
    return Number(group?.attributes["deregistration_delay.timeout_seconds"] ?? 300);
  }
}

const namesOf = ({ DNSName = "", listeners }: DeployedLoadBalancer) =>
  new Set([DNSName, ...listeners.flatMap(({ domainNames }) => domainNames)]);

const keyOf = (groupArn: string, target: Target) => `${groupArn} ${serverAddress(target)}`;
