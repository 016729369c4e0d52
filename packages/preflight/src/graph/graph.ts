import { isDeepStrictEqual } from "node:util";
import { type Block, isBlock, type Json, referencesIn, type Value } from "./value.ts";

/** What a plan does to a resource. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  /** Such as `["delete", "create"]`. */
  readonly actions: readonly string[];
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Terraform's marks of what is sensitive before and after: `true` in the place of the value. */
  readonly sensitive: readonly Json[];
  /** Attributes that force a replacement. */
  readonly replacePaths: readonly string[];
  /** It comes into the state by an import. */
  readonly imported: boolean;
  readonly previousAddress: string | undefined;
}

/** What a loader knows of a resource. What takes work is asked for when it is needed. */
export interface ResourceSource {
  readonly address: string;
  /** Type as in an address: `aws_vpc`, or `data.aws_vpc` of a data source. */
  readonly type: string;
  /** Address of the module that it is in; "" of the root module. */
  readonly module: string;
  /** It stands for any number of instances: `count` or `for_each` can't be known. */
  readonly many?: boolean;
  /** Path of the construct that cdktf made it of, where the configuration tells. */
  readonly construct?: () => string | undefined;
  /** Its own region or its provider's, where one is written. */
  readonly region?: () => string | undefined;
  /** Attributes that Terraform leaves as they are, "all" of them perhaps. */
  readonly ignoredChanges?: readonly string[];
  readonly change?: PlannedChange | undefined;
  /** An argument is written out in the configuration, and not only known because it is there already. */
  readonly writes: (attribute: string) => boolean;
  readonly values: () => Block;
  /** What `depends_on` names, its module's included. */
  readonly dependsOn: () => readonly Resource[];
  /** What it may depend on beside, where references can't be read. */
  readonly mayDependOn?: () => readonly (readonly Resource[])[];
}

/** One instance of a resource or data source. */
export class Resource {
  readonly address: string;
  readonly type: string;
  readonly module: string;
  readonly many: boolean;
  readonly ignoredChanges: readonly string[];
  readonly change: PlannedChange | undefined;

  private readonly source: ResourceSource;
  private evaluated: Block | undefined;
  private predecessors: ReadonlySet<Resource> | undefined;

  constructor(source: ResourceSource) {
    this.source = source;
    this.address = source.address;
    this.type = source.type;
    this.module = source.module;
    this.many = source.many ?? false;
    this.ignoredChanges = source.ignoredChanges ?? [];
    this.change = source.change;
  }

  /** Its attributes, by their Terraform names. */
  get values(): Block {
    this.evaluated ??= this.source.values();
    return this.evaluated;
  }

  get(attribute: string): Value | undefined {
    return this.values[attribute];
  }

  /** Region that it is in, where that is written. */
  get region(): string | undefined {
    return this.source.region?.();
  }

  /** Path of its construct, such as `production/network/nat_gateway`, in a configuration that cdktf made. */
  get construct(): string | undefined {
    return this.source.construct?.();
  }

  /** It is looked up, not made. */
  get isData(): boolean {
    return this.type.startsWith("data.");
  }

  /** Terraform makes it. A configuration does not tell; in a plan, what was there before keeps values that are not written anywhere. */
  get isMade(): boolean {
    return this.change === undefined || this.change.actions.includes("create");
  }

  /** Terraform makes or changes it: in a plan, what stays as it is has been accepted before. */
  get isPlanned(): boolean {
    return this.change === undefined || this.change.actions.some((action) => action !== "no-op" && action !== "read");
  }

  /**
   * Terraform makes it, or changes one of these attributes. What an update leaves as it is has been accepted before, whatever
   * AWS accepts today.
   */
  changes(...attributes: readonly string[]): boolean {
    const { change } = this;
    if (change?.actions.join() !== "update") return this.isPlanned;
    const [before = {}, after = {}] = [change.before, change.after].map((values) => (isBlock(values) ? values : {}));
    return attributes.some((name) => !isDeepStrictEqual(before[name], after[name]));
  }

  /** Whether an argument is written out in the configuration; what is there already has values that are not written anywhere. */
  writes(attribute: string): boolean {
    return this.source.writes(attribute);
  }

  /** Whether `ignore_changes` names an attribute: others change it. A plan does not tell. */
  leavesAlone(attribute: string): boolean {
    return this.ignoredChanges.includes(attribute) || this.ignoredChanges.includes("all");
  }

  /** Resources that Terraform makes before this one because it names them. */
  get dependencies(): ReadonlySet<Resource> {
    this.predecessors ??= this.findDependencies();
    return this.predecessors;
  }

  private findDependencies(): ReadonlySet<Resource> {
    const found = new Set<Resource>();
    for (const { resources, kind } of referencesIn(this.values)) {
      if (kind !== "hidden") for (const resource of resources) found.add(resource);
    }
    for (const resource of this.source.dependsOn()) found.add(resource);
    return found;
  }

