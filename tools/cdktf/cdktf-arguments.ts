import { readFileSync } from "node:fs";

/** How far above us `cdktf` or CDK Terrain's `cdktn` may be: it runs the app by way of a shell. */
const GENERATIONS = 5;

/**
 * The arguments of the `cdktf` that runs this process, such as `["deploy", "production"]`; undefined outside of one.
 * cdktf tells an app nothing about what it is synthesized for, so this reads it off the processes above.
 */
export function cdktfArguments(): readonly string[] | undefined {
  if (process.env.CDKTF_CONTEXT_JSON === undefined) return undefined; // cdktf sets it for every app that it runs
  let pid = process.ppid;
  for (let generation = 0; generation < GENERATIONS && pid > 1; generation++) {
    const found = inspect(pid);
    if (found === undefined) return undefined;
    const cdktf = found.argv.findIndex((argument) => /(^|[/\\])cdkt[fn](\.js)?$/.test(argument));
    if (cdktf >= 0) return found.argv.slice(cdktf + 1);
    pid = found.parent;
  }
  return undefined;
}

function inspect(pid: number): { parent: number; argv: string[] } | undefined {
  try {
    if (process.platform === "linux") {
      const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0$/, "").split("\0");
      const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      return { parent: Number(parent), argv };
    }
    const { execFileSync } = process.getBuiltinModule("node:child_process"); // takes 3 ms
    const [parent, ...argv] = execFileSync("ps", ["-o", "ppid=,args=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
    return { parent: Number(parent), argv };
  } catch {
    return undefined; // gone, or a system that doesn't tell
  }
}
