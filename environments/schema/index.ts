import { explainGroup, explainType, InputError, unknownSetting } from "@operation-app/preflight/input";
import type * as z from "zod";
import { type AdoptedCognito, adoptedDomain, OWN_ADDRESSES } from "../../modules/cognito/adopted.ts";
import { domainOf } from "../../modules/mail/index.ts";
import { type Environment, type EnvironmentInput, environmentSchema } from "./environment.ts";
import { type Problem, problemsBetweenSettings } from "./rules.ts";

export type { Environment, EnvironmentInput } from "./environment.ts";

/** Gives an environment file its type; it is checked when the app reads it. */
export function defineEnvironment(environment: EnvironmentInput): EnvironmentInput {
  return environment;
}

/** The settings of one or more environments are not good: one line a mistake, all of them. */
export class EnvironmentError extends InputError {
  override readonly name = "EnvironmentError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/**
 * Checks environments, by name, and fills in their defaults.
 *
 * @param adopted the existing Cognito objects that environments take over, by the environment's name
 * @throws EnvironmentError with every mistake in every environment, each with file, setting, value and way out
 */
export function parseEnvironments(
  inputs: Readonly<Record<string, unknown>>,
  adopted: Readonly<Record<string, AdoptedCognito>> = {},
): Environment[] {
  const problems: string[] = [];
  const environments: Environment[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const result = environmentSchema.safeParse(input, { error: explainType });
    const found: Described[] = [
      ...(result.error?.issues ?? []).flatMap(insideGroup).flatMap((issue) => {
        if (issue.code === "unrecognized_keys")
          return issue.keys.map((key) => unknownSetting(environmentSchema, issue.path, key));
        if (issue.code === "invalid_key")
          return issue.issues.map(({ message }) => ({ path: issue.path, message, shown: issue.path.at(-1) }));
        if (issue.code === "invalid_type" && issue.expected === "object" && issue.path.length > 0)
          return [explainGroup(environmentSchema, issue.path, valueAt(input, issue.path))];
        return [{ path: issue.path, message: issue.message }];
      }),
      ...problemsBetweenSettings(withAdoptedDomain(input, adopted[name])),
    ];
    problems.push(...found.map((problem) => describe(name, input, problem)));
    if (result.success) {
      const environment = { ...result.data, name, adoptedCognito: adopted[name] };
      environments.push(withAdoptedDomain(environment, environment.adoptedCognito));
    }
  }
  problems.push(...environments.flatMap(mistakesOfName), ...clashes(environments));
  if (problems.length > 0) throw new EnvironmentError([...new Set(problems)]);
  return environments;
}

/** What is wrong inside of a group of settings, where a word could stand in its place; as it is, where it is no group. */
function insideGroup(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const group = issue.errors.find((issues) =>
    issues.every(({ code, path }) => path.length > 0 || code === "unrecognized_keys"),
  );
  return group?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

/** The same settings with the domain that the adopted pool has, or without one where it has none. */
function withAdoptedDomain<T>(settings: T, adopted: AdoptedCognito | undefined): T {
  if (adopted === undefined || !(OWN_ADDRESSES.domain in adopted)) return settings;
  const { cognito } = (settings ?? {}) as { cognito?: unknown };
  if (typeof cognito !== "object" || cognito === null) return settings;
  return { ...settings, cognito: { ...cognito, domainPrefix: adoptedDomain(adopted) } };
}

/** A problem, and what is shown of it where that is not the value at its path. */
type Described = Problem & { readonly shown?: unknown };

/** `environments/production.ts: network.cidr: "192.168.0.0/8" is not between /16 and /28, …` */
function describe(name: string, input: unknown, { path, message, shown: written }: Described): string {
  const value = written ?? valueAt(input, path);
  const shown = value === undefined ? "(missing)" : (JSON.stringify(value) ?? String(value));
  const setting = path.map(String).join(".") || "the environment";
  return `environments/${name}.ts: ${setting}: ${shorten(shown)} ${message}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], input);
}

function shorten(value: string): string {
  return value.length > 80 ? `${value.slice(0, 77)}...` : value;
}

/** Settings that two environments can't share, and what happens when they do. */
const OWN: readonly { setting: string; idsOf: (one: Environment) => readonly (string | undefined)[]; why: string }[] = [
  { setting: "app", idsOf: ({ app }) => [app], why: "their resources would have the same names" },
  {
    setting: "domain.name",
    idsOf: ({ domain }) => [domain?.name, ...(domain?.aliases ?? []).map(({ name }) => name)],
    why: "a name points to one load balancer",
  },
  {
    setting: "state.key",
    idsOf: (one) => [`${one.state.bucket}/${stateKey(one)}`],
    why: "each would destroy the other's resources",
  },
  {
    setting: "cognito.domainPrefix",
    idsOf: ({ cognito, region }) => [cognito.domainPrefix && `${cognito.domainPrefix}.auth.${region}`],
    why: "they are unique in a region",
  },
  {
    setting: "cognito.domain.name",
    idsOf: ({ cognito }) => [cognito.domain?.name],
    why: "names are unique in CloudFront",
  },
  {
    setting: "mail.from",
    idsOf: ({ mail, region }) => [mail && `${domainOf(mail.from)} in ${region}`],
    why: "a domain exists once per account and region in SES",
  },
  {
    setting: "ci.environment",
    // To GitHub, capital letters make no other name; and with ids or without, it is the same repository.
    idsOf: (one) => [one.ci && `${withoutIds(one.ci.repository)}:${gitHubEnvironment(one)}`.toLowerCase()],
    why: "approving one would deploy the other",
  },
];

/** What the state bucket holds beside states: the state of `bin/infra bootstrap` itself, and reviewed plans. */
const RESERVED_FOLDERS = ["bootstrap/", "plans/"];

/** Longest name of an environment that has roles: `<app>-<environment>-apply` is the name of one, of up to 64 characters. */
function longestWithRoles({ app }: Environment): number {
  return Math.min(36, 64 - app.length - "--apply".length);
}

/** Mistakes that the name of the environment has a part in. */
function mistakesOfName(environment: Environment): string[] {
  const line = (setting: string, rest: string) => `environments/${environment.name}.ts: ${setting}: ${rest}`;
  const problems: string[] = [];
  const key = stateKey(environment);
  const reserved = RESERVED_FOLDERS.find((folder) => key.startsWith(folder));
  if (reserved)
    problems.push(line("state.key", `"${key}" is in ${reserved}, which is reserved. Choose another folder.`));
  const longest = longestWithRoles(environment);
  const fits = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${longest - 1}}$`);
  if (environment.ci && !fits.test(environment.name))
    problems.push(
      line(
        "ci",
        `creates roles named after the file, and "${environment.name}" can't be part of a role name. Rename the file: up to ${longest} letters, digits, dots and hyphens.`,
      ),
    );
  return problems;
}

/** Two environments that would fight over a name, an address or a state. */
function clashes(environments: readonly Environment[]): string[] {
  return environments.flatMap((environment, index) =>
    environments.slice(0, index).flatMap((other) => {
      const line = (setting: string, rest: string) => `environments/${environment.name}.ts: ${setting}: ${rest}`;
      const problems = OWN.flatMap(({ setting, idsOf, why }) => {
        const theirs = idsOf(other);
        return idsOf(environment)
          .filter((id) => id !== undefined && theirs.includes(id))
          .map((id) => line(setting, `"${id}" is also that of ${other.name}: ${why}. Choose another.`));
      });
      if (environment.state.bucket === other.state.bucket && environment.region !== other.region) {
        const { bucket } = environment.state;
        problems.push(
          line(
            "state.bucket",
            `"${bucket}" is in ${other.region}, for ${other.name}. Choose another for ${environment.region}.`,
          ),
        );
      }
      return problems;
    }),
  );
}

/** `owner/name` of a repository that may be written with its ids. */
export function withoutIds(repository: string): string {
  return repository.replaceAll(/@\d+/g, "");
}

/** The GitHub environment whose jobs may apply. */
export function gitHubEnvironment({ name, ci }: Environment): string {
  return ci?.environment ?? name;
}

/** Path of an environment's state in its bucket. */
export function stateKey(environment: Environment): string {
  return environment.state.key ?? `${environment.name}/terraform.tfstate`;
}

/** Where an environment's state is, for people. */
export function statePlace(environment: Environment): string {
  return `s3://${environment.state.bucket}/${stateKey(environment)}`;
}
