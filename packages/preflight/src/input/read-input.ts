import { constants } from "node:buffer";
import { readFile, stat } from "node:fs/promises";
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
    const { size } = await stat(file);
    if (size > most) throw tooLarge(file, size, most);
    return { contents: await readFile(file, "utf8"), name: file };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: can't be read (${(error as NodeJS.ErrnoException).code}). Name ${wanted}.`);
  }
}

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
