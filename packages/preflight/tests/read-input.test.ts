import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readInput, textIn } from "../src/input/read-input.ts";
import { InputError } from "../src/input/user-error.ts";
import { put, temporaryDirectory } from "./support/temporary.ts";

describe("an input", () => {
  const text = JSON.stringify({ name: "日本語", more: "x".repeat(1000) });
  const size = Buffer.byteLength(text);

  it("is read up to the size that there is memory for", async () => {
    const file = put(join(temporaryDirectory(), "a.json"), text);
    expect(await readInput(file, "a plan", size)).toEqual({ contents: text, name: file });
    expect(await textIn(inPieces(), "standard input", size)).toBe(text);
  });

  it("is read as Windows PowerShell writes it, too", async () => {
    const file = join(temporaryDirectory(), "a.json");
    writeFileSync(file, Buffer.from(`\uFEFF${text}`, "utf16le"));
    expect((await readInput(file, "a plan")).contents).toBe(`\uFEFF${text}`);
  });

  it.skipIf(process.platform === "win32")("that has no end is refused as soon as it is too large", async () => {
    await expect(readInput("/dev/zero", "a plan", 5000)).rejects.toThrow("/dev/zero: has ");
  });

  it("that is larger is refused in one line, a file before it is read", async () => {
    const file = put(join(temporaryDirectory(), "a.json"), "not JSON ".repeat(1_000_000));
    await expect(readInput(file, "a plan", 4_000_000)).rejects.toThrow(
      `${file}: has 9.0 MB or more, and 4.0 MB can be read at most. Give Node more memory: NODE_OPTIONS=--max-old-space-size=86.`,
    );
  });

  it("of standard input is refused as soon as it is larger", async () => {
    let taken = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1000, taken++);
      })(),
    );
    await expect(textIn(endless, "standard input", 5000)).rejects.toBeInstanceOf(InputError);
    expect(taken).toBeLessThan(100);
  });

  function inPieces(): Readable {
    const bytes = Buffer.from(text);
    return Readable.from([...bytes].map((_, index) => bytes.subarray(index, index + 1)));
  }
});
