import { FARGATE_MEMORY, type FargateSize } from "@operation-app/preflight/fargate";
import fc from "fast-check";
import type { EnvironmentInput } from "../../environments/schema/index.ts";
import { REGIONS } from "../../environments/schema/regions.ts";
import type { Ipv4Cidr } from "../../modules/network/ipv4.ts";

/** IPv4 blocks that subnets can be planned in, /16 to /24. */
export const vpcCidr = fc
  .tuple(fc.integer({ min: 16, max: 24 }), fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255))
  .map(([prefixLength, a, b, c]): Ipv4Cidr => `${a}.${b}.${c & (0xff << (24 - prefixLength))}.0/${prefixLength}`);

const size: fc.Arbitrary<FargateSize> = fc
  .constantFrom(...Object.entries(FARGATE_MEMORY))
  .chain(([cpu, memories]) =>
    fc.constantFrom(...memories).map((memory) => ({ cpu: Number(cpu), memory }) as FargateSize),
  );

const tasks = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })).map(([min, more]) => ({
  min,
  max: min === 0 ? 0 : min + more,
  targetCpuPercent: 60,
}));

const name = fc.stringMatching(/^[a-z][a-z0-9]{2,19}$/);
/** What a shell or a template language would trip over. */
const anyText = fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(..."ab \"'\\${}%{}:/@") });
const version = fc.option(fc.stringMatching(/^[0-9]\.[0-9]\.[0-9]$/), { nil: undefined });
const port = fc.integer({ min: 1, max: 65535 });

const pathRule = fc.record({
  paths: fc.array(fc.stringMatching(/^\/[a-z]{1,10}\*?$/), { minLength: 1, maxLength: 5 }),
  to: fc.oneof(fc.constantFrom("nginx", "app"), fc.record({ status: fc.constantFrom(200, 299, 400, 404, 503) })),
  public: fc.boolean(),
}) as fc.Arbitrary<NonNullable<EnvironmentInput["lb"]["pathRules"]>[number]>;

const aliases = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-z]{1,8}\.example\.net$/),
    to: fc.constantFrom("redirect", "app") as fc.Arbitrary<"redirect" | "app">,
    hostedZone: fc.constant("example.net"),
  }),
  { maxLength: 9, selector: ({ name }) => name },
);

