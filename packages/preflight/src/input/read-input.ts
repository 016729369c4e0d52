import { constants } from "node:buffer";
import { createReadStream } from "node:fs";
import { open, readFile, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { getHeapStatistics } from "node:v8";
import { InputError } from "./user-error.ts";

/** What is made of a file while it is judged takes up to ten times its size. */
const MEMORY_BY_BYTE = 10;

/** Bytes that can be read and judged in the memory that Node has. */
function mostBytes(): number {
  return Math.min(getHeapStatistics().heap_size_limit / MEMORY_BY_BYTE, constants.MAX_STRING_LENGTH);
}

/**
 * Reads what a command is given to look at.
 *
 * @param file its path, or `-` for standard input
 * @param wanted what the user is to name instead, where it can't be read
 * @param most bytes; by default what there is memory for
 * @returns the text, and what to call it in what is said of it
 * @throws InputError where it can't be read, or is too large: before it is read, where that is known
 */
export async function readInput(
  file: string,
  wanted: string,
  most = mostBytes(),
): Promise<{ contents: string; name: string }> {
  if (file === "-") return { contents: await textIn(process.stdin, "standard input", most), name: "standard input" };
  try {
    const found = await stat(file);
    // A pipe or a device does not say how much there is of it.
    if (!found.isFile() && !found.isDirectory())
      return { contents: await textIn(createReadStream(file), file, most), name: file };
    if (found.size > most) throw tooLarge(file, found.size, most);
    return { contents: await readFile(file, await encodingOf(file)), name: file };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: can't be read (${(error as NodeJS.ErrnoException).code}). Name ${wanted}.`);
  }
}

/** Windows PowerShell writes what a command prints in UTF-16, which begins with a mark of its own. */
async function encodingOf(file: string): Promise<"utf16le" | "utf8"> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(UTF_16.length), 0, UTF_16.length, 0);
    return buffer.equals(UTF_16) ? "utf16le" : "utf8";
  } finally {
    await handle.close();
  }
}

const UTF_16 = Buffer.from([0xff, 0xfe]);

/** @throws InputError as soon as there is more than `most` bytes */
export async function textIn(stream: Readable, name: string, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > most) throw tooLarge(name, size, most);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(name: string, size: number, most: number): InputError {
  const needed = Math.ceil((size * MEMORY_BY_BYTE) / 2 ** 20);
  const way =
    size <= constants.MAX_STRING_LENGTH
      ? `Give Node more memory: NODE_OPTIONS=--max-old-space-size=${needed}.`
      : "Split the stack, so that its plans are smaller.";
  return new InputError(
    `${name}: has ${megabytes(size)} MB or more, and ${megabytes(most)} MB can be read at most. ${way}`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
