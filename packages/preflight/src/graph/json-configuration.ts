import { elementsOf } from "./elements.ts";
import { descend, evaluateText, parseExpressions, type Scope, type SyntaxTrees } from "./expression.ts";
import { Graph, Resource } from "./graph.ts";
import {
  type Block,
  Expression,
  isBlock,
  isLargerThan,
  isList,
  known,
  referencesIn,
  text,
  UNKNOWN,
  type Value,
} from "./value.ts";

/** Arguments that belong to Terraform, not to the resource. */
const META_ARGUMENTS = new Set(["//", "count", "for_each", "depends_on", "lifecycle", "provisioner", "connection"]);
/** More instances than this are treated as "any number of them". */
const MOST_INSTANCES = 256;
/** A local of more characters, items and references is not looked into: some that triple each other fill any memory. */
const LARGEST_LOCAL = 200_000;

/** `aws_vpc.main`: what else has no underscore in its first part belongs to Terraform itself. */
const RESOURCE_NAME = /^(?:data\.)?[a-z0-9]+_[a-z0-9_]+\.[A-Za-z0-9_-]+$/;

interface Instance {
  readonly key: string | number | undefined;
  readonly each?: { readonly key: Value; readonly value: Value };
}

interface ResourceInstance {
  readonly resource: Resource;
  readonly key: string | number | undefined;
}

interface Written {
  readonly type: string;
  readonly body: Block;
}

/** Reads Terraform's JSON syntax, as `cdktf synth` and other tools write it. */
export async function readJsonConfiguration(root: Block): Promise<Graph> {
  return new JsonConfiguration(root, await parseExpressions(textsIn(root))).graph();
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) for (const item of Object.values(value)) yield* textsIn(item);
}

class JsonConfiguration {
  private readonly root: Block;
  private readonly trees: SyntaxTrees;
  /** What is written of each resource, by address without key. */
  private readonly written: ReadonlyMap<string, Written>;
  private readonly instances = new Map<string, readonly ResourceInstance[]>();
  private readonly locals: Readonly<Record<string, Value>>;
  private readonly variables: ReadonlyMap<string, Block>;
  private readonly localValues = new Map<string, Value>();
  /** Where a traversal leads that begins at a resource, by its steps: they are the same wherever it stands. */
  private readonly referred = new WeakMap<readonly string[], Value>();
  /** What was looked for in vain, for each resource, and for that which is being evaluated. */
  private readonly missingIn = new Map<Resource, Set<string>>();
  private missing = new Set<string>();
  /** How many times a variable's default stood for its value. */
  private defaultsTaken = 0;
  private regions: ReadonlyMap<string, string | undefined> | undefined;

  constructor(root: Block, trees: SyntaxTrees) {
    this.root = root;
    this.trees = trees;
    this.locals = Object.assign({}, ...bodies(root.locals));
    this.variables = new Map(labelled(root.variable, 1).map(({ labels, body }) => [labels[0] ?? "", body]));
    this.written = new Map([...writtenIn(root.resource, ""), ...writtenIn(root.data, "data.")]);
  }

  graph(): Graph {
    const [backend] = bodies(this.root.terraform).flatMap(({ backend }) => labelled(backend, 1));
    return new Graph({
      kind: "configuration",
      undeclared: () => this.undeclared(),
      givenToModules: () =>
        labelled(this.root.module, 1)
          .map(({ body }) => this.evaluateBlock(body, this.scope({ key: undefined })))
          .flatMap(referencesIn)
          .flatMap(({ resources }) => resources),
      resources: [...this.written.keys()]
        .flatMap((base) => this.instancesOf(base) ?? [])
        .map(({ resource }) => resource),
      backend: backend && {
        type: backend.labels[0] ?? "",
        settings: this.evaluateBlock(backend.body, this.scope({ key: undefined })),
      },
      imports: bodies(this.root.import).flatMap(({ to }) =>
        typeof to === "string" ? [to.replace(/^\$\{|\}$/g, "")] : [],
      ),
    });
  }

