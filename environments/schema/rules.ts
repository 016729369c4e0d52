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
import { LEAST_GROWTH } from "./database.ts";
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
  const message = `is ${name.length} characters; at most ${most}, because the target group "<app>${suffix}" takes ${TARGET_GROUP_NAME}. Write a shorter one.`;
  return [{ path: ["app"], message }];
});

const storageGrows = rule(
  z.object({ database: database.pick({ allocatedStorage: true, maxAllocatedStorage: true }).strip() }),
  ({ database: { allocatedStorage: size, maxAllocatedStorage: most = size } }) => {
    const least = Math.ceil(size * LEAST_GROWTH);
    if (most === size || most >= least) return [];
    const message = `is too little for RDS. Write ${least} or more, a tenth more than database.allocatedStorage; ${size}, to add none by itself; or leave it out.`;
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
            message: 'is the master user\'s, database.username. Write another, such as "rails".',
          },
        ]
      : [],
);

const copiesAreElsewhere = rule(
  z.object({ region, backup: z.object({ copyToVaultArn: z.string() }) }),
  ({ region, backup: { copyToVaultArn } }) => {
    if (copyToVaultArn.split(":")[3] !== region) return [];
    const message = `is in ${region}, as the database: a copy there is lost with it. Name a vault in another region.`;
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
        message: "is not one of network.zones. Add it there, or take it out here.",
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
    ...(contains(vpc, range) ? [] : [{ path, message: `lies outside the VPC (${cidr}). Choose a block inside it.` }]),
    ...subnets
      .slice(0, index)
      .filter((other) => overlaps(range, other.range))
      .map((other) => ({ path, message: `overlaps ${other.label}. Give the two subnets blocks of their own.` })),
  ]);
}

const tasksReachAws = rule(
  z.object({ network: network.pick({ nat: true, natRouteDestination: true, interfaceEndpoints: true }).strip() }),
  ({ network: { nat, natRouteDestination, interfaceEndpoints } }) => {
    if (interfaceEndpoints !== "none" || (nat !== "none" && natRouteDestination === EVERYWHERE)) return [];
    const lack = nat === "none" ? 'where network.nat is "none" too' : `where NAT leads to ${natRouteDestination} only`;
    const message =
      `leaves the tasks without a way to AWS ${lack}: they could not pull an image (ResourceInitializationError … i/o timeout). ` +
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
    const message = `lies inside the VPC (${cidr}), where no gateway is asked. Write "${EVERYWHERE}".`;
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
          const message = `is taken: ${earlier}, and a container takes each name once. Use another, or take it out.`;
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
            message: "is the app's port too, and in one task both can't have it. Use another, such as 8080.",
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
        message: "has the name of a worker, and their tasks and logs would be the same. Write another.",
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
            message:
              "is needed by lb.authenticateCognito: the login pages are under it. Write one such as the app's name.",
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
            message: 'needs a way to SES, and network.nat is "none". Set it to "single", or take mail out.',
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
      return [{ path, message: "asks the app over HTTPS, and so needs a domain. Fill in `domain`, or take cdn out." }];
    const isOpen = pathRules.some(
      ({ paths, to, public: isPublic }) => isPublic && typeof to === "string" && paths.includes(`${FILES_PATH}/*`),
    );
    if (!authenticateCognito || isOpen) return [];
    const message = `has no login, and lb.authenticateCognito asks everybody for one. Write { paths: ["${FILES_PATH}/*"], to: "nginx", public: true } into lb.pathRules, or take cdn out.`;
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
