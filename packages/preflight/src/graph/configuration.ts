import { bodies, labelled, plain } from "./blocks.ts";
import { parseExpressions, type SyntaxTrees } from "./expression.ts";
import { Graph, Resource } from "./graph.ts";
import type { Instance } from "./instances.ts";
import { Module, type ModuleSource, type Project, type ResourceInstance, type Written, withKey } from "./module.ts";
import { at, type Block, isList, referencesIn, text, type Value } from "./value.ts";

/** Reads a configuration in the form of Terraform's JSON, as `cdktf synth` and other tools write it, with the modules whose source is known. */
export async function readConfiguration(source: ModuleSource): Promise<Graph> {
  return new Configuration(source, await parseExpressions(textsOf(source))).graph();
}

/** Every text in a module and in those that it calls. */
export function textsOf(source: ModuleSource): string[] {
  const texts: string[] = [];
  const collect = ({ body, called }: ModuleSource) => {
    collectTexts(body, texts);
    for (const one of new Set(called.values())) collect(one);
  };
  collect(source);
  return texts;
}

function collectTexts(value: unknown, texts: string[]): void {
  if (typeof value === "string") texts.push(value);
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key.includes("${")) texts.push(key);
      collectTexts(item, texts);
    }
  }
}

class Configuration implements Project {
  readonly trees: SyntaxTrees;
  missing = new Set<string>();
  defaultsTaken = 0;

  private readonly root: Module;
  /** What was looked for in vain, for each resource. */
  private readonly missingIn = new Map<Resource, Set<string>>();

  constructor(source: ModuleSource, trees: SyntaxTrees) {
    this.trees = trees;
    this.root = new Module(this, source);
  }

  graph(): Graph {
    const { body } = this.root.source;
    const [backend] = bodies(body.terraform).flatMap(({ backend }) => labelled(backend, 1));
    return new Graph({
      kind: "configuration",
      undeclared: () => this.undeclared(),
      givenToModules: () => this.root.withCalled().flatMap(givenToUnknown),
      resources: this.root.everything(),
      backend: backend && {
        type: backend.labels[0] ?? "",
        settings: this.root.evaluateResource(backend.body, {}),
      },
      imports: bodies(body.import).flatMap(({ to }) => (typeof to === "string" ? [plain(to)] : [])),
    });
  }

  /** No value but a default is known. */
  given(): undefined {
    return undefined;
  }

  resourcesOf(module: Module, base: string, written: Written): readonly ResourceInstance[] {
    const { instances, many } = module.expand(written.body);
    return instances.map((instance) => ({
      key: instance.key,
      resource: this.resourceOf(module, base, written, instance, many || module.many),
    }));
  }

  /** What each resource refers to that is not there. */
  private undeclared() {
    return this.root.withCalled().flatMap((module) =>
      [...module.written].flatMap(([base, { body }]) =>
        (module.instancesOf(base) ?? []).slice(0, 1).flatMap(({ resource }) => {
          this.noting(resource, () => [module.countedBy(body), module.namedResources(body.depends_on)]);
          resource.values; // where that was not asked for yet
          return [...(this.missingIn.get(resource) ?? [])].map((name) => ({ name, by: resource }));
        }),
      ),
    );
  }

  /** Keeps what is looked for in vain while something of a resource is evaluated. */
  private noting<T>(resource: Resource, evaluate: () => T): T {
    const outer = this.missing;
    this.missing = this.missingIn.get(resource) ?? new Set();
    this.missingIn.set(resource, this.missing);
    try {
      return evaluate();
    } finally {
      this.missing = outer;
    }
  }

  private resourceOf(
    module: Module,
    base: string,
    { type, body }: Written,
    instance: Instance,
    many: boolean,
  ): Resource {
    const [lifecycle] = bodies(body.lifecycle);
    const address = withKey(module.address === "" ? base : `${module.address}.${base}`, instance.key);
    const resource: Resource = new Resource({
      address,
      type,
      module: module.address,
      many,
      construct: () => text(at(body["//"], "metadata.path")),
      region: () => regionOf(module, body, instance),
      ignoredChanges: ignoredChanges(lifecycle?.ignore_changes),
      writes: (attribute) => attribute in body,
      values: () => this.noting(resource, () => module.evaluateResource(body, instance)),
      dependsOn: () => [...module.comesAfter(), ...module.namedResources(body.depends_on), ...module.countedBy(body)],
    });
    return resource;
  }
}

/** What a module gives to those that it calls and whose source is not known. */
function givenToUnknown(module: Module): Resource[] {
  return [...module.calls]
    .filter(([name]) => module.modulesOf(name) === undefined)
    .map(([, body]) => module.evaluate(body, {}))
    .flatMap(referencesIn)
    .flatMap(({ resources }) => resources);
}

/** Its own region, which provider 6 knows, or its provider's. */
function regionOf(module: Module, body: Block, instance: Instance): string | undefined {
  if (body.region !== undefined && body.region !== null) return text(module.evaluate(body.region, instance));
  return module.regionOf(typeof body.provider === "string" ? plain(body.provider) : "aws");
}

function ignoredChanges(value: Value | undefined): string[] {
  if (value === "all" || value === "${all}") return ["all"];
  return isList(value) ? value.flatMap((name) => (typeof name === "string" ? [plain(name)] : [])) : [];
}
