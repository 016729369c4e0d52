import { readdirSync, readFileSync } from "node:fs";
import { ADOPTION_ENDING, readAdoptions } from "./adopted-cognito.ts";
import { type Environment, EnvironmentError, type EnvironmentInput, parseEnvironments } from "./index.ts";
import { foreignVersions } from "./versions.ts";

/** What the files of all environments hold, unchecked, by their names. */
export async function readInputs(): Promise<Record<string, EnvironmentInput>> {
  const files = readdirSync("environments").filter((file) => file.endsWith(".ts"));
  const names = files.map((file) => file.slice(0, -".ts".length)).sort();
  const modules = await Promise.all(names.map((name) => import(`../${name}.ts`)));
  return Object.fromEntries(names.map((name, index) => [name, modules[index].default]));
}

/**
 * Reads and checks every environment of the project: each file in `environments/` is one, of the file's name.
 *
 * Runs in the project's directory, where `cdktf` and `npm run` start.
 *
 * @param but an environment of which it does not matter what it takes over, because that is about to be written
 * @throws EnvironmentError with every mistake in every file
 */
export async function readEnvironments(but?: string): Promise<Environment[]> {
  const files = readdirSync("environments").sort();
  const namesOf = (ending: string) =>
    files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
  const inputs = await readInputs();
  const names = Object.keys(inputs);
  const { adopted, problems } = readAdoptions(
    namesOf(ADOPTION_ENDING).filter((name) => name !== but),
    names,
  );
  problems.push(...names.flatMap((name) => foreignVersions(name, readFileSync(`environments/${name}.ts`, "utf8"))));
  try {
    const environments = parseEnvironments(inputs, adopted);
    if (problems.length === 0) return environments;
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    problems.unshift(...error.problems);
  }
  throw new EnvironmentError(problems);
}
