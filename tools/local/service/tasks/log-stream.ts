import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogConfiguration } from "@aws-sdk/client-ecs";

/** Events of one call. AWS takes 10,000, and a megabyte, which is more than is read at once. */
const BATCH = 1_000;
/** How much of a stream is kept, as it is kept in memory. */
const KEPT = { lines: 50_000, characters: 16_000_000 };
const EVERY_MS = 300;
/** Longer lines are cut in pieces. AWS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html */
const PIECES = /.{1,16384}/gs;

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

/**
 * Sends what a container writes to its log stream until it ends. What is too much to be kept begins the stream anew. No more is read
 * than was sent: what the container writes meanwhile is the engine's to keep, which keeps the last of it.
 */
export async function ship(client: CloudWatchLogsClient, place: LogStream, output: Readable): Promise<void> {
  const { group: logGroupName, stream: logStreamName } = place;
  const kept = { lines: 0, characters: 0 };
  for await (const lines of linesOf(output)) {
    while (lines.length > 0) {
      const batch = lines.splice(0, BATCH);
      kept.lines += batch.length;
      kept.characters += batch.join("").length;
      if (kept.lines > KEPT.lines || kept.characters > KEPT.characters) {
        await client.send(new DeleteLogStreamCommand({ logGroupName, logStreamName }));
        await createLogStream(client, place);
        batch.unshift("(What was written before is gone: too much for a local run to keep.)");
        Object.assign(kept, { lines: 0, characters: 0 });
      }
      const startedAt = Date.now();
      // An event without a message is refused.
      const logEvents = batch.map((line) => ({ timestamp: startedAt, message: line || " " }));
      await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
      // Others want to be answered, too.
      await sleep(Date.now() - startedAt);
    }
  }
}

/** The lines that there are, each time that there are some. */
async function* linesOf(output: Readable): AsyncGenerator<string[]> {
  let unfinished = "";
  output.setEncoding("utf8");
  while (!output.closed) {
    const text = output.read() as string | null;
    if (text === null) {
      await sleep(EVERY_MS);
      continue;
    }
    const lines = `${unfinished}${text}`.split(/\r?\n/).flatMap((line) => line.match(PIECES) ?? [""]);
    unfinished = lines.pop() ?? "";
    yield lines;
  }
  if (unfinished) yield [unfinished];
}
