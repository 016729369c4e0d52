import { InputError, UserError } from "@operation-app/preflight/input";
import Table from "cli-table3";
import { type Environment, statePlace } from "../../environments/schema/index.ts";
import { listStateVersions, readStateVersions, type StateVersion } from "../lib/aws/state-versions.ts";
import { parseState, type State } from "../lib/terraform/state-file.ts";

/** A version of the state, read where it can be. */
export interface ReadVersion extends StateVersion {
  readonly state?: State;
  /** Why it can't be read. */
  readonly problem?: string;
}

/** What two states have that differs: addresses of resources. */
export interface Difference {
  readonly gone: readonly string[];
  readonly added: readonly string[];
  readonly changed: readonly string[];
}

/**
 * The newest versions of an environment's state, newest first.
 *
 * @throws UserError where there is none; AwsError when S3 can't be asked
 */
export async function readVersions(environment: Environment, most: number): Promise<ReadVersion[]> {
  const versions = await listStateVersions(environment);
  if (versions.length === 0)
    throw new UserError(
      `${statePlace(environment)} does not exist: ${environment.name} is not deployed yet. Run: bin/infra apply ${environment.name}`,
    );
  const newest = versions.slice(0, most);
  const written = newest.filter(({ isDeletion }) => !isDeletion).map(({ id }) => id);
  const contents = await readStateVersions(environment, written, contentsOf);
  return newest.map((version) => ({
    ...version,
    ...(version.isDeletion ? { problem: "deleted" } : contents[written.indexOf(version.id)]),
  }));
}

function contentsOf(text: string): Pick<ReadVersion, "state" | "problem"> {
  try {
    return { state: parseState(text, "it") };
  } catch (error) {
    if (error instanceof InputError) return { problem: problemIn(error.message) };
    throw error;
  }
}

/** The way out that is for a file is none for a version. */
function problemIn(message: string): string {
  return message
    .replace(/^it: /, "")
    .replace(/ Pull it (?:again|decrypted): .*$/, "")
    .replace(/\.$/, "");
}

/** @param id S3's id of a version, or its beginning @throws InputError where it is none, or more than one */
export function pickVersion(versions: readonly ReadVersion[], id: string): ReadVersion {
  const found = versions.filter((version) => version.id.startsWith(id));
  const [one, another] = found;
  if (one && !another) return one;
  if (another) throw new InputError(`${id}: ${found.length} versions start with it. Write more of the id.`);
  throw new InputError(`${id}: is not among the ${versions.length} versions that were read. --most N reads more.`);
}

/** What an older state would bring back, and what it does not know. */
export function compareStates(now: State, then: State): Difference {
  const [current, former] = [byAddress(now), byAddress(then)];
  return {
    gone: [...former.keys()].filter((address) => !current.has(address)).sort(),
    added: [...current.keys()].filter((address) => !former.has(address)).sort(),
    changed: [...former].flatMap(([address, text]) =>
      current.has(address) && current.get(address) !== text ? [address] : [],
    ),
  };
}

function byAddress({ resources }: State): Map<string, string> {
  return new Map(
    resources
      .filter(({ mode }) => mode === "managed")
      .map(({ module, type, name, instances }) => [
        [module, type, name].filter(Boolean).join("."),
        // How a value is written, and not what it is: it may be a secret, and is not shown.
        JSON.stringify(instances.map(({ attributes }) => attributes)),
      ]),
  );
}

export function versionsText(versions: readonly ReadVersion[]): string {
  const table = new Table({
    head: ["version", "written", "bytes", "serial", "lineage", "resources", ""],
    style: { head: [], border: [] },
  });
  for (const { id, at, size, isLatest, state, problem } of versions) {
    const resources = state?.resources.filter(({ mode }) => mode === "managed").length;
    table.push([
      id,
      at.toISOString(),
      String(size),
      String(state?.serial ?? "-"),
      state?.lineage.slice(0, 8) ?? "-",
      String(resources ?? "-"),
      [isLatest ? "now" : "", problem ?? ""].filter(Boolean).join(": "),
    ]);
  }
  return table.toString();
}

/** What is wrong with the state as it is now, and the way out; undefined where it is good. */
export function wrongNow({ name }: Environment, versions: readonly ReadVersion[]): string | undefined {
  const [now, ...older] = versions;
  const way = "To restore it: docs/operation.md#the-state-itself";
  if (now?.problem !== undefined) {
    const good = older.find(({ state }) => state !== undefined);
    const from = good ? ` The last good version is ${good.id} of ${good.at.toISOString()}.` : "";
    return `The state of ${name} can't be used: it is ${now.problem.replace(/^is /, "")}.${from} ${way}`;
  }
  const other = older.find(({ state }) => state !== undefined && state.lineage !== now?.state?.lineage);
  return other && older.indexOf(other) === 0
    ? `The state of ${name} was replaced on ${now?.at.toISOString()}: its lineage has changed, so somebody started with an empty state. ${way}`
    : undefined;
}

export function differenceText({ gone, added, changed }: Difference, id: string): string {
  const part = (title: string, addresses: readonly string[]) =>
    addresses.length === 0 ? [] : [`${title}:`, ...addresses.map((address) => `  ${address}`)];
  const lines = [
    ...part(`Only in ${id}`, gone),
    ...part(`Only in the current state`, added),
    ...part("Different", changed),
  ];
  return lines.length === 0
    ? `${id} and the current state have the same resources, with the same attributes.`
    : lines.join("\n");
}
