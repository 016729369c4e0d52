import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where it is noted, so that `npm ci` takes the note away with all else; `tools/lib/start-problems.cjs` reads it. */
const NOTE = "node_modules/.changing.json";
/** Variable of what a verb starts meanwhile, which is not refused. */
const MEANWHILE = "INFRA_CHANGES_CLONE";

/**
 * Does what changes files and dependencies of the clone itself. Killed in the middle, it leaves a note by which the next start
 * says what to do.
 *
 * @param project root of the clone
 * @param verb as it is typed, such as `framework cdktn`
 */
export async function changingClone<T>(project: string, verb: string, work: () => Promise<T>): Promise<T> {
  const note = join(project, NOTE);
  if (existsSync(join(project, "node_modules"))) writeFileSync(note, JSON.stringify({ verb, pid: process.pid }));
  process.env[MEANWHILE] = "1";
  try {
    return await work();
  } finally {
    delete process.env[MEANWHILE];
    rmSync(note, { force: true });
  }
}
