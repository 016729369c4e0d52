import type { Changes } from "./synthesize.ts";

const NATS = ["none", "single", "per-zone"] as const;
const ENDPOINTS = ["none", "single-zone", "per-zone"] as const;
const WAYS_OUT = NATS.flatMap((nat) => ENDPOINTS.map((interfaceEndpoints) => ({ nat, interfaceEndpoints }))).filter(
  ({ nat, interfaceEndpoints }) => nat !== "none" || interfaceEndpoints !== "none",
);
/** With a domain and the load balancer's login, with a domain alone, and without. */
const FRONTS = [{ lb: { authenticateCognito: true } }, {}, { domain: undefined }];
/** No paths to the app past nginx, no images, no ECS Exec; and what differs where these are there. */
const AT_FIRST = { lb: {}, images: {}, exec: false };
const IN_USE = {
  lb: { pathRules: [{ paths: ["/api/*"], to: "app" as const, public: true }] },
  images: { nginx: "0.1.0", app: "0.1.0" },
  exec: true,
};

/** What is there for the money, each for itself. */
const FRUGAL: readonly Changes[] = [
  { cache: "none" },
  { network: { nat: "instance", interfaceEndpoints: "none", outboundPorts: [587] } },
  { network: { nat: "instance", natInstanceType: "t4g.small" } },
  { database: { appUser: {} }, ecs: { topology: "together" } },
  { images: { nginx: "0.1.0", app: "0.1.0" }, ecs: { hours: { from: "08:00", to: "20:00" } } },
  {
    images: { nginx: "0.1.0", app: "0.1.0" },
    ecs: {
      workers: {
        jobs: {
          command: ["bin/jobs"],
          size: { cpu: 256, memory: 1024 },
          tasks: { min: 2, max: 4 },
          spot: { onDemandTasks: 1 },
        },
      },
    },
  },
];

/** What an app asks for as it grows, each for itself. */
const GROWN: readonly Changes[] = [
  { mail: { from: "no-reply@operation-app.example.com" } },
  { mail: { from: "no-reply@mail.example.net", hostedZone: "example.net", dmarc: "reject" }, domain: undefined },
  { storage: {} },
  { storage: { cdn: {} } },
  { cognito: { domain: { name: "auth.operation-app.example.com" } }, lb: { authenticateCognito: true } },
  {
    cognito: { domain: { name: "auth.example.net", hostedZone: "example.net", parentRecord: "create" } },
    domain: undefined,
  },
];

/**
 * Every switch of production: ways out, topologies, what is in front, what runs, what saves money, and what is added. Of the first
 * four, each three are there in every combination: what runs follows from the others, and runs no branch more with all of them.
 */
export const SWITCHES: readonly { readonly name: string; readonly changes: Changes }[] = [
  ...[...FRUGAL, ...GROWN].map((changes) => ({ name: JSON.stringify(changes), changes })),
  ...WAYS_OUT.flatMap((network, way) =>
    (["separate", "together"] as const).flatMap((topology, together) =>
      FRONTS.map((front, place) => {
        const load = (way + together + place) % 2 === 0 ? AT_FIRST : IN_USE;
        return {
          name: JSON.stringify({ ...network, topology, ...front, ...load }),
          changes: {
            ...front,
            network,
            lb: { ...load.lb, ...front.lb },
            images: load.images,
            ecs: { topology, exec: load.exec },
          },
        };
      }),
    ),
  ),
];

/** What is made where somebody is told, a zone is made, and nothing is left out. */
export const WITH_EVERYTHING = {
  network: { flowLogRetentionDays: 30, nat: "instance" },
  domain: { hostedZone: { create: true } },
  alarms: { emails: ["me@example.com"] },
  lb: { waf: "block", wafLogRetentionDays: 30 },
  mail: { from: "no-reply@operation-app.example.com" },
  backup: {},
  storage: { cdn: {} },
  budget: { monthlyUsd: 100 },
  ecs: {
    schedules: { nightly: { command: ["nightly"], when: "rate(1 day)" } },
    workers: { jobs: { command: ["jobs"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 1 } } },
  },
} as const satisfies Changes;
