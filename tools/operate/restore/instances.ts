import { setTimeout as sleep } from "node:timers/promises";
import { type DBInstance, paginateDescribeDBInstances, type RDSClient } from "@aws-sdk/client-rds";
import { UserError } from "@operation-app/preflight/input";
import type { Progress } from "../../lib/terminal/progress.ts";

/** How an instance is waited for. */
export interface Waiting {
  readonly rds: RDSClient;
  readonly progress: Progress;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Between two looks. @default ten seconds */
  readonly pollMs?: number;
  /** After which it is given up. @default three hours, which a large database takes */
  readonly timeoutMs?: number;
}

const POLL_MS = 10_000;
const TIMEOUT_MS = 3 * 60 * 60_000;

/** All instances of the region. */
export async function listInstances(client: RDSClient): Promise<DBInstance[]> {
  const found: DBInstance[] = [];
  for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, {})) found.push(...DBInstances);
  return found;
}

/**
 * Waits until there is nothing left to wait for.
 *
 * @param left what is not as it should be, for the instance found, or for none; an empty list where it is
 * @throws UserError where it takes too long, the restore has failed, or it was interrupted
 */
export async function until(
  { rds, progress, signal, pollMs = POLL_MS, timeoutMs = TIMEOUT_MS }: Waiting,
  name: string,
  left: (instance: DBInstance) => readonly string[],
): Promise<DBInstance> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = (await listInstances(rds)).find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
    const problems = found ? left(found) : ["it does not exist yet"];
    if (found && problems.length === 0) return found;
    const status = found?.DBInstanceStatus ?? "";
    if (/failed|incompatible|storage-full/.test(status))
      throw new UserError(`${name} is ${status}. See its events in RDS: ${eventsCommand(name)}`);
    if (Date.now() > deadline)
      throw new UserError(`${name} is not ready: ${problems.join("; ")}. Run the same command again to continue.`);
    progress.live(`${name}: ${problems[0]}`);
    await sleep(pollMs, undefined, { signal }).catch(() => {});
    if (signal?.aborted)
      throw new UserError(`Interrupted. RDS continues with ${name}; run the same command again to continue.`);
  }
}

function eventsCommand(name: string): string {
  return `aws rds describe-events --source-type db-instance --source-identifier ${name} --duration 1440`;
}
