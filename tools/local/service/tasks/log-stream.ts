import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  type InputLogEvent,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogConfiguration } from "@aws-sdk/client-ecs";

/** Lines that are sent at once. AWS takes 10,000. */
const BATCH = 1_000;
const EVERY_MS = 300;
/** Lines that wait to be sent; what comes beyond is dropped, as the mode `non-blocking` does. */
const MOST_WAITING = 50_000;
/** Longer lines are cut in pieces. AWS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html */
const LONGEST = 16_384;

/** Where a container's lines go; nothing where it has no log group. */
export interface LogStream {
  readonly group: string;
  readonly stream: string;
}

/** Stands in for the log driver `awslogs`. */
export function logStreamOf(
  configuration: LogConfiguration | undefined,
  container: string,
  taskId: string,
): LogStream | undefined {
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix } = configuration?.options ?? {};
  if (configuration?.logDriver !== "awslogs" || !group) return undefined;
  return { group, stream: [prefix, container, taskId].filter(Boolean).join("/") };
}

/** @throws what CloudWatch answers, such as ResourceNotFoundException */
export async function createLogStream(client: CloudWatchLogsClient, { group, stream }: LogStream): Promise<void> {
  await client.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }));
}

/** Sends lines to a log stream until they end. */
export async function ship(client: CloudWatchLogsClient, place: LogStream, lines: Readable): Promise<void> {
  const waiting: InputLogEvent[] = [];
  let hasEnded = false;
  const reader = createInterface({ input: lines, crlfDelay: Number.POSITIVE_INFINITY });
  reader.on("line", (line) => {
    for (let at = 0; at === 0 || at < line.length; at += LONGEST)
      if (waiting.length < MOST_WAITING)
        waiting.push({ timestamp: Date.now(), message: line.slice(at, at + LONGEST) || " " });
  });
  reader.on("close", () => {
    hasEnded = true;
  });
  while (!hasEnded || waiting.length > 0) {
    const logEvents = waiting.splice(0, BATCH);
    if (logEvents.length === 0) await sleep(EVERY_MS);
    else
      await client.send(new PutLogEventsCommand({ logGroupName: place.group, logStreamName: place.stream, logEvents }));
  }
}
