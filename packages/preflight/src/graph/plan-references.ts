import type { Resource } from "./graph.ts";
import {
  addInstance,
  blockAt,
  type Instances,
  isExpression,
  join,
  type Key,
  keyOf,
  type ModuleInstance,
  type Place,
  type PlanModules,
} from "./plan-modules.ts";
import { remembered } from "./remembered.ts";
import { type Block, isBlock, isList, type Reference, type Value } from "./value.ts";

/** References that lead through more modules than this go in circles. */
const DEEPEST = 24;

/**
 * What the names in a plan's `configuration` part lead to: resources, by way of variables and outputs of modules.
 * A plan lists the names that an expression has, and not what it does with them.
 */
export class PlanReferences {
  readonly resources: Resource[] = [];

  private readonly modules: PlanModules;
  /** Instances by address without key, such as `module.a["x"].aws_subnet.b`. */
  private readonly instances = new Map<string, Instances<Resource>>();
  private readonly keys = new Map<Resource, Key>();
  private readonly addresses = new Set<string>();
  /** By the address of a module that they are in, or that is above it; of the root only its own. */
  private readonly within = new Map<string, Resource[]>();
  private readonly resolved = new Map<string, readonly Reference[]>();
  private readonly scopes = new Map<ModuleInstance, Reference>();

  constructor(modules: PlanModules) {
    this.modules = modules;
  }

  /** @param base address without key */
  add(resource: Resource, base: string, key: Key): void {
    this.resources.push(resource);
    this.keys.set(resource, key);
    this.addresses.add(resource.address);
    addInstance(this.instances, base, resource, key);
    let module = this.modules.at(resource.module);
    do {
      const address = module?.address ?? resource.module;
      const known = this.within.get(address);
      if (known) known.push(resource);
      else this.within.set(address, [resource]);
      module = module?.parent;
    } while (module?.parent);
  }

  /** @param base address without key */
  instancesAt(base: string): readonly { readonly resource: Resource; readonly key: Key }[] {
    return (this.instances.get(base)?.all ?? []).map((resource) => ({ resource, key: this.keys.get(resource) }));
  }

  has(address: string): boolean {
    return this.addresses.has(address);
  }

  /**
   * Whether an expression is made of nothing that can be unknown in a plan: what is unknown nevertheless is null there, as
   * of a variable that is not given, and the provider fills it in.
   */
  isKnownInPlan(names: readonly string[], place: Pick<Place, "module">, depth = 0): boolean {
    return (
      depth <= DEEPEST &&
      names.length > 0 &&
      names.every((name) => {
        const [first = "", second = ""] = stepsOf(name);
        return first === "var" && this.isVariableKnown(second, place.module, depth);
      })
    );
  }

  private isVariableKnown(name: string, module: ModuleInstance, depth: number): boolean {
    if (!module.parent) return blockAt(module.configuration.variables, name) !== undefined;
    const given = blockAt(module.call?.expressions, name);
    if (given === undefined) return "default" in (blockAt(module.configuration.variables, name) ?? {});
    if (!isExpression(given)) return "constant_value" in given;
    return this.isKnownInPlan(given.references, { module: module.parent }, depth + 1);
  }

  /** What the `references` of an expression lead to. */
  resolve(names: readonly string[], place: Place, depth: number): Reference[] {
    if (depth > DEEPEST) return [];
    const longest = names.filter(
      (name, index) => !isPrefix(name, names[index - 1]) && !isPrefix(name, names[index - 2]),
    );
    const narrowed = longest.includes("each.key") || longest.includes("count.index");
    const found = distinct(longest.flatMap((name) => this.resolveName(name, place, narrowed, depth)));
    return narrowed ? this.pick(found, place.key) : found;
  }

  /** Of what an expression with `count.index` or `each.key` leads to, what it means in one instance. */
  private pick(found: readonly Reference[], key: Key): Reference[] {
    const orders = found.filter(({ kind }) => kind === "order");
    return [
      ...this.pickOne(
        found.filter(({ kind }) => kind !== "order"),
        key,
      ),
      ...orders,
    ];
  }

  private pickOne(found: readonly Reference[], key: Key): Reference[] {
    const filled = found.filter(({ resources }) => resources.length > 0);
    const isSure = filled.every(({ certain }) => certain);
    const same = isSure ? apart(filled, (resource) => this.keys.get(resource) === key) : [];
    if (same.length === 1) return same;
    const types = filled.map(({ resources }) => onlyType(resources));
    if (new Set(types).size > 1 || types.includes(undefined)) return [...found]; // a text made of several things
    if (filled.length === 1 && filled[0]?.resources.length === 1) return filled;
    const all = isSure && typeof key === "number" ? apart(filled) : [];
    const isList = all.every(({ resources: [resource] }) => resource && typeof this.keys.get(resource) !== "string");
    const placed = all[Number(key) % all.length];
    return placed && isList ? [placed] : found.map((reference) => ({ ...reference, certain: false }));
  }

