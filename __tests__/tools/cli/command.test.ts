import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { toCaller } from "../../../tools/cli/command.ts";

it("names a file of the project as it is reached from where the verb was called, and one that is elsewhere whole", () => {
  vi.stubEnv("INIT_CWD", join(process.cwd(), "docs"));
  expect(toCaller("docs/images/a.svg")).toBe("images/a.svg");
  expect(toCaller("/tmp/a.svg")).toBe("/tmp/a.svg");
  expect(toCaller("a.svg")).toBe(join(process.cwd(), "a.svg"));
});
