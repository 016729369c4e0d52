import { remembered } from "./remembered.ts";
import { type Block, isBlock, isList, type Value } from "./value.ts";

/** A module of the `configuration` part. */
export interface ModuleConfiguration {
  readonly resources: ReadonlyMap<string, Block>;
  readonly calls: Block;
  readonly outputs: Block;
  readonly variables: Block;
}

/** An instance of a module: the root, or one that a call makes. */
export interface ModuleInstance {
  /** `module.a["x"].module.b`; "" of the root. */
  readonly address: string;
  readonly key: Key;
  readonly configuration: ModuleConfiguration;
  readonly call: Block | undefined;
  readonly parent: ModuleInstance | undefined;
}

/** A resource's place: where its references are read from. */
export interface Place {
  readonly module: ModuleInstance;
  readonly key: Key;
  readonly forEach: Value | undefined;
}

export type Key = string | number | undefined;

/** All instances of one resource or module, and those with a key: to look at each for each other takes too long. */
export class Instances<T> {
  readonly all: T[] = [];
  private readonly byKey = new Map<Key, T[]>();

  add(one: T, key: Key): void {
    this.all.push(one);
    const same = this.byKey.get(key);
    if (same) same.push(one);
    else this.byKey.set(key, [one]);
  }

  /** The same list in each call. */
  withKey(key: Key): readonly T[] {
    return this.byKey.get(key) ?? [];
  }
}

export function addInstance<T>(to: Map<string, Instances<T>>, name: string, one: T, key: Key): void {
  const known = to.get(name) ?? new Instances<T>();
  known.add(one, key);
  to.set(name, known);
}

/** The modules of a plan: what its \`configuration\` part says of each, for every instance. */
export class PlanModules {
  private readonly instances = new Map<string, ModuleInstance>();
  /** By address without key: there may be thousands of one module. */
  private readonly byCall = new Map<string, Instances<ModuleInstance>>();

  constructor(rootModule: Value | undefined) {
    this.add("", undefined, configurationOf(rootModule), undefined, undefined);
  }

  /** The instance of a module at an address, which is made with those above it where it does not exist yet. */
  at(address: string): ModuleInstance | undefined {
    const known = this.instances.get(address);
    if (known) return known;
    const split = /^(?:(.*)\.)?module\.([^.[]+)(?:\[(.+)\])?$/.exec(address);
    if (!split) return undefined;
    const [, above = "", name = "", index] = split;
    const parent = this.at(above);
    const call = parent && blockAt(parent.configuration.calls, name);
    if (!parent || !call) return undefined;
    const body = call.module;
    const configuration = isBlock(body) ? configurationOnce(body) : configurationOf(body);
    const module = this.add(address, keyOf(index), configuration, call, parent);
    addInstance(this.byCall, join(above, `module.${name}`), module, module.key);
    return module;
  }

  /** All instances of the module at an address without key. */
  instancesOf(address: string): Instances<ModuleInstance> {
    this.at(address); // one without resources has no other sign in the plan
    return this.byCall.get(address) ?? new Instances();
  }

  private add(
    address: string,
    key: Key,
    configuration: ModuleConfiguration,
    call: Block | undefined,
    parent: ModuleInstance | undefined,
  ): ModuleInstance {
    const module = { address, key, configuration, call, parent };
    this.instances.set(address, module);
    return module;
  }
}

/** All instances of a module have the same configuration. */
const configurationOnce = remembered<Block, ModuleConfiguration>(configurationOf);

function configurationOf(module: Value | undefined): ModuleConfiguration {
  const body = isBlock(module) ? module : {};
  const resources = blocksIn(body.resources).map((resource): [string, Block] => [
    `${resource.mode === "data" ? "data." : ""}${resource.type}.${resource.name}`,
    resource,
  ]);
  return {
    resources: new Map(resources),
    calls: isBlock(body.module_calls) ? body.module_calls : {},
    outputs: isBlock(body.outputs) ? body.outputs : {},
    variables: isBlock(body.variables) ? body.variables : {},
  };
}

export function blocksIn(value: Value | undefined): Block[] {
  return isList(value) ? value.filter(isBlock) : [];
}

export function blockAt(value: Value | undefined, name: string): Block | undefined {
  const found = isBlock(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return isBlock(found) ? found : undefined;
}

export function isExpression(value: Value | undefined): value is Block & { readonly references: readonly string[] } {
  return isBlock(value) && isList(value.references) && value.references.every((name) => typeof name === "string");
}

export function keyOf(index: string | undefined): Key {
  if (index === undefined) return undefined;
  return /^\d+$/.test(index) ? Number(index) : index.replace(/^"|"$/g, "");
}

export function join(module: string, address: string): string {
  return module === "" ? address : `${module}.${address}`;
}
