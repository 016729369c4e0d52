import { type Environment, type EnvironmentInput, environmentSchema } from "./environment.ts";
import { type Problem, problemsBetweenSettings } from "./rules.ts";

export type { Environment, EnvironmentInput } from "./environment.ts";

/** Gives an environment file its type; it is checked when the app reads it. */
export function defineEnvironment(environment: EnvironmentInput): EnvironmentInput {
  return environment;
}

/** The settings of one or more environments are not good: one line a mistake, all of them. */
export class EnvironmentError extends Error {
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
 * @throws EnvironmentError with every mistake in every environment, each with file, setting, value and way out
 */
export function parseEnvironments(inputs: Readonly<Record<string, unknown>>): Environment[] {
  const problems: string[] = [];
  const environments: Environment[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const result = environmentSchema.safeParse(input, { error: explainType });
    const found: Problem[] = [
      ...(result.error?.issues ?? []).flatMap((issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map((key) => ({
              path: [...issue.path, key],
              message: "is not a setting. Take it out, or look up its name in environments/schema/environment.ts.",
            }))
          : [{ path: issue.path, message: issue.message }],
      ),
      ...problemsBetweenSettings(input),
    ];
    problems.push(...found.map((problem) => describe(name, input, problem)));
    if (result.success) environments.push({ ...result.data, name });
  }
  problems.push(...clashes(environments));
  if (problems.length > 0) throw new EnvironmentError([...new Set(problems)]);
  return environments;
}

/** For values of the wrong type, where the schema has no words of its own. */
function explainType(issue: { readonly code?: string; readonly expected?: unknown }): string | undefined {
  if (issue.code !== "invalid_type") return undefined;
  const example = {
    string: 'a text, such as "text"',
    boolean: "true or false",
    object: "a group of settings: { … }",
    array: "a list: [ … ]",
  };
  return `is not what belongs here. Write ${example[issue.expected as keyof typeof example] ?? String(issue.expected)}.`;
}

/** `environments/production.ts: network.cidr: "192.168.0.0/8" is not between /16 and /28, …` */
function describe(name: string, input: unknown, { path, message }: Problem): string {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], input);
  const shown = value === undefined ? "(missing)" : (JSON.stringify(value) ?? String(value));
  const setting = path.map(String).join(".") || "the environment";
  return `environments/${name}.ts: ${setting}: ${shorten(shown)} ${message}`;
}

function shorten(value: string): string {
  return value.length > 80 ? `${value.slice(0, 77)}...` : value;
}

/** Two environments that would fight over the same names or the same state. */
function clashes(environments: readonly Environment[]): string[] {
  const problems: string[] = [];
  for (const [index, environment] of environments.entries()) {
    for (const other of environments.slice(0, index)) {
      if (environment.app === other.app && environment.region === other.region) {
        problems.push(
          `environments/${environment.name}.ts: app: "${environment.app}" is the app of ${other.name} too, and their resources would have the same names. Write another, such as "${other.app}-${environment.name}".`,
        );
      }
      if (environment.state.bucket === other.state.bucket && stateKey(environment) === stateKey(other)) {
        problems.push(
          `environments/${environment.name}.ts: state.key: "${stateKey(environment)}" is the state of ${other.name} too. Write another, or leave it out.`,
        );
      }
      if (environment.cognito.domainPrefix === other.cognito.domainPrefix && environment.region === other.region) {
        problems.push(
          `environments/${environment.name}.ts: cognito.domainPrefix: "${environment.cognito.domainPrefix}" is the prefix of ${other.name} too, and a region has each only once. Write another.`,
        );
      }
    }
  }
  return problems;
}

/** Path of an environment's state in its bucket. */
export function stateKey(environment: Environment): string {
  return environment.state.key ?? `${environment.name}/terraform.tfstate`;
}
