import * as z from "zod";
import {
  CACHE_VARIABLES,
  CDN_VARIABLES,
  INJECTED_VARIABLES,
  MAIL_VARIABLES,
  STORAGE_VARIABLES,
} from "../../modules/ecs/variables.ts";
import {
  contains,
  EVERYWHERE,
  type Ipv4Cidr,
  type Ipv4Range,
  overlaps,
  parseIpv4Cidr,
} from "../../modules/network/ipv4.ts";
import { planSubnets, SMALLEST_PLANNED_VPC, type ZoneSubnets } from "../../modules/network/subnet-plan.ts";
import { FILES_PATH } from "../../modules/storage/actions.ts";
import { MIN_GROWTH } from "./database.ts";
import { environmentSchema } from "./environment.ts";
import { NAME_RULES } from "./name-rules.ts";
import { type Problem, type Rule, rule } from "./rule.ts";

export type { Problem } from "./rule.ts";

const { app, region, network, lb, ecs, cognito, database } = environmentSchema.shape;

const port = z.object({ port: z.int() });

/** Longest name of a target group; no other resource leaves less room for the name of the app. */
const TARGET_GROUP_NAME = 32;

/** Longest name of an app whose containers listen on these ports. */
export function longestAppName({ nginx, app }: Record<"nginx" | "app", { readonly port: number }>): number {
  return TARGET_GROUP_NAME - longestSuffix({ nginx, app }).length;
}

function longestSuffix({ nginx, app }: Record<"nginx" | "app", { readonly port: number }>): string {
  const [one, other] = [`-nginx-${nginx.port}`, `-app-${app.port}`];
  return other.length > one.length ? other : one;
}

const nameFitsTargetGroups = rule(z.object({ app, ecs: z.object({ nginx: port, app: port }) }), (environment) => {
  const { app: name, ecs } = environment;
  const [suffix, most] = [longestSuffix(ecs), longestAppName(ecs)];
  if (name.length <= most) return [];
  const message = `is ${name.length} characters; at most ${most}, because the target group "<app>${suffix}" may have ${TARGET_GROUP_NAME}. Choose a shorter one.`;
  return [{ path: ["app"], message }];
});

const storageGrows = rule(
  z.object({ database: database.pick({ allocatedStorage: true, maxAllocatedStorage: true }).strip() }),
  ({ database: { allocatedStorage: size, maxAllocatedStorage: most = size } }) => {
    const least = Math.ceil(size * MIN_GROWTH);
    if (most === size || most >= least) return [];
    const message = `is too small for RDS. Write ${least} or more, 10 % above database.allocatedStorage; ${size} to switch autoscaling off; or leave it out.`;
    return [{ path: ["database", "maxAllocatedStorage"], message }];
  },
);

const usersOfTheDatabaseDiffer = rule(
  z.object({ database: database.pick({ username: true, appUser: true }).strip() }),
  ({ database: { username, appUser } }) =>
    appUser?.name.toLowerCase() === username.toLowerCase()
      ? [
          {
            path: ["database", "appUser", "name"],
            message: 'is the master user, database.username. Choose another, such as "rails".',
          },
        ]
      : [],
);

const copiesAreElsewhere = rule(
  z.object({ region, backup: z.object({ copyToVaultArn: z.string() }) }),
  ({ region, backup: { copyToVaultArn } }) => {
    if (copyToVaultArn.split(":")[3] !== region) return [];
    const message = `is in ${region}, the database's region, and so no protection against its loss. Name a vault in another region.`;
    return [{ path: ["backup", "copyToVaultArn"], message }];
  },
);

const zonesAreInTheRegion = rule(z.object({ region, network: network.pick({ zones: true }).strip() }), (environment) =>
  environment.network.zones.flatMap((zone, index) =>
    zone.slice(0, -1) === environment.region
      ? []
      : [
          {
            path: ["network", "zones", index],
            message: `is not a zone of ${environment.region}. Write one such as "${environment.region}a".`,
          },
        ],
  ),
);

const subnetsFit = rule(
  z.object({ network: network.pick({ cidr: true, zones: true, subnets: true }).strip() }),
  ({ network: { cidr, zones, subnets } }) => [
    ...Object.keys(subnets)
      .filter((zone) => !zones.includes(zone))
      .map((zone) => ({
        path: ["network", "subnets", zone],
        message: "is not one of network.zones. Add it there, or remove it here.",
      })),
    ...misplacedSubnets(cidr, zones, subnets),
  ],
);