/** Valid environments of every shape: regions, zones, NAT, endpoints, topologies, with and without domain. */
export const environment: fc.Arbitrary<EnvironmentInput> = fc
  .record({
    app: name,
    region: fc.constantFrom(...REGIONS),
    letters: fc.uniqueArray(fc.constantFrom(..."abcdef"), { minLength: 2, maxLength: 4 }),
    protection: fc.boolean(),
    domain: fc.option(fc.record({ create: fc.boolean(), ownCertificate: fc.boolean(), aliases }), { nil: undefined }),
    cidr: vpcCidr,
    ways: fc.constantFrom(
      ...(["none", "single", "per-zone"] as const).flatMap((nat) =>
        (["none", "single-zone", "per-zone"] as const)
          .filter((interfaceEndpoints) => nat !== "none" || interfaceEndpoints !== "none")
          .map((interfaceEndpoints) => ({ nat, interfaceEndpoints })),
      ),
    ),
    flowLogRetentionDays: fc.option(fc.constantFrom(7, 30) as fc.Arbitrary<7 | 30>, { nil: undefined }),
    authenticate: fc.boolean(),
    pathRules: fc.array(pathRule, { maxLength: 3 }),
    images: fc.record({ nginx: version, app: version }),
    topology: fc.constantFrom("separate", "together") as fc.Arbitrary<"separate" | "together">,
    architecture: fc.constantFrom("ARM64", "X86_64") as fc.Arbitrary<"ARM64" | "X86_64">,
    exec: fc.boolean(),
    ports: fc.record({ nginx: port, app: port }).filter(({ nginx, app }) => nginx !== app),
    outboundPorts: fc.uniqueArray(port, { maxLength: 2 }),
    variable: anyText,
    sizes: fc.record({ nginx: size, app: size }),
    nginxTasks: tasks,
    appTasks: tasks,
    secrets: fc.dictionary(
      fc.stringMatching(/^[A-Z][A-Z]{2,10}_KEY$/),
      fc.constantFrom("generated", "by-hand") as fc.Arbitrary<"generated" | "by-hand">,
      { maxKeys: 3 },
    ),
    workers: fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9]{8,12}$/),
      fc.record({
        command: fc.array(anyText, { minLength: 1, maxLength: 3 }),
        size,
        tasks,
        spot: fc.option(fc.constant({}), { nil: undefined }),
      }),
      { maxKeys: 3 },
    ),
    schedules: fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9-]{2,5}y$/),
      fc.record({
        when: fc.constantFrom("cron(0 3 * * ? *)", "cron(0/10 8-17 ? * MON-FRI *)", "rate(1 hour)"),
        timeZone: fc.constantFrom("Asia/Tokyo", "Europe/Berlin", undefined),
        command: fc.array(anyText, { minLength: 1, maxLength: 3 }),
        retryMinutes: fc.integer({ min: 0, max: 1440 }),
        enabled: fc.boolean(),
      }),
      { maxKeys: 2 },
    ),
    backup: fc.option(
      fc.record({ lock: fc.constantFrom("none", "governance", "compliance") as fc.Arbitrary<"none" | "governance"> }),
      { nil: undefined },
    ),
    waf: fc.record({
      waf: fc.constantFrom("off", "count", "block") as fc.Arbitrary<"off" | "count" | "block">,
      wafLogRetentionDays: fc.constantFrom(undefined, 30),
    }),
    storage: fc.option(
      fc.record({ keepDeletedDays: fc.option(fc.integer({ min: 1, max: 365 }), { nil: undefined }) }),
      { nil: undefined },
    ),
    mail: fc.option(fc.constantFrom("none", "quarantine", "reject", "existing"), { nil: undefined }),
    cache: fc.oneof(
      fc.record({
        engine: fc.constantFrom("valkey", "redis") as fc.Arbitrary<"valkey" | "redis">,
        nodeType: fc.constant("cache.t4g.micro"),
        nodes: fc.integer({ min: 1, max: 3 }),
      }),
      fc.constant("none" as const),
    ),
    multiAz: fc.boolean(),
    alarms: fc.record({
      enabled: fc.boolean(),
      emails: fc.constantFrom<string | string[]>("me@example.com", [], ["me@example.com", "you@example.com"]),
      severity: fc.constantFrom("warning", "critical") as fc.Arbitrary<"warning" | "critical">,
      thresholds: fc.record({ databaseFreeDiskPercent: fc.integer({ min: 1, max: 99 }) }),
    }),
  })
  .map((choice) => ({
    app: choice.app,
    region: choice.region,
    state: { bucket: `${choice.app}-state` },
    protection: choice.protection,
    domain: choice.domain && {
      name: "app.example.com",
      hostedZone: { name: "example.com", create: choice.domain.create },
      aliases: choice.domain.aliases,
      certificateArn: choice.domain.ownCertificate
        ? `arn:aws:acm:${choice.region}:123456789012:certificate/1`
        : undefined,
    },
    network: {
      cidr: choice.cidr,
      zones: choice.letters.map((letter) => choice.region + letter) as [string, string, ...string[]],
      ...choice.ways,
      outboundPorts: choice.outboundPorts,
      flowLogRetentionDays: choice.flowLogRetentionDays,
    },
    lb: {
      authenticateCognito: choice.domain !== undefined && choice.authenticate,
      pathRules: choice.pathRules,
      ...choice.waf,
    },
    images: choice.images,
    ecs: {
      topology: choice.topology,
      architecture: choice.architecture,
      exec: choice.exec,
      logRetentionDays: 30,
      nginx: { port: choice.ports.nginx, size: choice.sizes.nginx, tasks: choice.nginxTasks },
      app: {
        port: choice.ports.app,
        size: choice.sizes.app,
        tasks: choice.appTasks,
        secrets: choice.secrets,
        environment: { SOME_TEXT: choice.variable },
      },
      workers: choice.workers,
      schedules: choice.schedules,
    },
    cognito: { domainPrefix: `x-${choice.app.replace(/aws|amazon|cognito/g, "")}` },
    database: {
      instanceClass: "db.t4g.micro",
      allocatedStorage: 20,
      multiAz: choice.multiAz,
      backupRetentionDays: 7,
      name: "app",
      username: "app",
    },
    cache: choice.cache,
    storage: choice.storage,
    mail:
      choice.mail && choice.ways.nat !== "none"
        ? { from: "no-reply@example.net", hostedZone: "example.net", dmarc: choice.mail as "none" | "existing" }
        : undefined,
    backup: choice.backup,
    alarms: choice.alarms,
  }));
