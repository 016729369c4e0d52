import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { InputError, printable, UserError } from "@operation-app/preflight/input";
import { pick } from "./deployment.ts";
import { describeTaskDefinition, listServices, logPlace } from "./services.ts";
import type { Session } from "./session.ts";

/** A log group, and what its lines are marked with. */
export interface LogSource {
  readonly name: string;
  readonly group: string;
}

export interface LogLine {
  readonly source: string;
  readonly at: Date;
  readonly message: string;
}

/** CloudWatch may show an event later than others that are younger: each look begins this much before the last one. */
const LATE_MS = 30_000;
const POLL_MS = 2_000;
const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** @param text such as `30s`, `10m`, `1h` or `7d` @returns milliseconds @throws InputError when it is none */
export function parseDuration(text: string, option: string): number {
  const [, number, unit] = text.match(/^(\d+)([smhd])$/) ?? [];
  if (!number || !unit)
    throw new InputError(`${option} ${text}: is not a duration. Write one such as 30s, 10m, 1h or 7d.`);
  return Number(number) * UNITS[unit as keyof typeof UNITS];
}

/**
 * The log groups of the services, of the migration and of schedules, as their task definitions name them.
 *
 * @param only names of some of them @default all
 * @throws InputError when there is none of one of the names
 */
export async function logSources(
  { deployment, clients: { ecs } }: Session,
  only?: readonly string[],
): Promise<LogSource[]> {
  const services = await listServices(ecs, deployment);
  const definitions = [
    ...services.map(({ service }) => service.taskDefinition ?? ""),
    deployment.migrateFamily,
    ...deployment.schedules.map(({ family }) => family),
  ];
  const described = await Promise.all(definitions.map((definition) => describeTaskDefinition(ecs, definition)));
  const sources = described
    .flatMap(({ containerDefinitions = [] }) => containerDefinitions)
    .flatMap((container) => {
      const place = logPlace(container);
      return place ? [{ name: container.name ?? "", group: place.group }] : [];
    });
  return only === undefined ? sources : only.map((name) => pick(sources, name));
}

export interface LogQuery {
  readonly sources: readonly LogSource[];
  /** The oldest that is wanted. */
  readonly since: Date;
  /** CloudWatch's filter pattern. @default everything */
  readonly filter?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** Lines of several log groups as one, oldest first. */
export async function* readLogs(client: CloudWatchLogsClient, query: LogQuery): AsyncGenerator<LogLine> {
  yield* merged(query.sources.map((source) => eventsOf(client, source, query, () => false)));
}

/** The same, and what comes after, until it is ended. */
export async function* followLogs(
  client: CloudWatchLogsClient,
  { since, ...query }: LogQuery,
  pollMs = POLL_MS,
): AsyncGenerator<LogLine> {
  const seen = new Map<string, number>();
  const isSeen = ({ eventId = "", timestamp = 0 }: FilteredLogEvent) => {
    if (seen.has(eventId)) return true;
    seen.set(eventId, timestamp);
    return false;
  };
  let from = since;
  while (!query.signal?.aborted) {
    const startedAt = Date.now();
    yield* merged(query.sources.map((source) => eventsOf(client, source, { ...query, since: from }, isSeen)));
    from = new Date(Math.max(since.getTime(), startedAt - LATE_MS));
    for (const [id, timestamp] of seen) if (timestamp < from.getTime()) seen.delete(id);
    await sleep(pollMs, undefined, { signal: query.signal }).catch(() => {});
  }
}

/** Events of one group, page by page; a group's pages come in the order of time. */
async function* eventsOf(
  client: CloudWatchLogsClient,
  { name, group }: LogSource,
  { since, filter, signal }: LogQuery | Omit<LogQuery, "sources">,
  isSeen: (event: FilteredLogEvent) => boolean,
): AsyncGenerator<LogLine> {
  const input = { logGroupName: group, startTime: since.getTime(), filterPattern: filter };
  try {
    for await (const page of paginateFilterLogEvents({ client }, input, { abortSignal: signal })) {
      for (const event of page.events ?? []) {
        if (signal?.aborted) return;
        if (!isSeen(event)) yield lineOf(name, event);
      }
    }
  } catch (error) {
    if (signal?.aborted) return;
    if (error instanceof ResourceNotFoundException) throw new UserError(`The log group "${group}" does not exist.`);
    throw error;
  }
}

function lineOf(source: string, { timestamp = 0, message = "" }: FilteredLogEvent): LogLine {
  return { source, at: new Date(timestamp), message: harmless(message) };
}

/** A log line without what a terminal would obey: whoever writes to a log is not whoever reads it. */
export function harmless(message: string): string {
  return printable(stripVTControlCharacters(message).replaceAll("\t", "    ").replaceAll("\r", "").trimEnd());
}

/** Takes the oldest of the heads of several ordered sequences, until all have ended. */
async function* merged(sequences: readonly AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  const take = async (sequence: AsyncGenerator<LogLine>) => ({ sequence, head: await sequence.next() });
  let heads = await Promise.all(sequences.map(take));
  for (;;) {
    heads = heads.filter(({ head }) => !head.done);
    const [first, ...others] = heads;
    if (!first) return;
    const oldest = others.reduce((a, b) => (b.head.value.at < a.head.value.at ? b : a), first);
    yield oldest.head.value;
    oldest.head = await oldest.sequence.next();
  }
}