function misplacedSubnets(
  cidr: Ipv4Cidr,
  zones: readonly string[],
  own: Readonly<Record<string, ZoneSubnets>>,
): Problem[] {
  const vpc = parseIpv4Cidr(cidr);
  const regions = new Set(zones.map((zone) => zone.slice(0, -1)));
  if (vpc === undefined || regions.size > 1) return [];
  const planned = zones.filter((zone) => own[zone] === undefined);
  if (planned.length > 0 && vpc.prefixLength > SMALLEST_PLANNED_VPC) {
    const message = `is too small to plan subnets in. Use /${SMALLEST_PLANNED_VPC} or larger, or write the subnets of ${planned.join(", ")} under network.subnets.`;
    return [{ path: ["network", "cidr"], message }];
  }
  const subnets = zones.flatMap((zone) =>
    (["public", "private"] as const).map((kind) => {
      const block = (own[zone] ?? planSubnets(cidr, zone))[kind];
      const path = own[zone] ? ["network", "subnets", zone, kind] : ["network", "cidr"];
      return { label: `the ${kind} subnet of ${zone} (${block})`, range: parseIpv4Cidr(block) as Ipv4Range, path };
    }),
  );
  return subnets.flatMap(({ range, path }, index) => [
    ...(contains(vpc, range) ? [] : [{ path, message: `is outside the VPC (${cidr}). Choose a block inside it.` }]),
    ...subnets
      .slice(0, index)
      .filter((other) => overlaps(range, other.range))
      .map((other) => ({ path, message: `overlaps ${other.label}. Use blocks that don't overlap.` })),
  ]);
}

const tasksReachAws = rule(
  z.object({ network: network.pick({ nat: true, natRouteDestination: true, interfaceEndpoints: true }).strip() }),
  ({ network: { nat, natRouteDestination, interfaceEndpoints } }) => {
    if (interfaceEndpoints !== "none" || (nat !== "none" && natRouteDestination === EVERYWHERE)) return [];
    const lack = nat === "none" ? 'where network.nat is "none" too' : `where NAT routes ${natRouteDestination} only`;
    const message =
      `leaves the tasks without a route to AWS ${lack}: they could not pull an image (ResourceInitializationError … i/o timeout). ` +
      `Set nat to "single" (about 45 USD a month in Tokyo) with natRouteDestination "${EVERYWHERE}", or interfaceEndpoints to "single-zone".`;
    return [{ path: ["network", "interfaceEndpoints"], message }];
  },
);

const natLeadsOut = rule(
  z.object({ network: network.pick({ cidr: true, natRouteDestination: true }).strip() }),
  ({ network: { cidr, natRouteDestination } }) => {
    const vpc = parseIpv4Cidr(cidr);
    const destination = parseIpv4Cidr(natRouteDestination);
    if (!vpc || !destination || !contains(vpc, destination)) return [];
    const message = `is inside the VPC (${cidr}), where traffic never reaches a NAT gateway. Write "${EVERYWHERE}".`;
    return [{ path: ["network", "natRouteDestination"], message }];
  },
);

const variablesHaveOneSource = rule(
  z.object({
    ecs: z.object({ app: ecs.shape.app.pick({ environment: true, secrets: true }).strip() }),
    cache: z.unknown(),
    storage: z.looseObject({ cdn: z.unknown().optional() }).optional(),
    mail: z.unknown().optional(),
  }),
  ({ ecs: { app }, cache, storage, mail }) => {
    const injected = [
      ...INJECTED_VARIABLES,
      ...(cache === "none" ? [] : CACHE_VARIABLES),
      ...(storage === undefined ? [] : STORAGE_VARIABLES),
      ...(storage?.cdn === undefined ? [] : CDN_VARIABLES),
      ...(mail === undefined ? [] : MAIL_VARIABLES),
    ];
    const taken = new Map(injected.map((name) => [name.toLowerCase(), "the stack sets it"]));
    const problems: Problem[] = [];
    for (const kind of ["environment", "secrets"] as const) {
      for (const name of Object.keys(app[kind])) {
        const earlier = taken.get(name.toLowerCase());
        if (earlier) {
          const message = `is already in use: ${earlier}, and names are unique in a container. Choose another, or remove it.`;
          problems.push({ path: ["ecs", "app", kind, name], message });
        }
        taken.set(name.toLowerCase(), `ecs.app.${kind} has it`);
      }
    }
    return problems;
  },
);