  /** What each resource refers to that is not there. */
  private undeclared() {
    return [...this.written].flatMap(([base, { body }]) =>
      (this.instancesOf(base) ?? []).slice(0, 1).flatMap(({ resource }) => {
        this.noting(resource, () => [this.countedBy(body), this.namedResources(body.depends_on)]);
        resource.values; // where that was not asked for yet
        return [...(this.missingIn.get(resource) ?? [])].map((name) => ({ name, by: resource }));
      }),
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

  private readRegions(): ReadonlyMap<string, string | undefined> {
    const scope = this.scope({ key: undefined });
    return new Map(
      labelled(this.root.provider, 1)
        .filter(({ labels }) => labels[0] === "aws")
        .map(({ body }) => {
          const alias = typeof body.alias === "string" ? `aws.${body.alias}` : "aws";
          return [alias, body.region === undefined ? undefined : text(this.evaluate(body.region, scope))];
        }),
    );
  }

  /** The instances of a resource, by its address without key; undefined where there is no such resource. */
  private instancesOf(base: string): readonly ResourceInstance[] | undefined {
    const known = this.instances.get(base);
    if (known) return known;
    const written = this.written.get(base);
    if (!written) return undefined;
    this.instances.set(base, []); // Where `for_each` leads back to itself, there are none.
    const { instances, many } = this.expand(written.body);
    const made = instances.map((instance) => ({
      key: instance.key,
      resource: this.resourceOf(base, written, instance, many),
    }));
    this.instances.set(base, made);
    return made;
  }

  private resourceOf(base: string, { type, body }: Written, instance: Instance, many: boolean): Resource {
    const [lifecycle] = bodies(body.lifecycle);
    const resource: Resource = new Resource({
      address: instance.key === undefined ? base : `${base}[${JSON.stringify(instance.key)}]`,
      type,
      module: "",
      many,
      region: () => this.regionOf(body, instance),
      ignoredChanges: ignoredChanges(lifecycle?.ignore_changes),
      writes: (attribute) => attribute in body,
      values: () => this.noting(resource, () => this.evaluateResource(body, this.scope(instance))),
      dependsOn: () => [...this.namedResources(body.depends_on), ...this.countedBy(body)],
    });
    return resource;
  }

  /** Its own region, which provider 6 knows, or its provider's. */
  private regionOf(body: Block, instance: Instance): string | undefined {
    if (body.region !== undefined && body.region !== null)
      return text(this.evaluate(body.region, this.scope(instance)));
    const provider = typeof body.provider === "string" ? body.provider.replace(/^\$\{|\}$/g, "") : "aws";
    this.regions ??= this.readRegions();
    return this.regions.get(provider);
  }

  /**
   * Instances that `count` or `for_each` makes, as far as they can be known. A variable's default is taken where it
   * makes some; where it makes none, another value may well make them.
   */
  private expand(body: Block): { instances: Instance[]; many: boolean } {
    const before = this.defaultsTaken;
    const expanded = this.expandWith(body);
    const isSwitch = expanded.instances.length === 0 && this.defaultsTaken > before;
    return isSwitch
      ? { instances: [{ key: undefined, each: { key: UNKNOWN, value: UNKNOWN } }], many: true }
      : expanded;
  }

  private expandWith(body: Block): { instances: Instance[]; many: boolean } {
    const scope = this.scope({ key: undefined });
    if (body.count !== undefined) {
      const count = Number(known(this.evaluate(body.count, scope)));
      if (Number.isInteger(count) && count >= 0 && count <= MOST_INSTANCES) {
        return { instances: Array.from({ length: count }, (_, key) => ({ key })), many: false };
      }
      return { instances: [{ key: undefined }], many: true };
    }
    if (body.for_each !== undefined) {
      const collection = this.evaluate(body.for_each, scope);
      const elements = elementsOf(collection);
      const isSet = isList(collection);
      if (elements && elements.length <= MOST_INSTANCES) {
        const instances = elements.map(([key, value]) => ({ key: isSet ? text(value) : String(key), value }));
        if (instances.every(({ key }) => key !== undefined)) {
          return {
            instances: instances.map(({ key, value }) => ({ key, each: { key: key as string, value } })),
            many: false,
          };
        }
      }
      const references = referencesIn(collection).map((reference) => ({ ...reference, certain: false }));
      const value = new Expression({ references });
      return { instances: [{ key: undefined, each: { key: UNKNOWN, value } }], many: true };
    }
    return { instances: [{ key: undefined }], many: false };
  }

  private evaluateResource(body: Block, scope: Scope): Block {
    const own = Object.entries(body).filter(([name]) => !META_ARGUMENTS.has(name));
    return this.evaluateBlock(Object.fromEntries(own), scope);
  }

  private evaluateBlock(body: Block, scope: Scope): Block {
    const values: Record<string, Value> = {};
    for (const [name, value] of Object.entries(body)) {
      if (name === "dynamic") Object.assign(values, this.evaluateDynamicBlocks(value, body, scope));
      else values[name] ??= this.evaluate(value, scope);
    }
    return values;
  }

  /** `dynamic` blocks beside the written ones of the same kind. */
  private evaluateDynamicBlocks(dynamic: Value, body: Block, scope: Scope): Record<string, Value> {
    const values: Record<string, Value> = {};
    for (const { labels, body: dynamicBody } of labelled(dynamic, 1)) {
      const [name = ""] = labels;
      const written = body[name] === undefined ? [] : [this.evaluate(body[name], scope)].flat();
      values[name] = [...(written as Value[]), ...this.expandDynamicBlock(name, dynamicBody, scope)];
    }
    return values;
  }

  private expandDynamicBlock(name: string, body: Block, scope: Scope): Value[] {
    const elements = elementsOf(this.evaluate(body.for_each ?? UNKNOWN, scope));
    const [content] = bodies(body.content);
    if (elements === undefined || content === undefined) return [UNKNOWN];
    const iterator = typeof body.iterator === "string" ? body.iterator : name;
    return elements.map(([key, value]) =>
      this.evaluateBlock(content, {
        resolve: (steps) =>
          steps[0] === iterator ? { value: steps[1] === "key" ? key : value, used: 2 } : scope.resolve(steps),
      }),
    );
  }

  private evaluate(value: Value, scope: Scope): Value {
    if (typeof value === "string") return evaluateText(value, scope, this.trees);
    if (isList(value)) return value.map((item) => this.evaluate(item, scope));
    return isBlock(value) ? this.evaluateBlock(value, scope) : value;
  }

  private scope(instance: Instance): Scope {
    return { resolve: (steps) => this.resolve(steps, instance) };
  }

  private resolve(steps: readonly string[], instance: Instance): { value: Value; used: number } | undefined {
    const [first = "", second = "", third = ""] = steps;
    switch (first) {
      case "var":
        return { value: this.variable(second), used: 2 };
      case "local":
        return { value: this.local(second), used: 2 };
      case "count":
        return { value: typeof instance.key === "number" ? instance.key : UNKNOWN, used: 2 };
      case "each": {
        const value = second === "key" ? instance.each?.key : instance.each?.value;
        return { value: value ?? UNKNOWN, used: 2 };
      }
      case "data":
        return this.resolveResource(`data.${second}.${third}`, steps, 3);
      default:
        return this.resolveResource(`${first}.${second}`, steps, 2);
    }
  }

  private resolveResource(base: string, steps: readonly string[], used: number) {
    const known = this.referred.get(steps);
    if (known !== undefined) return { value: known, used: steps.length };
    const instances = this.instancesOf(base);
    if (instances === undefined) {
      if (RESOURCE_NAME.test(base)) this.missing.add(base);
      return undefined;
    }
    const picked = instances.find(({ key }) => key !== undefined && String(key) === steps[used]);
    const resources = (picked ? [picked] : instances).map(({ resource }) => resource);
    const whole = new Expression({ parts: [{ resources, attribute: "", certain: true }] });
    const value = descend(whole, steps.slice(used + (picked ? 1 : 0)));
    if (resources.length > 0) this.referred.set(steps, value);
    return { value, used: steps.length };
  }

  /** A variable's default is what Terraform takes where no other value is given. */
  private variable(name: string): Value {
    const variable = this.variables.get(name);
    if (!variable) this.missing.add(`var.${name}`);
    if (variable?.default === undefined || variable.default === null || variable.sensitive === true) return UNKNOWN;
    this.defaultsTaken++;
    return variable.default;
  }

  private local(name: string): Value {
    const known = this.localValues.get(name);
    if (known !== undefined) return known;
    const written = Object.hasOwn(this.locals, name) ? this.locals[name] : undefined;
    if (written === undefined) {
      this.missing.add(`local.${name}`);
      return UNKNOWN;
    }
    this.localValues.set(name, UNKNOWN); // Where a local leads back to itself, nothing is known of it.
    const evaluated = this.evaluate(written, this.scope({ key: undefined }));
    const value = isLargerThan(LARGEST_LOCAL, evaluated) ? UNKNOWN : evaluated;
    this.localValues.set(name, value);
    return value;
  }

  /** What `count` and `for_each` refer to. */
  private countedBy(body: Block): Resource[] {
    const values = [body.count, body.for_each].flatMap((value) =>
      value === undefined ? [] : [this.evaluate(value, this.scope({ key: undefined }))],
    );
    return values.flatMap(referencesIn).flatMap(({ resources }) => resources);
  }

  private namedResources(dependsOn: Value | undefined): Resource[] {
    const names = isList(dependsOn) ? dependsOn : [];
    return names.flatMap((name) => {
      if (typeof name !== "string") return [];
      const base = name.replace(/^\$\{|\}$/g, "").replace(/\[.*$/, "");
      if (!this.instancesOf(base) && RESOURCE_NAME.test(base)) this.missing.add(base);
      return (this.instancesOf(base) ?? []).map(({ resource }) => resource);
    });
  }
}

function writtenIn(value: Value | undefined, prefix: "" | "data."): [string, Written][] {
  return labelled(value, 2).map(({ labels: [type = "", name = ""], body }) => [
    `${prefix}${type}.${name}`,
    { type: prefix + type, body },
  ]);
}

/** The objects of a block that may be written once, or as a list of them. */
function bodies(value: Value | undefined): Block[] {
  return (isList(value) ? value : [value]).filter(isBlock);
}

/** Blocks with labels, such as `resource.<type>.<name>`; each level may be an object or a list of objects. */
function labelled(value: Value | undefined, levels: number): { labels: string[]; body: Block }[] {
  if (levels === 0) return bodies(value).map((body) => ({ labels: [], body }));
  return bodies(value).flatMap((level) =>
    Object.entries(level)
      .filter(([label]) => label !== "//")
      .flatMap(([label, inner]) =>
        labelled(inner, levels - 1).map(({ labels, body }) => ({ labels: [label, ...labels], body })),
      ),
  );
}

function ignoredChanges(value: Value | undefined): string[] {
  if (value === "all") return ["all"];
  return isList(value) ? value.filter((name) => typeof name === "string") : [];
}
