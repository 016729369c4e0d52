import { resolve } from "node:path";
import { UserError } from "@operation-app/preflight/input";
import { execa } from "execa";

/** What shows a file in its own program, by operating system. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Shows a file in the program that this machine has for it. @throws UserError where it has none */
export async function openFile(file: string): Promise<void> {
  const [program = "xdg-open", ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const { failed } = await execa(program, [...args, resolve(file)], {
    reject: false,
    stdio: "ignore",
    timeout: 10_000,
  });
  if (failed) throw new UserError(`${file} is written, but ${program} can't open it. Open it in a browser.`);
}