  private resolveName(name: string, place: Place, narrowed: boolean, depth: number): Reference[] {
    const steps = stepsOf(name);
    const [first = "", second = ""] = steps;
    switch (first) {
      case "var":
        return this.resolveVariable(second, steps.slice(2), place.module, depth);
      case "local":
        return [this.scopeOf(place.module)];
      case "module":
        return this.resolveOutput(steps, place, narrowed, depth);
      case "each":
        // What `for_each` is written with is known before there is an `each`.
        return second === "value" && isExpression(place.forEach)
          ? this.resolve(place.forEach.references, { ...place, forEach: undefined }, depth + 1).map((one) => ({
              ...one,
              certain: false,
            }))
          : [];
      case "count":
      case "path":
      case "terraform":
      case "self":
        return [];
      default:
        return this.resolveResource(steps, place, narrowed);
    }
  }

  private resolveVariable(name: string, rest: readonly string[], module: ModuleInstance, depth: number): Reference[] {
    const references = this.remember(`${module.address} var.${name}`, () => this.givenAs(name, module, depth));
    return this.part(references, rest);
  }

  /** References that lead in a circle are looked up once, and what they lead to on the way round is left out. */
  private remember(key: string, find: () => readonly Reference[]): readonly Reference[] {
    const known = this.resolved.get(key);
    if (known) return known;
    this.resolved.set(key, []);
    const found = find();
    this.resolved.set(key, found);
    return found;
  }

  /** What a module is given as a variable. */
  private givenAs(name: string, module: ModuleInstance, depth: number): Reference[] {
    const expression = module.call && blockAt(module.call.expressions, name);
    if (!module.parent || !expression || !isExpression(expression)) return [];
    const place = { module: module.parent, key: module.key, forEach: module.call?.for_each_expression };
    return this.resolve(expression.references, place, depth + 1);
  }

  /** What `["name"]` means of several things: what has that key, else the plan doesn't say. */
  private part(references: readonly Reference[], rest: readonly string[]): Reference[] {
    const [first] = rest;
    if (first === undefined) return [...references];
    const key = keyOf(first.replace(/^\[|\]$/g, ""));
    const same = references.flatMap((reference) =>
      reference.resources
        .filter((resource) => key !== undefined && this.keys.get(resource) === key)
        .map((resource) => ({ ...reference, resources: [resource], certain: true })),
    );
    if (same.length === 1) return same;
    const isOne = references.length === 1 && references[0]?.resources.length === 1;
    return references.map((one) => ({ ...one, certain: one.certain && isOne }));
  }

  private resolveOutput(steps: readonly string[], place: Place, narrowed: boolean, depth: number): Reference[] {
    const [, name = "", ...others] = steps;
    const prefix = join(place.module.address, `module.${name}`);
    const key = others[0]?.startsWith("[") ? others[0] : undefined;
    const output = others[key === undefined ? 0 : 1];
    const picked = pickedOf(this.modules.instancesOf(prefix), key, narrowed ? place : undefined);
    if (output === undefined) return picked.map((module) => this.scopeOf(module));
    const rest = others.slice(key === undefined ? 1 : 2);
    return picked.flatMap((module) => {
      const written = blockAt(module.configuration.outputs, output)?.expression;
      if (!isExpression(written)) return [];
      const inner = { module, key: undefined, forEach: undefined };
      const references = this.part(
        this.remember(`${module.address} output.${output}`, () => this.resolve(written.references, inner, depth + 1)),
        rest,
      );
      const waited = this.namedResources(blockAt(module.configuration.outputs, output)?.depends_on, inner);
      return [
        ...references.map((one) => ({ ...one, certain: one.certain && picked.length === 1 })),
        ...(waited.length > 0 ? [{ resources: waited, attribute: "", certain: false, kind: "order" as const }] : []),
      ];
    });
  }

