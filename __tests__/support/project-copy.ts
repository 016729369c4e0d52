import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll } from "vitest";
import { withoutColors } from "../../tools/lib/process/run-tool.ts";
import { PARTS } from "../../tools/local/project.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SOURCES = [...PARTS, "examples"];

/** The bundles of the last copy, for the next one: most of what it runs has been bundled by then. */
const SPARE_BUNDLES = join(tmpdir(), `bundles-${process.pid}`);
afterAll(() => rmSync(SPARE_BUNDLES, { recursive: true, force: true }));

/** A copy of the project in a temporary directory, whose files a test may change. */
export class ProjectCopy {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), "project-")));
  private readonly bundles = join(this.directory, ".cache");

  constructor() {
    for (const source of SOURCES) cpSync(join(ROOT, source), join(this.directory, source), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(this.directory, "node_modules"));
    if (existsSync(SPARE_BUNDLES)) renameSync(SPARE_BUNDLES, this.bundles);
    else copyBundles(join(ROOT, ".cache"), this.bundles);
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.directory, file), text);
  }

  /** Replaces texts in a file. @throws Error when one of them is not there */
  edit(file: string, replacements: Readonly<Record<string, string>>): void {
    let text = this.read(file);
    for (const [from, to] of Object.entries(replacements)) {
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      text = text.replaceAll(from, to);
    }
    this.write(file, text);
  }

  /** Copies production, with its versions, which are its own. */
  copyProduction(name: string): void {
    const text = this.read("environments/production.ts");
    this.write(`environments/${name}.ts`, text.replace("production.versions", `${name}.versions`));
    this.write(`environments/${name}.versions.json`, "{}\n");
  }

  /** Puts a smaller stack in the place of the whole one. @param file in `__tests__/end-to-end` */
  putStack(file: string): void {
    const text = readFileSync(join(ROOT, "__tests__/end-to-end", file), "utf8");
    this.write("stacks/operation-stack.ts", text.replaceAll("../../stacks/", "./").replaceAll("../../", "../"));
  }

  /** Starts a script of the project, with nothing but this environment. */
  start(script: string, args: readonly string[], env: NodeJS.ProcessEnv, input = "") {
    const loader = script.endsWith(".ts") ? ["--import", "tsx"] : [];
    return execa(process.execPath, [...loader, script, ...args], {
      cwd: this.directory,
      env,
      extendEnv: false,
      reject: false,
      all: true,
      input,
    });
  }

  /** Runs the app, which writes the stacks. */
  synth() {
    const env = withoutColors(process.env);
    return spawnSync(process.execPath, ["tools/cdktf/synth.cjs"], { cwd: this.directory, encoding: "utf8", env });
  }

  delete(file: string): void {
    rmSync(join(this.directory, file));
  }

  remove(): void {
    rmSync(SPARE_BUNDLES, { recursive: true, force: true });
    if (existsSync(this.bundles)) renameSync(this.bundles, SPARE_BUNDLES);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** What is not copied, because another process replaces it meanwhile, is made again. */
function copyBundles(from: string, to: string): void {
  try {
    cpSync(from, to, { recursive: true, filter: (file) => basename(file) !== "plugins" });
  } catch {
    // Bundles cost time, and nothing else.
  }
}
