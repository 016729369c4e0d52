import { InputError } from "@operation-app/preflight/input";
import type { Git } from "../lib/git/git.ts";
import { compareVersions, parseVersion } from "../lib/process/versions.ts";

/** Where fetched versions lie: beside the clone's own tags, which may have the same names. */
const PLACE = "refs/infra/versions";

/** A version of this project that was fetched. */
export interface FetchedVersion {
  /** Such as `0.2.0`. */
  readonly name: string;
  readonly commit: string;
}

/**
 * Fetches the tags `vX.Y.Z` of a remote, and nothing else of it but the commits that they name.
 *
 * @returns oldest first
 * @throws InputError where the remote does not answer, or has no such tag
 */
export async function fetchVersions(git: Git, remote: string): Promise<readonly FetchedVersion[]> {
  try {
    await git("fetch", "--quiet", "--no-tags", "--prune", "--", remote, `+refs/tags/v*:${PLACE}/v*`);
  } catch (error) {
    throw new InputError(
      `No versions could be fetched from ${remote}: ${(error as Error).message}\n` +
        `Add the project's repository as a remote: git remote add upstream URL. Or name it with --from.`,
    );
  }
  const listed = await git("for-each-ref", "--format=%(refname:lstrip=3) %(objectname) %(*objectname)", PLACE);
  const found = listed.split("\n").flatMap((line) => {
    const [tag = "", object = "", peeled] = line.split(" ");
    const version = /^v\d+\.\d+\.\d+$/.test(tag) ? parseVersion(tag) : undefined;
    return version ? [{ name: tag.slice(1), version, commit: peeled || object }] : [];
  });
  if (found.length === 0) throw new InputError(`${remote} has no version tags, such as v0.2.0.`);
  return found.sort((a, b) => compareVersions(a.version, b.version)).map(({ name, commit }) => ({ name, commit }));
}

/**
 * The version that is wanted, or else the newest.
 *
 * @returns undefined where the clone has it already
 * @throws InputError where there is none, or it is older
 */
export function chooseVersion(
  versions: readonly FetchedVersion[],
  current: string,
  wanted: string | undefined,
): FetchedVersion | undefined {
  const name = wanted?.replace(/^v/, "");
  const chosen = name === undefined ? versions.at(-1) : versions.find((version) => version.name === name);
  const known = versions.map((version) => version.name).join(", ");
  if (chosen === undefined) throw new InputError(`There is no version "${wanted}". There are: ${known}.`);
  const [target, now] = [parseVersion(chosen.name), parseVersion(current)];
  if (!target || !now)
    throw new InputError(`package.json says version "${current}", which has no tag. There are: ${known}.`);
  const order = compareVersions(target, now);
  if (order < 0 && wanted !== undefined)
    throw new InputError(
      `This is ${current}, and ${chosen.name} is older. To downgrade, revert the commit of the upgrade.`,
    );
  return order > 0 ? chosen : undefined;
}

/**
 * The commit that the clone was made from, as far as the new version is concerned: where their histories part, or else
 * the version that `package.json` says, which is what an upgrade leaves there.
 *
 * @throws InputError where there is neither
 */
export async function baseOf(
  git: Git,
  versions: readonly FetchedVersion[],
  current: string,
  target: FetchedVersion,
): Promise<string> {
  const own = versions.find(({ name }) => name === current)?.commit;
  const parting = await git("merge-base", "HEAD", target.commit).catch(() => undefined);
  if (own === undefined && parting === undefined)
    throw new InputError(
      `package.json says ${current}, which has no tag, and this clone has no common history with ${target.name}.`,
    );
  if (own === undefined || parting === undefined) return (own ?? parting) as string;
  const isTakenLater = await git("merge-base", "--is-ancestor", own, parting).then(
    () => true,
    () => false,
  );
  return isTakenLater ? parting : own;
}
