import type { Environment } from "../../environments/schema/index.ts";
import { architectureOf, readRepositories, withEcr } from "./images.ts";
import { readImage } from "./repository.ts";
import { IMAGE_NAMES, type Versions } from "./versions.ts";

/** What stands in the way of running these versions: images that are gone, or are for another processor. One a line. */
export async function imageProblems(environment: Environment, versions: Versions): Promise<string[]> {
  const repositories = await readRepositories(environment);
  const architecture = architectureOf(environment);
  return withEcr(environment, async (ecr) => {
    const problems: string[] = [];
    for (const name of IMAGE_NAMES) {
      const version = versions[name];
      if (version === undefined) continue;
      const image = `${repositories[name]}:${version}`;
      const stored = await readImage(ecr, repositories[name], version, architecture);
      if (!stored) problems.push(`${image} is not in the repository.`);
      else if (stored.architecture !== architecture)
        problems.push(`${image} is for ${stored.architecture}, and its tasks run on ${architecture}.`);
    }
    return problems;
  });
}
