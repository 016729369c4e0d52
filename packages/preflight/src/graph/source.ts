import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { InputError } from "../input/user-error.ts";
import { bodies, labelled } from "./blocks.ts";
import type { ModuleSource } from "./module.ts";
import { type Block, isBlock, isList, type Value } from "./value.ts";

/**
 * Reads a project's own source: its `.tf` and `.tf.json` files, and those of the modules that it calls, which lie in the
 * project or, after `terraform init`, under `.terraform/modules`. A module that is not there counts as unknown.
 *
 * @throws InputError where the directory has no source, or a file of it can't be read
 */
export async function readSource(directory: string): Promise<ModuleSource> {
  const body = await readModule(directory);
  if (body) return withCalled(directory, body);
  throw new InputError(
    `${directory}: has no .tf or .tf.json file. Name the directory in which terraform plan was run.`,
  );
}

/** The modules that a configuration calls, by the source in the directory of its project. */
export async function withCalled(directory: string, body: Block): Promise<ModuleSource> {
  return new Sources(directory).withCalled(body, directory, []);
}

class Sources {
  /** Where `terraform init` has put modules: directory by the names of the calls that lead there, such as `service.task`. */
  private readonly installed: ReadonlyMap<string, string>;
  private readonly read = new Map<string, Promise<Block | undefined>>();

  constructor(directory: string) {
    this.installed = installedModules(directory);
  }

  /** @param path the names of the calls that lead to the module */
  async withCalled(body: Block, directory: string, path: readonly string[]): Promise<ModuleSource> {
    const called = new Map<string, ModuleSource>();
    for (const { labels, body: call } of labelled(body.module, 1)) {
      const inner = [...path, ...labels];
      const place = this.placeOf(call, directory, inner);
      const written = place === undefined ? undefined : await this.moduleIn(place);
      if (place !== undefined && written && inner.length <= DEEPEST)
        called.set(labels.join(), await this.withCalled(written, place, inner));
    }
    return { body, called };
  }

  private placeOf({ source }: Block, directory: string, path: readonly string[]): string | undefined {
    const installed = this.installed.get(path.join("."));
    if (installed !== undefined) return installed;
    return typeof source === "string" && /^\.\.?\//.test(source) ? resolve(directory, source) : undefined;
  }

  private moduleIn(directory: string): Promise<Block | undefined> {
    const known = this.read.get(directory) ?? readModule(directory);
    this.read.set(directory, known);
    return known;
  }
}

/** Modules in modules deeper than this are not looked into: some call each other in a circle. */
const DEEPEST = 12;

/** What `terraform init` has written of where it has put modules. */
function installedModules(directory: string): ReadonlyMap<string, string> {
  const data = resolve(directory, process.env.TF_DATA_DIR || ".terraform");
  const file = join(data, "modules", "modules.json");
  if (!existsSync(file)) return new Map();
  const { Modules: modules } = parseJson(file) as { Modules?: Value };
  return new Map(
    (isList(modules) ? modules : []).filter(isBlock).flatMap(({ Key: key, Dir: place }) => {
      return typeof key === "string" && key !== "" && typeof place === "string"
        ? [[key, resolve(directory, place)] as const]
        : [];
    }),
  );
}

/** All that the files of a module have; undefined where there are none. */
async function readModule(directory: string): Promise<Block | undefined> {
  const names = existsSync(directory) ? readdirSync(directory).sort() : [];
  const files = names.filter((name) => /\.(?:tf|tofu)(?:\.json)?$/.test(name)).map((name) => join(directory, name));
  if (files.length === 0) return undefined;
  const parts = await Promise.all(files.map(readPart));
  return withoutConditions(together(parts.flat()));
}

async function readPart(file: string): Promise<Block[]> {
  if (file.endsWith(".json")) return bodies(parseJson(file) as Value);
  const { parse } = await import("@cdktf/hcl2json");
  const text = readFileSync(file, "utf8");
  const parts = Promise.all(text.split(TOP_LEVEL).map((block) => parse(file, block)));
  // A line of a text in the middle of a block may look like the beginning of one.
  return parts.catch(async () => [await parse(file, text).catch((error) => refuse(file, error))]);
}

/** The parser takes much longer for a large file than for its blocks one by one. */
const TOP_LEVEL = /^(?=(?:resource|data|locals|variable|output|module)\b)/m;

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return refuse(file, error as Error);
  }
}

function refuse(file: string, { message }: Error): never {
  throw new InputError(`${relative("", file)}: can't be read (${message.replace(/\s+/g, " ").trim()}).`);
}

/** The same kinds of blocks of several files, side by side. */
function together(parts: readonly Block[]): Block {
  const all: Record<string, Value[]> = {};
  for (const part of parts) {
    for (const [kind, value] of Object.entries(part)) all[kind] = [...(all[kind] ?? []), ...[value].flat()] as Value[];
  }
  return all;
}

/** What only stops Terraform says nothing of what it makes. */
function withoutConditions({ check: _, ...body }: Block): Block {
  const variables = labelled(body.variable, 1).map(({ labels, body: { validation: _, ...variable } }) => ({
    [labels.join()]: variable as Block,
  }));
  return { ...body, variable: variables };
}
