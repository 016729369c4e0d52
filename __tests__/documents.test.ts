import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { verbProblem } from "./support/verb-problem.ts";

// Commands are taken apart here: what comes after gets its own.
afterAll(() => void vi.resetModules());

const ROOT = resolve(import.meta.dirname, "..");
const CDKTF = ["get", "synth", "diff", "deploy", "destroy", "output", "watch"];
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };

const documents = [
  ...readdirSync(ROOT).map((name) => join(ROOT, name)),
  ...["docs", "examples", "images", "modules", "packages", "tools", ".github"].flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true }) as string[]).map((name) => join(ROOT, folder, name)),
  ),
]
  .filter((file) => file.endsWith(".md") && !/node_modules|\/tests\//.test(file))
  .map((file) => relative(ROOT, file));

describe.each(documents)("%s", (document) => {
  const text = readFileSync(join(ROOT, document), "utf8");

  it("leads only to pages and headings that are there", () => {
    const links = [...withoutCode(text).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !leadsSomewhere(document, link))).toEqual([]);
  });
});

// What a version has changed stays as it was written.
describe.each(documents.filter((document) => document !== "CHANGELOG.md"))("%s", (document) => {
  it("shows only command lines that the commands take", async () => {
    const problems = await Promise.all(commandLines(readFileSync(join(ROOT, document), "utf8")).map(problemOf));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });
});

describe("the check of command lines", () => {
  it.each([
    ["bin/infra fly production", "fly"],
    ["bin/infra plan --fast", "--fast"],
    ["bin/infra secrets set", "NAME"],
    ["npm run fly", "fly"],
    ["npm run status -- --fast", "--fast"],
    ["npx cdktf fly", "fly"],
  ])("refuses %s", async (line, part) => {
    expect(await problemOf(line)).toMatch(new RegExp(part, "i"));
  });

  it("finds each command in a line, and what is between backticks", () => {
    const text = "```sh\n(cd a && bin/infra plan) | bin/infra review - # one `bin/infra x`\n```\nor `npm run synth`";
    expect(commandLines(text)).toEqual(["bin/infra plan", "bin/infra review -", "npm run synth"]);
  });
});

/** The command lines of shell blocks and of inline code, but for those with a part to fill in. */
function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].flatMap(([, block = ""]) => block.split("\n"));
  const inline = [...text.replace(/^ *```.*?^ *```$/gms, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) =>
    // A verb alone is its name, and not a line to type.
    /^bin\/infra \S+$/.test(code) ? `${code} --help` : code,
  );
  return [...blocks, ...inline]
    .flatMap(
      (line) =>
        line
          .replace(/\s#\s.*$/, "")
          .match(/(?<![\w./-])(bin\/infra|npm run|npx cdktf) ('[^']*'|"[^"]*"|[^|&;)'"])*/g) ?? [],
    )
    .map((line) => line.trim())
    .filter((line) => !/[<>…]|\[/.test(line));
}

/** What a command says against a line that a reader might type; undefined where it takes it. */
async function problemOf(line: string): Promise<string | undefined> {
  const [first, name = "", ...args] =
    line.match(/'[^']*'|"[^"]*"|\S+/g)?.map((word) => word.replace(/^(['"])(.*)\1$/, "$2")) ?? [];
  if (first === "bin/infra") return await verbProblem(line, name, args);
  const [script = "", dashes, ...options] = args;
  if (first === "npx") return CDKTF.includes(script) ? undefined : `${line}: cdktf has no ${script}`;
  if (!(script in scripts)) return `${line}: package.json has no script ${script}`;
  const verb = scripts[script]?.match(/^node bin\/infra (\S+)$/)?.[1];
  return verb !== undefined && dashes === "--" ? await verbProblem(line, verb, options) : undefined;
}

function leadsSomewhere(document: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? join(ROOT, document) : resolve(ROOT, dirname(document), decodeURI(path));
  if (!existsSync(target)) return false;
  return (
    anchor === undefined || !target.endsWith(".md") || anchors(readFileSync(target, "utf8")).has(decodeURI(anchor))
  );
}

/** What GitHub makes of headings, and what is written as `<a id="…">`. */
function anchors(text: string): Set<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
  return new Set([...headings, ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = ""]) => id)]);
}

function withoutBlocks(text: string): string {
  return text.replace(/^ *(```|~~~~).*?^ *\1$/gms, "");
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replace(/`[^`\n]+`/g, "");
}
