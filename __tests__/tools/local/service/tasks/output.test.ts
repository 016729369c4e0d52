import { PassThrough, Readable } from "node:stream";
import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, it } from "vitest";
import { demultiplexed } from "../../../../../tools/local/service/demultiplexer.ts";
import { ship } from "../../../../../tools/local/service/tasks/log-stream.ts";

/** As the engine's API sends it. */
function frame(text: string, stream = 1): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function textOf(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString();
}

describe("what a container writes, as the engine sends it", () => {
  it("is one stream, whatever the pieces that it comes in", async () => {
    const sent = Buffer.concat([frame("one\n"), frame("zwölf\n", 2), frame(""), frame("three\n")]);
    for (const size of [1, 3, 9, 1_000]) {
      const pieces = Array.from({ length: Math.ceil(sent.length / size) }, (_, index) =>
        sent.subarray(index * size, (index + 1) * size),
      );
      expect(await textOf(demultiplexed(Readable.from(pieces)))).toBe("one\nzwölf\nthree\n");
    }
  });

  it("may be many empty lines at once", async () => {
    const lines = Buffer.concat(Array.from({ length: 20_000 }, () => frame("\n")));
    expect(await textOf(demultiplexed(Readable.from([lines])))).toHaveLength(20_000);
  });

  it("ends where the engine breaks off, and is no error then or later", async () => {
    const stream = new PassThrough();
    const output = demultiplexed(stream);
    stream.write(frame("the last\n"));
    setImmediate(() => stream.destroy(new Error("socket hang up")));
    expect(await textOf(output)).toBe("the last\n");
    stream.emit("error", new Error("again"));
  });

  it("is not taken before somebody reads it", async () => {
    let taken = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          taken++;
          yield frame("x".repeat(10_000));
        }
      })(),
    );
    const output = demultiplexed(endless);
    output.read();
    for (let turns = 0; turns < 1_000; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBeLessThan(100);
    output.destroy();
  });
});

/** Log streams that remember what was sent. */
function logs() {
  const streams: string[][] = [[]];
  const send = async (command: object) => {
    if (command instanceof CreateLogStreamCommand) streams.push([]);
    if (command instanceof PutLogEventsCommand)
      streams.at(-1)?.push(...(command.input.logEvents ?? []).map(({ message = "" }) => message));
    if (command instanceof DeleteLogStreamCommand) streams.pop();
  };
  return { client: { send } as unknown as CloudWatchLogsClient, streams };
}

describe("the log stream of a container", () => {
  const shipped = async (...written: readonly (string | Buffer)[]) => {
    const { client, streams } = logs();
    await ship(client, { group: "g", stream: "s" }, Readable.from(written, { objectMode: false }));
    return streams;
  };

  it("gets its lines, also an empty one, and a last one without an end", async () => {
    expect(await shipped("one\r\ntw", "o\n\nthr", "ee")).toEqual([["one", "two", " ", "three"]]);
  });

  it("gets a character whole that comes in two pieces", async () => {
    const text = Buffer.from("漢\n");
    expect(await shipped(text.subarray(0, 2), text.subarray(2))).toEqual([["漢"]]);
  });

  it("gets long lines in pieces, also one that does not end", async () => {
    const [lines = []] = await shipped("a".repeat(40_000), "b".repeat(10_000));
    expect(lines.map((line) => line.length)).toEqual([16_384, 16_384, 16_384, 848]);
    expect(lines.join("")).toBe("a".repeat(40_000) + "b".repeat(10_000));
  });

  it("keeps the last of what is too much, and says so", async () => {
    const thousands = Array.from({ length: 60 }, (_, index) => `${index}\n`.repeat(1_000));
    const [lines = [], ...more] = await shipped(...thousands);
    expect(more).toEqual([]);
    expect(lines[0]).toBe("(What was written before is gone: too much for a local run to keep.)");
    expect(lines.at(-1)).toBe("59");
    expect(lines.length).toBeLessThan(50_000);
  });
});