const portsInOneTaskDiffer = rule(
  z.object({
    ecs: z.object({
      topology: ecs.shape.topology,
      nginx: ecs.shape.nginx.pick({ port: true }).strip(),
      app: ecs.shape.app.pick({ port: true }).strip(),
    }),
  }),
  ({ ecs: { topology, nginx, app } }) =>
    topology === "together" && nginx.port === app.port
      ? [
          {
            path: ["ecs", "nginx", "port"],
            message: "is also the app's port, and containers of one task share ports. Use another, such as 8080.",
          },
        ]
      : [],
);

const namesOfTasksDiffer = rule(
  z.object({
    ecs: z.object({ workers: z.record(z.string(), z.unknown()), schedules: z.record(z.string(), z.unknown()) }),
  }),
  ({ ecs: { workers, schedules } }) =>
    Object.keys(schedules)
      .filter((name) => name in workers)
      .map((name) => ({
        path: ["ecs", "schedules", name],
        message: "has the name of a worker, and would share its tasks and logs. Choose another.",
      })),
);

const loginNeedsItsPages = rule(
  z.object({
    lb: lb.pick({ authenticateCognito: true }).strip(),
    cognito: cognito.pick({ domainPrefix: true }).strip().extend({ domain: z.unknown().optional() }),
  }),
  (environment) =>
    environment.lb.authenticateCognito && !environment.cognito.domainPrefix && !environment.cognito.domain
      ? [
          {
            path: ["cognito", "domainPrefix"],
            message: "is required by lb.authenticateCognito, for the login pages. Write one such as the app's name.",
          },
        ]
      : [],
);

const loginNeedsHttps = rule(
  z.object({ lb: lb.pick({ authenticateCognito: true }).strip(), domain: z.unknown().optional() }),
  (environment) =>
    environment.lb.authenticateCognito && environment.domain === undefined
      ? [
          {
            path: ["lb", "authenticateCognito"],
            message: "needs HTTPS, and so a domain. Fill in `domain`, or set it to false.",
          },
        ]
      : [],
);

const mailReachesSes = rule(
  z.object({ mail: z.unknown().optional(), network: network.pick({ nat: true }).strip() }),
  ({ mail, network: { nat } }) =>
    mail === undefined || nat !== "none"
      ? []
      : [
          {
            path: ["mail"],
            message: 'needs a route to SES, but network.nat is "none". Set it to "single", or remove mail.',
          },
        ],
);

const cdnReachesTheApp = rule(
  z.object({
    storage: z.object({ cdn: z.looseObject({}) }),
    domain: z.unknown().optional(),
    lb: lb.pick({ authenticateCognito: true, pathRules: true }).strip(),
  }),
  ({ domain, lb: { authenticateCognito, pathRules } }) => {
    const path = ["storage", "cdn"];
    if (domain === undefined)
      return [
        { path, message: "connects to the app over HTTPS, and so needs a domain. Fill in `domain`, or remove cdn." },
      ];
    const isOpen = pathRules.some(
      ({ paths, to, public: isPublic }) => isPublic && typeof to === "string" && paths.includes(`${FILES_PATH}/*`),
    );
    if (!authenticateCognito || isOpen) return [];
    const message = `has no login, but lb.authenticateCognito requires one of every visitor. Add { paths: ["${FILES_PATH}/*"], to: "nginx", public: true } to lb.pathRules, or remove cdn.`;
    return [{ path, message }];
  },
);

const RULES: readonly Rule[] = [
  nameFitsTargetGroups,
  storageGrows,
  usersOfTheDatabaseDiffer,
  copiesAreElsewhere,
  zonesAreInTheRegion,
  subnetsFit,
  tasksReachAws,
  natLeadsOut,
  variablesHaveOneSource,
  portsInOneTaskDiffer,
  namesOfTasksDiffer,
  loginNeedsItsPages,
  loginNeedsHttps,
  ...NAME_RULES,
  mailReachesSes,
  cdnReachesTheApp,
];

/** Everything that is wrong between settings of one environment. */
export function problemsBetweenSettings(input: unknown): Problem[] {
  return RULES.flatMap((check) => check(input));
}
