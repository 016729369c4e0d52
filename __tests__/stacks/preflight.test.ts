import { describe, expect, it } from "vitest";
import { findingsOf } from "../../packages/preflight/tests/support/rules.ts";
import { environmentWith, synthesizeText } from "../support/synthesize.ts";

/** Errors that preflight finds in an environment's stack. */
async function errorsOf(input: unknown): Promise<string[]> {
  const findings = await findingsOf(JSON.parse(synthesizeText(input)));
  return findings
    .filter(({ severity }) => severity === "error")
    .map(({ id, address, message }) => `${id} ${address} ${message}`);
}

const NATS = ["none", "single", "per-zone"] as const;
const ENDPOINTS = ["none", "single-zone", "per-zone"] as const;
const WAYS_OUT = NATS.flatMap((nat) => ENDPOINTS.map((interfaceEndpoints) => ({ nat, interfaceEndpoints }))).filter(
  ({ nat, interfaceEndpoints }) => nat !== "none" || interfaceEndpoints !== "none",
);
/** With a domain and the load balancer's login, with a domain alone, and without. */
const FRONTS = [{ lb: { authenticateCognito: true } }, {}, { domain: undefined }];
/** Paths to the app past nginx, images, ECS Exec: what differs where these are there. */
const LOADS = [
  { lb: {}, images: {}, exec: false },
  {
    lb: { pathRules: [{ paths: ["/api/*"], to: "app" as const, public: true }] },
    images: { nginx: "0.1.0", app: "0.1.0" },
    exec: true,
  },
];

describe("production has no error", () => {
  const switches = WAYS_OUT.flatMap((way) =>
    (["separate", "together"] as const).flatMap((topology) =>
      FRONTS.flatMap((front) => LOADS.map((load) => ({ way, topology, front, load }))),
    ),
  );

  it.each(switches)("with $way, $topology, $front, $load", async ({ way, topology, front, load }) => {
    const changed = environmentWith({
      ...front,
      network: way,
      lb: { ...load.lb, ...front.lb },
      images: load.images,
      ecs: { topology, exec: load.exec },
    });
    expect(await errorsOf(changed)).toEqual([]);
  });

  it("nor any finding, as it is", async () => {
    expect(await findingsOf(JSON.parse(synthesizeText(environmentWith())))).toEqual([]);
  });

  it("with one-off tasks and workers, a zone of one's own and a network of one's own", async () => {
    const changed = environmentWith({
      domain: { hostedZone: { create: true } },
      network: { cidr: "10.1.0.0/20", flowLogRetentionDays: 30, outboundPorts: [25, 587] },
      images: { nginx: "0.1.0", app: "0.1.0" },
      ecs: {
        workers: {
          sidekiq: {
            command: ["bundle", "exec", "sidekiq"],
            size: { cpu: 256, memory: 512 },
            tasks: { min: 1, max: 1, targetCpuPercent: 60 },
          },
        },
      },
      database: { multiAz: true },
      cache: { engine: "redis", nodes: 2 },
    });
    expect(await errorsOf(changed)).toEqual([]);
  });
});

describe("a login that Rails can't reach", () => {
  it("is a warning where there is no NAT, and the user pool has a domain", async () => {
    const findings = await findingsOf(JSON.parse(synthesizeText(environmentWith({ network: { nat: "none" } }))));
    expect(findings.map(({ id, severity, address }) => ({ id, severity, address }))).toContainEqual({
      id: "NET-114",
      severity: "warning",
      address: "aws_ecs_service.ecs_app_service",
    });
  });

  it("is none where the user pool has no domain, since there is an endpoint then", async () => {
    const changed = environmentWith({ network: { nat: "none" }, cognito: { domainPrefix: undefined } });
    const findings = await findingsOf(JSON.parse(synthesizeText(changed)));
    expect(findings.filter(({ id }) => id === "NET-114")).toEqual([]);
  });
});
