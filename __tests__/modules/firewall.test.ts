import { describe, expect, it } from "vitest";
import { type Changes, type Synthesized, synthesize } from "../support/synthesize.ts";

interface Rule {
  readonly security_group_id: string;
  readonly referenced_security_group_id?: string;
  readonly cidr_ipv4?: string;
  readonly prefix_list_id?: string;
  readonly from_port: number;
  readonly to_port: number;
}

const name = (reference: string) => /firewall_([a-z]+)\.id/.exec(reference)?.[1] ?? reference;

/** `app -> database:3306`, for each rule of a direction. */
function connections(stack: Synthesized, direction: "ingress" | "egress"): string[] {
  return Object.values<Rule>(stack.json.resource[`aws_vpc_security_group_${direction}_rule`])
    .map((rule) => {
      expect(rule.from_port).toBe(rule.to_port);
      const here = name(rule.security_group_id);
      const there = rule.referenced_security_group_id
        ? name(rule.referenced_security_group_id)
        : (rule.cidr_ipv4 ?? (rule.prefix_list_id ? "s3" : "?"));
      return direction === "egress" ? `${here} -> ${there}:${rule.from_port}` : `${there} -> ${here}:${rule.from_port}`;
    })
    .sort();
}

describe("the firewall", () => {
  it("lets out of production's groups what they need, and no more", () => {
    expect(connections(synthesize(), "egress")).toEqual([
      "alb -> nginx:8080",
      "app -> 0.0.0.0/0:443",
      "app -> cache:6379",
      "app -> database:3306",
      "app -> endpoints:443",
      "app -> s3:443",
      "nginx -> app:3000",
      "nginx -> endpoints:443",
      "nginx -> s3:443",
    ]);
  });

  it("lets into them what is let out of others, and the internet to the load balancer", () => {
    expect(connections(synthesize(), "ingress")).toEqual([
      "0.0.0.0/0 -> alb:443",
      "0.0.0.0/0 -> alb:80",
      "alb -> nginx:8080",
      "app -> cache:6379",
      "app -> database:3306",
      "app -> endpoints:443",
      "nginx -> app:3000",
      "nginx -> endpoints:443",
    ]);
  });

  const switches: [string, Changes][] = [
    ["NAT only", { network: { interfaceEndpoints: "none" } }],
    ["endpoints only", { network: { nat: "none" } }],
    ["one task for both", { ecs: { topology: "together" } }],
    ["path rules to the app", { lb: { pathRules: [{ paths: ["/cable"], to: "app" }] } }],
    ["login at the load balancer", { lb: { authenticateCognito: true } }],
    ["no domain", { domain: undefined }],
  ];

  it.each(switches)("allows each connection between groups at both ends: %s", (_name, changes) => {
    const stack = synthesize(changes);
    const between = (direction: "ingress" | "egress") =>
      connections(stack, direction).filter((connection) => !/0\.0\.0\.0|s3/.test(connection));
    expect(between("egress")).toEqual(between("ingress"));
  });

  it("lets nginx and the app to AWS through NAT where there are no endpoints", () => {
    const egress = connections(synthesize({ network: { interfaceEndpoints: "none" } }), "egress");
    expect(egress).toEqual(expect.arrayContaining(["nginx -> 0.0.0.0/0:443", "app -> 0.0.0.0/0:443"]));
    expect(egress.join()).not.toContain("endpoints");
  });

  it("lets nothing to the internet where there is no NAT", () => {
    expect(connections(synthesize({ network: { nat: "none" } }), "egress").join()).not.toContain("0.0.0.0/0");
  });

  it("opens the ports that the app needs outside, and always the one that Cognito is on", () => {
    const egress = connections(synthesize({ network: { outboundPorts: [587] } }), "egress");
    expect(egress.filter((line) => line.startsWith("app -> 0.0.0.0/0"))).toEqual([
      "app -> 0.0.0.0/0:443",
      "app -> 0.0.0.0/0:587",
    ]);
  });

  it("lets the load balancer out to Cognito only where it logs people in", () => {
    const out = "alb -> 0.0.0.0/0:443";
    expect(connections(synthesize(), "egress")).not.toContain(out);
    expect(connections(synthesize({ lb: { authenticateCognito: true } }), "egress")).toContain(out);
  });

  it("has no rule inside a group, where two of them could name each other in a cycle", () => {
    const stack = synthesize();
    for (const group of stack.names("aws_security_group")) {
      expect(stack.resource(`aws_security_group.${group}`)).not.toHaveProperty("ingress");
      expect(stack.resource(`aws_security_group.${group}`)).not.toHaveProperty("egress");
    }
  });
});
