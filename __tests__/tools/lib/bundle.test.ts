import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");

const ENTRY = `
import { readdirSync } from "node:fs";
import { word } from "./word.ts";
if (word === "fail") process.exitCode = 1;
const names = readdirSync("parts").map((file) => file.replace(".ts", ""));
Promise.all(names.map((name) => import(\`./parts/\${name}.ts\`)))
  .then((parts) => console.log([word, ...parts.map((part) => part.default)].join(" ")));
`;

const RUN = `
import { bundleOf, runBundle } from "./tools/lib/bundle.cjs";
runBundle(await bundleOf({ entry: "entry.ts", folders: ["parts"] }));
`;

describe("a bundle", () => {
  let project: string;
  const at = (file: string) => join(project, file);
  const write = (file: string, text: string) => writeFileSync(at(file), text);
  const writeWord = (word: string) => write("word.ts", `export const word: string = "${word}";\n`);

  beforeEach(() => {
    project = realpathSync(mkdtempSync(join(tmpdir(), "bundle-")));
    mkdirSync(at("tools/lib"), { recursive: true });
    cpSync(join(ROOT, "tools/lib/bundle.cjs"), at("tools/lib/bundle.cjs"));
    cpSync(join(ROOT, "tsconfig.json"), at("tsconfig.json"));
    symlinkSync(join(ROOT, "node_modules"), at("node_modules"));
    mkdirSync(at("parts"));
    write("parts/a.ts", 'export default "a";\n');
    write("entry.ts", ENTRY);
    write("run.mjs", RUN);
    write("package.json", JSON.stringify({ type: "module" }));
    writeWord("one");
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const run = async () => {
    const { stdout, stderr } = await execa(process.execPath, ["run.mjs"], { cwd: project, reject: false });
    return stdout + stderr;
  };
  const kept = (ending: string) => {
    const names = readdirSync(at(".cache/entry")).filter((name) => name.endsWith(ending));
    return names.map((name) => join(project, ".cache/entry", name));
  };
  const only = (ending: string) => {
    const [file, ...others] = kept(ending);
    if (file === undefined || others.length > 0) throw new Error(`not one file ${ending}`);
    return file;
  };

  it("runs what is written now, though size and time of the file are the same", async () => {
    expect(await run()).toBe("one a");
    const { atime, mtime } = statSync(at("word.ts"));
    writeWord("two");
    utimesSync(at("word.ts"), atime, mtime);
    expect(await run()).toBe("two a");
  });

  it("sees a new file in a folder of which all files are imported", async () => {
    await run();
    write("parts/b.ts", 'export default "b";\n');
    expect(await run()).toBe("one a b");
  });

  it("is not made again for a file that was only written again", async () => {
    await run();
    const { ino } = statSync(only(".cjs"));
    writeWord("one");
    expect(await run()).toBe("one a");
    expect(statSync(only(".cjs")).ino).toBe(ino);
  });

  it("is not made again for what was written before", async () => {
    await run();
    const first = only(".cjs");
    const { ino } = statSync(first);
    writeWord("two");
    expect(await run()).toBe("two a");
    writeWord("one");
    expect(await run()).toBe("one a");
    expect(statSync(first).ino).toBe(ino);
    expect(await run()).toBe("one a");
  });

  it("is kept with the last few, and not for ever", async () => {
    for (const word of ["1", "2", "3", "4", "5", "6"]) {
      writeWord(word);
      await run();
      for (const file of readdirSync(at(".cache/entry")).filter((name) => name !== "inputs.json")) {
        const { mtimeMs } = statSync(at(join(".cache/entry", file)));
        utimesSync(at(join(".cache/entry", file)), 0, mtimeMs / 1000 - 100);
      }
    }
    expect(kept(".cjs")).toHaveLength(5);
    expect(kept(".map")).toHaveLength(5);
    expect(kept(".code")).toHaveLength(5);
  });

  it("imports while it runs what is not in it, from V8's code too", async () => {
    write("outside.mjs", "export default 'outside';\n");
    write(
      "entry.ts",
      `const names = ["picocolors", new URL("outside.mjs", "file://" + process.cwd() + "/").href];
Promise.all([import("picocolors"), ...names.map((name) => import(name))])
  .then((all) => console.log(all.map((one) => typeof one.default).join(" ")));`,
    );
    write("run.mjs", RUN.replace('"entry.ts"', '"entry.ts", external: ["picocolors"]'));
    for (const _ of ["without V8's code", "with it"]) expect(await run()).toBe("object object string");
    expect(kept(".code")).toHaveLength(1);
    const { stdout } = await execa(process.execPath, ["--enable-source-maps", "run.mjs"], { cwd: project });
    expect(stdout).toBe("object object string");
  });

  it("has traces name lines of the sources where Node is asked for its maps", async () => {
    write(
      "word.ts",
      'export const word: string = "one";\n\nfunction broken() { throw new Error("broken"); }\nbroken();\n',
    );
    const { stderr } = await execa(process.execPath, ["--enable-source-maps", "run.mjs"], {
      cwd: project,
      reject: false,
    });
    expect(stderr).toContain(`at broken (${at("word.ts")}:3:`);
    expect(stderr).toContain(`${at("word.ts")}:4:`);
  });

  it("keeps V8's code of the first run that succeeds, and uses it", async () => {
    writeWord("fail");
    await run();
    expect(kept(".code")).toEqual([]);
    writeWord("one");
    await run();
    const { ino } = statSync(only(".code"));
    expect(await run()).toBe("one a");
    expect(statSync(only(".code")).ino).toBe(ino);
  });

  it.each([".code", ".cjs", "inputs.json"])("runs where %s is damaged, and makes it anew", async (ending) => {
    await run();
    const half = readFileSync(only(ending)).length >> 1;
    const damaged = readFileSync(only(ending)).fill(7, half);
    writeFileSync(only(ending), damaged);
    expect(await run()).toBe("one a");
    expect(readFileSync(only(ending)).equals(damaged)).toBe(false);
    truncateSync(only(ending), half);
    expect(await run()).toBe("one a");
    expect(readFileSync(only(ending)).length).toBeGreaterThan(half);
  });

  it("runs in several processes at once", async () => {
    expect(await Promise.all([run(), run(), run()])).toEqual(["one a", "one a", "one a"]);
    expect(await run()).toBe("one a");
  });

  it("imports what is named only when it runs, without a word of Node's", async () => {
    write("policy.mjs", 'export default "policy";\n');
    write(
      "entry.ts",
      `const file: string = "${at("policy.mjs")}";\nimport(file).then((it) => console.log(it.default));\n`,
    );
    expect(await run()).toBe("policy");
  });

  it("loads the framework and its bindings only where they are used", async () => {
    write(
      "entry.ts",
      `import { App } from "cdktf";
       import { Vpc } from "@cdktf/provider-aws/lib/vpc";
       const isLoaded = () => process.moduleLoadList.includes("NativeModule os");
       const before = isLoaded();
       console.log(before, Vpc.tfResourceType, typeof App.isApp, isLoaded());`,
    );
    await run(); // making the bundle loads more of Node
    expect(await run()).toBe("false aws_vpc function true");
  });

  it("is refused with the line of an import that leads nowhere", async () => {
    write("entry.ts", '\nimport { Vpc } from "@cdktf/provider-aws/lib/vpcs";\nconsole.log(Vpc);\n');
    expect(await run()).toMatch(/Could not resolve "@cdkt[fn]\/provider-aws\/lib\/vpcs"[\s\S]*entry\.ts:2:20/);
  });

  it("runs where nothing can be kept", async () => {
    write(".cache", "not a folder");
    expect(await run()).toBe("one a");
  });
});
