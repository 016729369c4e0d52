import { knownProviderVersions, readProviderArguments } from "../../stacks/provider-arguments.ts";
import { differences } from "./differences.ts";
import { ownTypes } from "./own-types.ts";

/** The page that says how versions of the provider differ in what this project uses. */
export function providerPage(): string {
  const known = knownProviderVersions().flatMap((version) => readProviderArguments(version) ?? []);
  const types = ownTypes();
  const sections = known.slice(1).flatMap((newer, index) => {
    const older = known[index];
    return older ? [`## ${older.version} to ${newer.version}`, "", ...table(differences(older, newer, types)), ""] : [];
  });
  return [
    "# Arguments by version of the AWS provider",
    "",
    "<!-- made by `bin/infra docs` -->",
    "",
    `What the ${types.length} types of resources that this project uses take in one version and not in another. The first version`,
    "is told by its own schema (`terraform providers schema -json`), the others by the bindings for TypeScript that were generated",
    "from theirs, which leave out what only the provider sets. `region`, which each regional type has since 6.0, is left out.",
    "",
    ...sections,
  ].join("\n");
}

function table(all: ReturnType<typeof differences>): string[] {
  const code = (paths: readonly string[]) => paths.map((path) => `\`${path}\``).join(", ");
  const rows = all.flatMap(({ type, whole, came, went }) => {
    if (whole)
      return [
        `| \`${type}\` | ${whole === "came" ? "the type itself" : ""} | ${whole === "went" ? "the type itself" : ""} |`,
      ];
    const others = came.filter((path) => path !== "region");
    return others.length + went.length > 0 ? [`| \`${type}\` | ${code(others)} | ${code(went)} |`] : [];
  });
  return rows.length > 0 ? ["| type | came | went |", "|---|---|---|", ...rows] : ["No difference."];
}
