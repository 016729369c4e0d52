import { readdirSync } from "node:fs";
import { type Environment, parseEnvironments } from "./index.ts";

/**
 * Reads and checks every environment of the project: each file in `environments/` is one, of the file's name.
 *
 * Runs in the project's directory, where `cdktf` and `npm run` start.
 *
 * @throws EnvironmentError with every mistake in every file
 */
export async function readEnvironments(): Promise<Environment[]> {
  const names = readdirSync("environments")
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
  const modules = await Promise.all(names.map((name) => import(`../${name}.ts`)));
  return parseEnvironments(Object.fromEntries(names.map((name, index) => [name, modules[index].default])));
}
