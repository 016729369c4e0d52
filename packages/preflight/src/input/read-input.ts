import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { InputError } from "./user-error.ts";

/**
 * Reads what a command is given to look at.
 *
 * @param file its path, or `-` for standard input
 * @param wanted what the user is to name instead, where it can't be read
 * @returns the text, and what to call it in what is said of it
 * @throws InputError where it can't be read
 */
export async function readInput(file: string, wanted: string): Promise<{ contents: string; name: string }> {
  if (file === "-") return { contents: await text(process.stdin), name: "standard input" };
  try {
    return { contents: await readFile(file, "utf8"), name: file };
  } catch (error) {
    throw new InputError(`${file}: can't be read (${(error as NodeJS.ErrnoException).code}). Name ${wanted}.`);
  }
}
