import { type Ipv4Cidr, type Ipv4Range, overlaps, parseIpv4Cidr } from "../../modules/network/ipv4.ts";
import { type Environment, type EnvironmentInput, parseEnvironments } from "./index.ts";
import { longestAppName } from "./rules.ts";

/** What a new environment has of its own; everything else is that of the one that it is derived from. */
export interface Own {
  /** Name of the app in AWS. */
  readonly app: string;
  /** IPv4 block of its VPC. */
  readonly cidr: Ipv4Cidr;
  /** Its host name, in a Route 53 zone that exists. @default HTTP only, under the load balancer's name */
  readonly domain?: { readonly name: string; readonly zone: string };
  /** @default services never sleep */
  readonly hours?: { readonly from: string; readonly to: string };
  readonly protection: boolean;
}

const SHORT: Readonly<Record<string, string>> = {
  development: "dev",
  staging: "stg",
  testing: "test",
  production: "prod",
};

/**
 * A name of the app that no other environment has, and that every AWS resource takes: as many words of the base's as fit, or
 * their initials, and the environment's name, or what it is called for short. Undefined where none fits.
 */
export function proposedApp(name: string, base: Environment, others: readonly Environment[]): string | undefined {
  const words = base.app.split("-");
  const fronts = words.map((_, left) => words.slice(0, words.length - left).join("-"));
  const initials = words.map(([first]) => first).join("");
  const ends = [name, ...(SHORT[name] ? [SHORT[name]] : [])];
  const longest = longestAppName(base.ecs);
  const taken = new Set(others.map(({ app }) => app));
  return [...fronts, initials]
    .flatMap((front) => ends.map((end) => `${front}-${end}`))
    .find((app) => app.length <= longest && !taken.has(app));
}

/** A block for the VPC that overlaps with no other environment's, so that the VPCs can be connected some day. */
export function proposedCidr(others: readonly Environment[]): Ipv4Cidr | undefined {
  const blocks = Array.from({ length: 256 }, (_, index): Ipv4Cidr => `10.${index}.0.0/16`);
  return blocks.find((block) => overlapping(block, others) === undefined);
}

function overlapping(block: string, others: readonly Environment[]): Environment | undefined {
  const range = parseIpv4Cidr(block);
  return range && others.find(({ network }) => overlaps(range, parseIpv4Cidr(network.cidr) as Ipv4Range));
}

/**
 * An environment that is another but for what is its own, checked together with those that are there.
 *
 * @param inputs of the environments that are there, by name
 * @throws EnvironmentError with everything that is wrong with it, or between it and another
 */
export function derivedEnvironment(
  name: string,
  from: string,
  own: Own,
  inputs: Readonly<Record<string, EnvironmentInput>>,
): Environment {
  const base = inputs[from] as EnvironmentInput;
  const input = {
    ...base,
    app: own.app,
    state: { bucket: base.state.bucket },
    protection: own.protection,
    images: {},
    domain: own.domain && { name: own.domain.name, hostedZone: { name: own.domain.zone, create: false } },
    network: { ...base.network, cidr: own.cidr, subnets: {} },
    cognito: { ...base.cognito, domainPrefix: base.cognito.domainPrefix && prefixOf(own.app), domain: undefined },
    mail: base.mail && own.domain && { ...base.mail, ...ownMail(base.mail, own.domain) },
    ci: base.ci && { ...base.ci, environment: undefined },
    ecs: { ...base.ecs, ...(own.hours && { hours: own.hours }) },
  };
  const environments = parseEnvironments({ ...inputs, [name]: input });
  return environments.find((one) => one.name === name) as Environment;
}

/** Why a block is none for it: another environment's VPC has addresses of it. */
export function cidrProblem(block: string, others: readonly Environment[]): string | undefined {
  const other = overlapping(block, others);
  return (
    other && `${block} overlaps with ${other.network.cidr} of ${other.name}: the two VPCs could never be connected.`
  );
}

/** SES has each domain once: mail is from the environment's own. */
function ownMail(
  { from }: { readonly from: string },
  { name, zone }: { readonly name: string; readonly zone: string },
) {
  return { from: `${from.split("@")[0]}@${name}`, hostedZone: zone };
}

/** Cognito takes no prefix with these words in it. */
function prefixOf(app: string): string {
  return app.replaceAll(/aws|amazon|cognito/g, "x");
}

/** The file of such an environment: `derivedEnvironment` in TypeScript. */
export function derivedFile(name: string, from: string, own: Own, base: Environment): string {
  const text = (value: unknown) => JSON.stringify(value);
  const lines = [
    `import { defineEnvironment } from "./schema/index.ts";`,
    `import ${variable(from)} from "./${from}.ts";`,
    `import images from "./${name}.versions.json" with { type: "json" };`,
    "",
    `// Only the differences from ${from}; everything else follows ${from}.`,
    "export default defineEnvironment({",
    `  ...${variable(from)},`,
    `  app: ${text(own.app)},`,
    `  state: { bucket: ${variable(from)}.state.bucket },`,
    `  protection: ${own.protection},`,
    "  images,",
    own.domain
      ? `  domain: { name: ${text(own.domain.name)}, hostedZone: { name: ${text(own.domain.zone)}, create: false } },`
      : "  domain: undefined,",
    `  network: { ...${variable(from)}.network, cidr: ${text(own.cidr)}, subnets: {} },`,
    ...cognitoLine(from, own, base),
    ...mailLine(from, own, base),
    ...(base.ci ? [`  ci: ${variable(from)}.ci && { ...${variable(from)}.ci, environment: undefined },`] : []),
    ...(own.hours
      ? [`  ecs: { ...${variable(from)}.ecs, hours: { from: ${text(own.hours.from)}, to: ${text(own.hours.to)} } },`]
      : []),
    "});",
    "",
  ];
  return lines.join("\n");
}

function mailLine(from: string, { domain }: Own, { mail }: Environment): string[] {
  if (mail === undefined) return [];
  if (domain === undefined) return ["  mail: undefined, // an SES domain can belong to one environment only"];
  const { from: address, hostedZone } = ownMail(mail, domain);
  const base = `${variable(from)}.mail`;
  const own = `from: ${JSON.stringify(address)}, hostedZone: ${JSON.stringify(hostedZone)}`;
  return [`  mail: ${base} && { ...${base}, ${own} },`];
}

/** What is of the base alone: its prefix, and its login pages' own name. */
function cognitoLine(from: string, own: Own, { cognito }: Environment): string[] {
  const different = [
    ...(cognito.domainPrefix ? [`domainPrefix: ${JSON.stringify(prefixOf(own.app))}`] : []),
    ...(cognito.domain ? ["domain: undefined"] : []),
  ];
  return different.length > 0 ? [`  cognito: { ...${variable(from)}.cognito, ${different.join(", ")} },`] : [];
}

/** The variable that an environment is imported as. */
function variable(environment: string): string {
  return environment.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? "");
}