  /** What it may name beside these, in references that can't be read. */
  get possibleDependencies(): readonly (readonly Resource[])[] {
    return this.source.mayDependOn?.() ?? [];
  }
}

/** A Terraform configuration: what is in it, and what refers to what. */
export class Graph {
  /** `configuration`: Terraform JSON. `plan`: what `terraform show -json` says of a plan. */
  readonly kind: "configuration" | "plan";
  readonly resources: readonly Resource[];
  /** The backend and its settings, in a configuration. */
  readonly backend: { readonly type: string; readonly settings: Block } | undefined;
  /** Changes of a plan to what will be gone. */
  readonly removals: readonly PlannedChange[];
  /** Addresses that `import` blocks bring in, in a configuration. */
  readonly imports: readonly string[];

  /** Names that a configuration refers to and does not have, and the resource that does so. */
  readonly undeclared: () => readonly { readonly name: string; readonly by: Resource }[];

  /** What modules are given that can't be looked into. */
  readonly givenToModules: () => readonly Resource[];

  private readonly byType = new Map<string, Resource[]>();
  private readonly byAddress = new Map<string, Resource>();
  private readonly facts = new Map<unknown, unknown>();
  private readonly closures = new Map<Resource, ReadonlySet<Resource>>();

  constructor(of: {
    readonly kind: "configuration" | "plan";
    readonly resources: readonly Resource[];
    readonly backend?: { readonly type: string; readonly settings: Block } | undefined;
    readonly removals?: readonly PlannedChange[];
    readonly imports?: readonly string[];
    readonly undeclared?: Graph["undeclared"];
    readonly givenToModules?: Graph["givenToModules"];
  }) {
    this.kind = of.kind;
    this.resources = of.resources;
    this.backend = of.backend;
    this.removals = of.removals ?? [];
    this.imports = of.imports ?? [];
    this.undeclared = of.undeclared ?? (() => []);
    this.givenToModules = of.givenToModules ?? (() => []);
    for (const resource of of.resources) {
      this.byAddress.set(resource.address, resource);
      const same = this.byType.get(resource.type);
      if (same) same.push(resource);
      else this.byType.set(resource.type, [resource]);
    }
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    const [type = "", ...others] = types;
    const first = this.byType.get(type) ?? NONE;
    return others.length === 0 ? first : [...first, ...others.flatMap((other) => this.byType.get(other) ?? NONE)];
  }

  find(address: string): Resource | undefined {
    return this.byAddress.get(address);
  }

  /**
   * Whether Terraform makes `later` only after `earlier`, through however many resources between them; undefined where
   * references that can't be read may lead there.
   */
  isOrdered(later: Resource, earlier: Resource): boolean | undefined {
    if (later.dependencies.has(earlier) || this.predecessorsOf(later).has(earlier)) return true;
    // What `earlier` itself waits for can't wait for it.
    const before = this.predecessorsOf(earlier);
    const possible = reachedFrom(later, (resource) =>
      before.has(resource) ? [] : [resource.dependencies, ...resource.possibleDependencies],
    );
    return possible.has(earlier) ? undefined : false;
  }

  /** Everything that Terraform makes before a resource, as far as that can be read. */
  private predecessorsOf(resource: Resource): ReadonlySet<Resource> {
    const known = this.closures.get(resource) ?? reachedFrom(resource, ({ dependencies }) => [dependencies]);
    this.closures.set(resource, known);
    return known;
  }

  /**
   * Something that can't be looked into takes the resource: a module that is not in the file, a CloudFormation stack,
   * another provider. It may add anything to it, such as rules to a group or routes to a table.
   */
  isHandedOn(resource: Resource): boolean {
    return this.once(collectHandedOn).has(resource);
  }

  /** What a function finds out about the whole graph, found out once. */
  once<T>(find: (graph: Graph) => T): T {
    if (!this.facts.has(find)) this.facts.set(find, find(this));
    return this.facts.get(find) as T;
  }
}

const NONE: readonly Resource[] = [];

const OPAQUE_TYPE = /^(?!(?:data\.)?aws_|data\.)|^aws_cloudformation_stack/;

function collectHandedOn(graph: Graph): ReadonlySet<Resource> {
  const takers = graph.resources.filter(({ type }) => OPAQUE_TYPE.test(type));
  return new Set([...graph.givenToModules(), ...takers.flatMap(({ dependencies }) => [...dependencies])]);
}

/** All that steps from a resource lead to. A group of resources that many share is looked through once. */
function reachedFrom(start: Resource, next: (resource: Resource) => readonly Iterable<Resource>[]): Set<Resource> {
  const reached = new Set<Resource>();
  const groups = new Set<Iterable<Resource>>();
  const open = [start];
  for (let resource = open.pop(); resource; resource = open.pop()) {
    for (const group of next(resource)) {
      if (groups.has(group)) continue;
      groups.add(group);
      for (const one of group) {
        if (reached.has(one)) continue;
        reached.add(one);
        open.push(one);
      }
    }
  }
  return reached;
}
