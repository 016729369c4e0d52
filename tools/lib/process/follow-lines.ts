import { readSync } from "node:fs";

const POLL_MS = 100;

/**
 * Reads the lines that another process appends to a file. Through a file and not a pipe, the other process survives the
 * end of this one: a write into a broken pipe would end it.
 *
 * @param file descriptor, open for reading
 * @returns a function that reads what is left, and stops
 */
export function followLines(file: number, onLine: (line: string) => void): () => void {
  const chunk = Buffer.alloc(65_536);
  let position = 0;
  let rest = Buffer.alloc(0);
  const read = () => {
    let length: number;
    do {
      length = readSync(file, chunk, 0, chunk.length, position);
      position += length;
      rest = Buffer.concat([rest, chunk.subarray(0, length)]);
    } while (length > 0);
    const end = rest.lastIndexOf("\n");
    if (end < 0) return;
    const lines = rest.subarray(0, end).toString("utf8").split("\n");
    rest = rest.subarray(end + 1);
    for (const line of lines) onLine(line);
  };
  const timer = setInterval(read, POLL_MS);
  return () => {
    clearInterval(timer);
    read();
    if (rest.length > 0) onLine(rest.toString("utf8"));
  };
}
