/** How the file ends that says which version of each image an environment runs. */
const VERSIONS_ENDING = ".versions.json";

/** The file that says which version of each image an environment runs; `bin/infra release` writes it. */
export function versionsFile(environment: string): string {
  return `environments/${environment}${VERSIONS_ENDING}`;
}

/** The environments whose versions a file in `environments/` imports, by its text. */
export function importedVersions(source: string): string[] {
  return [...source.matchAll(/^import\b[^;]*?["']\.\/([^"'/]+)\.versions\.json["']/gm)].map(([, name = ""]) => name);
}

/** Another environment's versions in an environment, as a copied file has them: a release there would be one here. */
export function foreignVersions(environment: string, source: string): string[] {
  return importedVersions(source)
    .filter((name) => name !== environment)
    .map(
      (name) =>
        `environments/${environment}.ts: images: come from ${name}${VERSIONS_ENDING}, of ${name}. Import ./${environment}${VERSIONS_ENDING}, and write {} to that file.`,
    );
}
