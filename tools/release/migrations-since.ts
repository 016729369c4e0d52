import { readLogs } from "../operate/logs.ts";
import { describeTaskDefinition, logPlace } from "../operate/services.ts";
import type { Session } from "../operate/session.ts";

/** What Rails writes for each migration that it runs: `== 20261124093000 CreateUsers: migrated (0.0123s) ===`. */
const MIGRATED = /^== (\d+ )?(\S+): (migrated|reverted)\b/;

/**
 * The migrations that have run since a time, oldest first, by what they have written into the log of the migration.
 *
 * What it can't know: those that ran elsewhere (a console, `bin/infra run` with the app's task definition), and those
 * whose lines CloudWatch has let go of after `ecs.logRetentionDays`.
 */
export async function migrationsSince({ deployment, clients }: Session, since: Date): Promise<string[]> {
  const { containerDefinitions = [] } = await describeTaskDefinition(clients.ecs, deployment.migrateFamily);
  const sources = containerDefinitions.flatMap((container) => {
    const place = logPlace(container);
    return place ? [{ name: container.name ?? "", group: place.group }] : [];
  });
  const found: string[] = [];
  for await (const { message } of readLogs(clients.logs, { sources, since })) {
    const [, number = "", name, what] = message.match(MIGRATED) ?? [];
    if (name) found.push(`${number}${name}: ${what}`);
  }
  return found;
}