  private resolveResource(steps: readonly string[], place: Place, narrowed: boolean): Reference[] {
    const length = steps[0] === "data" ? 3 : 2;
    const all = this.instances.get(join(place.module.address, steps.slice(0, length).join(".")));
    if (all === undefined) return [];
    const index = steps[length];
    const isKey = index !== undefined && /^\[/.test(index);
    const picked = pickedOf(all, isKey ? index : undefined, narrowed ? place : undefined);
    const attribute = steps
      .slice(length + (isKey ? 1 : 0))
      .map((step) => step.replace(/^\["?|"?\]$/g, ""))
      .join(".");
    // Of instances by `count`, all are meant; of those by `for_each`, perhaps some that a condition picks.
    const isCounted = () => picked.every((resource) => typeof this.keys.get(resource) === "number");
    const certain = isKey || picked.length === 1 || (!narrowed && isCounted());
    return [{ resources: picked, attribute, certain }];
  }

  /**
   * What a `local` of a module can lead to, whose expression no plan tells: to what is in the module and in those that
   * it calls, and to what it was given.
   */
  private scopeOf(module: ModuleInstance): Reference {
    const known = this.scopes.get(module);
    if (known) return known;
    const ofRoot = this.within.get("") ?? [];
    const own = module.address === "" ? ofRoot : [...ofRoot, ...(this.within.get(module.address) ?? [])];
    const empty = { resources: own, attribute: "", certain: false, kind: "hidden" as const };
    this.scopes.set(module, empty); // Modules that hand each other things go in circles.
    const given = module.parent ? Object.keys(isBlock(module.call?.expressions) ? module.call.expressions : {}) : [];
    const handed = given.flatMap((name) => this.resolveVariable(name, [], module, 0));
    const resources = [...new Set([...own, ...handed.flatMap((reference) => reference.resources)])];
    const reference = { resources, attribute: "", certain: false, kind: "hidden" as const };
    this.scopes.set(module, reference);
    return reference;
  }

  /**
   * What a resource may depend on without that the plan tells: a local's contents, and what the `dynamic` blocks of a
   * module's resource are made of, can be anything that the module knows.
   */
  possibleDependencies(configuration: Block, place: Place): (readonly Resource[])[] {
    if (place.module.parent) return [this.scopeOf(place.module).resources];
    const references = expressionsIn(configuration.expressions).flatMap((names) => this.resolve(names, place, 0));
    return [...new Set(references.filter(({ kind }) => kind === "hidden").map(({ resources }) => resources))];
  }

  /** What comes first beside what the attributes refer to: what `depends_on`, `count` and `for_each` name. */
  predecessors(configuration: Block, place: Place): Resource[] {
    const counted = [
      configuration.count_expression,
      configuration.for_each_expression,
      place.module.call?.for_each_expression,
    ];
    const references = counted.flatMap((expression) =>
      isExpression(expression) ? this.resolve(expression.references, place, 0) : [],
    );
    return [
      ...this.namedResources(configuration.depends_on, place),
      ...references.filter(({ kind }) => kind !== "hidden").flatMap(({ resources }) => resources),
    ];
  }

  /** What `depends_on` names: resources of the same module, or all of a module that it calls. */
  private namedResources(dependsOn: Value | undefined, place: Place): Resource[] {
    const own = (isList(dependsOn) ? dependsOn : []).filter((name) => typeof name === "string");
    const ofCall = place.module.call?.depends_on;
    const above =
      place.module.parent && isList(ofCall)
        ? this.namedResources(ofCall, { module: place.module.parent, key: undefined, forEach: undefined })
        : [];
    return [
      ...above,
      ...own.flatMap((name) => {
        const base = join(place.module.address, name);
        if (name.startsWith("module.")) {
          return this.modules.instancesOf(base).all.flatMap(({ address }) => this.within.get(address) ?? []);
        }
        return this.instances.get(base.replace(/\[[^\]]*\]$/, ""))?.all ?? [];
      }),
    ];
  }
}

function expressionsIn(value: Value | undefined): (readonly string[])[] {
  if (isExpression(value)) return [value.references];
  if (isList(value)) return value.flatMap(expressionsIn);
  return isBlock(value) ? Object.values(value).flatMap(expressionsIn) : [];
}

function isPrefix(name: string, longer: string | undefined): boolean {
  return longer?.startsWith(name) === true && /^[.[]/.test(longer.slice(name.length));
}

/** `aws_subnet.a[0].id` → `aws_subnet`, `a`, `[0]`, `id`. */
function stepsOf(name: string): string[] {
  return name.match(/\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]|[^.[\]]+/g) ?? [];
}

/** The instances that an index names; else those with the key of the place that asks, where there is one; else all. */
function pickedOf<T>(instances: Instances<T>, index: string | undefined, place: Place | undefined): readonly T[] {
  if (index !== undefined) return instances.withKey(keyOf(index.slice(1, -1)));
  const same = place ? instances.withKey(place.key) : [];
  return same.length > 0 ? same : instances.all;
}

/** A reference for each resource. */
function apart(references: readonly Reference[], isMeant: (resource: Resource) => boolean = () => true): Reference[] {
  return references.flatMap((reference) =>
    reference.resources.filter(isMeant).map((resource) => ({ ...reference, resources: [resource] })),
  );
}

/** The type of all resources, where they have one. */
const onlyType = remembered((resources: readonly Resource[]) => {
  const type = resources[0]?.type;
  return resources.every((one) => one.type === type) ? type : undefined;
});

/** References without those that say the same of the same resources: a chain of modules would double them at each. */
function distinct(references: readonly Reference[]): Reference[] {
  const seen = new Map<readonly Resource[], Set<string>>();
  return references.filter(({ resources, attribute, certain, kind }) => {
    const said = seen.get(resources) ?? new Set();
    seen.set(resources, said);
    const words = JSON.stringify([attribute, certain, kind]);
    if (said.has(words)) return false;
    said.add(words);
    return true;
  });
}
