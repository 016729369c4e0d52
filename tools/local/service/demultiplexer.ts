import { Readable } from "node:stream";

const HEADER_BYTES = 8;

/**
 * Makes one stream of what the engine's API sends of a command's output: frames of standard output and of standard error. It ends
 * where that breaks off, and takes no more than is read from it. (docker-modem's own takes all there is, and overflows the stack
 * on many short lines.)
 */
export function demultiplexed(stream: NodeJS.ReadableStream): Readable {
  stream.on("error", () => {}); // Also after its end, where the engine goes.
  return Readable.from(contentsOf(stream as AsyncIterable<Buffer>), { objectMode: false });
}

async function* contentsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of stream) {
      rest = Buffer.concat([rest, chunk]);
      const parts: Buffer[] = [];
      while (rest.length >= HEADER_BYTES) {
        const end = HEADER_BYTES + rest.readUInt32BE(4);
        if (rest.length < end) break;
        parts.push(rest.subarray(HEADER_BYTES, end));
        rest = rest.subarray(end);
      }
      if (parts.length > 0) yield Buffer.concat(parts);
    }
  } catch {
    // The container is gone, or the engine is.
  }
}
