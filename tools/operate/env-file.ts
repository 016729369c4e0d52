import { InputError } from "@operation-app/preflight/input";
import { parse } from "dotenv";
import type { Deployment } from "./deployment.ts";
import { type Origin, originOf, writableSecret } from "./secrets.ts";

/** What of a file of variables becomes secrets, and what does not. */
export interface Import {
  /** Values by variable, with the ARN of the secret. */
  readonly secrets: readonly { readonly variable: string; readonly arn: string; readonly value: string }[];
  /** Variables that are left out, and why. */
  readonly leftOut: readonly { readonly variable: string; readonly why: string }[];
}

/** A text in quotes, which may have several lines. */
const QUOTED = /(["'`])(?:\\\1|(?!\1)[\s\S])*\1/g;
const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:\s)(.*)$/gm;

/**
 * The secrets of a `.env` that people give values to, by what the environment says of each variable.
 *
 * @param text as dotenv reads it
 * @param force takes in secrets that the stack has made up, too
 * @throws InputError with everything that is wrong with it, one a line. No value is in a message
 */
export function secretsIn(text: string, name: string, deployment: Deployment, force = false): Import {
  const values = Object.entries(parse(text));
  const arns = values.map(([variable]) => [variable, arnOf(deployment, variable, force)] as const);
  const leftOut = arns.flatMap(([variable, arn]) =>
    typeof arn === "string" ? [] : [{ variable, why: whyNot(deployment, variable, arn) }],
  );
  const secrets = values.flatMap(([variable, value], index) => {
    const arn = arns[index]?.[1];
    return typeof arn === "string" ? [{ variable, arn, value }] : [];
  });
  const problems = problemsOf(text, new Map(secrets.map(({ variable, value }) => [variable, value])));
  if (values.length === 0) problems.push("has no line such as NAME=value");
  else if (secrets.length === 0)
    problems.push(
      `has no secret that ${deployment.environment.name} uses: of ${values.map(([variable]) => variable).join(", ")}, ` +
        `none is "by-hand" in ecs.app.secrets of environments/${deployment.environment.name}.ts and deployed`,
    );
  if (problems.length > 0)
    throw new InputError([...problems.map((problem) => `${name}: ${problem}.`), "Nothing was written."].join("\n"));
  return { secrets, leftOut };
}

function arnOf(deployment: Deployment, variable: string, force: boolean): string | Error {
  try {
    return writableSecret(deployment, variable, force);
  } catch (error) {
    return error as Error;
  }
}

const MAKERS: Partial<Record<Origin, string>> = { rds: "RDS writes it", "db rotate": "bin/infra db rotate writes it" };

function whyNot({ environment, secretArns }: Deployment, variable: string, error: Error): string {
  if (variable in secretArns) return MAKERS[originOf(environment, variable)] ?? "the stack generates it";
  if (variable in environment.ecs.app.secrets) return error.message;
  if (variable in environment.ecs.app.environment) return "it is in ecs.app.environment, so not a secret";
  return `it is neither in ecs.app.secrets nor in ecs.app.environment of environments/${environment.name}.ts`;
}

/** What dotenv would read as something else than was meant, of the variables that are taken. */
function problemsOf(text: string, taken: ReadonlyMap<string, string>): string[] {
  const lines = [...text.replaceAll("\r\n", "\n").replaceAll(QUOTED, "''").matchAll(ASSIGNMENT)].filter(
    ([, variable = ""]) => taken.has(variable),
  );
  const counts = new Map<string, number>();
  for (const [, variable = ""] of lines) counts.set(variable, (counts.get(variable) ?? 0) + 1);
  const cut = lines.filter(([, , value = ""]) => /\S#/.test(value) && !value.trim().startsWith("''"));
  return [
    ...[...counts].filter(([, count]) => count > 1).map(([variable, count]) => `has ${variable} ${count} times`),
    ...[...taken].filter(([, value]) => value === "").map(([variable]) => `has no value for ${variable}`),
    ...cut.map(
      ([, variable]) => `has a # in the value of ${variable}, which starts a comment. Write the value in quotes`,
    ),
  ];
}
