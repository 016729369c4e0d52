import fc from "fast-check";
import { expect, it } from "vitest";
import { hostileText, OBEYED } from "../../../packages/preflight/tests/support/hostile-text.ts";
import { terminalProgress } from "../../../tools/lib/terminal/progress.ts";
import { holderText } from "../../../tools/lib/terraform/state-lock.ts";

it("no holder of a lock does anything to a terminal", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const lock = { id: text, who: text, created: text, operation: text };
      expect(holderText(lock)).not.toMatch(OBEYED);
      expect(holderText(lock)).not.toContain("\n");
    }),
  );
});

it("nothing that is reported on the way does anything to a terminal", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const written: string[] = [];
      const progress = terminalProgress((line) => written.push(line));
      for (const say of [progress.step, progress.fact, progress.output, progress.text]) say(text);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of our own
      expect(written.join("").replace(/\u001b\[(1|2|22|31|32|39)m/g, "")).not.toMatch(OBEYED);
    }),
  );
});
