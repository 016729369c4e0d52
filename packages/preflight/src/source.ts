import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { App, TerraformDataSource, TerraformElement, TerraformResource } from "cdktf";
import { Node } from "constructs";

/** A place in a file: `modules/lb/index.ts:132`. */
type Source = string;

/**
 * Finds the line that made each resource, by making all of them once more with stack traces. That takes as long as the
 * synth itself, so it is for when there is something to tell.
 *
 * @param build what adds the stacks to an app
 * @param outputDirectory an output directory that is there; nothing is written
 * @param folders whose lines tell a user where something is made
 */
export function traceSources(
  build: (app: App) => void,
  outputDirectory: string,
  folders: readonly string[],
): ReadonlyMap<string, Source> {
  const app = withTraces(() => {
    const traced = new App({ stackTraces: true, outdir: outputDirectory });
    build(traced);
    return traced;
  });
  const sources = new Map<string, Source>();
  const maps = new Map<string, SourceMap | undefined>();
  for (const element of app.node.findAll()) {
    const address = TerraformElement.isTerraformElement(element) ? addressOf(element) : undefined;
    const trace = element.node.metadata.find(({ type }) => type === "stacktrace")?.trace;
    const source = trace && sourceIn(trace, folders, maps);
    if (address && source) sources.set(address, source);
  }
  return sources;
}

/** cdktf marks where each element is made, but constructs keeps the trace only on request. */
function withTraces<T>(work: () => T): T {
  const { addMetadata } = Node.prototype;
  Node.prototype.addMetadata = function (type, data, options) {
    addMetadata.call(this, type, data, type === "stacktrace" ? { ...options, stackTrace: true } : options);
  };
  try {
    return work();
  } finally {
    Node.prototype.addMetadata = addMetadata;
  }
}

function addressOf(element: TerraformElement): string | undefined {
  // Not by instanceof: with CDK Terrain in cdktf's place, the bindings have a copy of the framework of their own.
  if (TerraformResource.isTerraformResource(element))
    return `${element.terraformResourceType}.${element.friendlyUniqueId}`;
  if (TerraformDataSource.isTerraformDataSource(element))
    return `data.${element.terraformResourceType}.${element.friendlyUniqueId}`;
  return undefined;
}

/** The innermost frame in a module: one of a helper that several modules share only where there is no other. */
function sourceIn(
  trace: readonly string[],
  folders: readonly string[],
  maps: Map<string, SourceMap | undefined>,
): Source | undefined {
  const frames = trace.flatMap((frame) => ownFrame(frame, folders, maps) ?? []);
  return frames.find((frame) => frame.split("/").length > 2) ?? frames[0];
}

function ownFrame(
  frame: string,
  folders: readonly string[],
  maps: Map<string, SourceMap | undefined>,
): Source | undefined {
  const place = /\(?((?:file:\/\/)?[^()\s]*[^()]*?):(\d+):(\d+)\)?$/.exec(
    frame.replace(/^at /, "").replace(/^.*\(/, ""),
  );
  if (!place) return undefined;
  const [, name = "", line = "", column = ""] = place;
  const file = name.startsWith("file://") ? fileURLToPath(name) : name;
  const entry = mapOf(file, maps)?.findEntry(Number(line) - 1, Number(column) - 1);
  const original =
    entry && "originalSource" in entry
      ? { file: resolve(file, "..", entry.originalSource), line: entry.originalLine + 1 }
      : { file, line: Number(line) };
  const path = relative(process.cwd(), original.file).split(sep).join("/");
  return folders.some((folder) => path.startsWith(`${folder}/`)) ? `${path}:${original.line}` : undefined;
}

function mapOf(file: string, maps: Map<string, SourceMap | undefined>): SourceMap | undefined {
  if (!maps.has(file)) {
    const map = `${file}.map`;
    maps.set(file, existsSync(map) ? new SourceMap(JSON.parse(readFileSync(map, "utf8"))) : undefined);
  }
  return maps.get(file);
}
