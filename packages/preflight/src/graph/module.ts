import { bodies, labelled, named, plain } from "./blocks.ts";
import { evaluateBlock, evaluateValue } from "./evaluate.ts";
import { descend, type Resolved, type Scope, type SyntaxTrees } from "./expression.ts";
import type { Resource } from "./graph.ts";
import { type Expanded, expand, type Instance, instanceWith } from "./instances.ts";
import { convertTo } from "./type-constraint.ts";
import {
  type Block,
  Expression,
  INVALID,
  isLargerThan,
  isList,
  referencesIn,
  text,
  UNKNOWN,
  type Value,
} from "./value.ts";

/** Arguments that belong to Terraform, not to the resource. */
const META_ARGUMENTS = new Set(["//", "count", "for_each", "depends_on", "lifecycle", "provisioner", "connection"]);
/** A local of more characters, items and references is not looked into: some that triple each other fill any memory. */
const LARGEST_LOCAL = 200_000;

/** `aws_vpc.main`: what else has no underscore in its first part belongs to Terraform itself. */
const RESOURCE_NAME = /^(?:data\.)?[a-z0-9]+_[a-z0-9_]+\.[A-Za-z0-9_-]+$/;

/** A module as it is written, in the form of Terraform's JSON, and the modules that it calls, as far as their source is known. */
export interface ModuleSource {
  readonly body: Block;
  readonly called: ReadonlyMap<string, ModuleSource>;
}

export interface ResourceInstance {
  readonly resource: Resource;
  readonly key: string | number | undefined;
}

/** A resource as it is written. */
export interface Written {
  readonly type: string;
  readonly body: Block;
}

/** What the modules of a project have in common. */
export interface Project {
  readonly trees: SyntaxTrees;
  /** The value that a variable of the root module is given; undefined where none is. */
  readonly given: (variable: string) => Value | undefined;
  /** The instances of a resource. @param base its address in the module, without key */
  readonly resourcesOf: (module: Module, base: string, written: Written) => readonly ResourceInstance[];
  /** The keys of a called module's instances, where `count` or `for_each` can't be read; undefined where nothing tells. */
  readonly keysOf?: (address: string) => readonly Instance["key"][] | undefined;
  /** Names that were looked for in vain. */
  missing: Set<string>;
  /** How many times a variable's default stood for its value. */
  defaultsTaken: number;
}

/** How a module is called: from which other one, with what, and as which instance. */
interface Call {
  readonly from: Module;
  readonly body: Block;
  readonly instance: Instance;
  readonly many: boolean;
}

/** An instance of a module: what is written in it, and what the names in it stand for. */
export class Module {
  /** `module.a["x"].module.b`; "" of the root. */
  readonly address: string;
  readonly source: ModuleSource;
  /** It stands for any number of instances. */
  readonly many: boolean;
  /** What is written of each resource, by address without key. */
  readonly written: ReadonlyMap<string, Written>;
  /** What is written of each call of a module. */
  readonly calls: ReadonlyMap<string, Block>;

  private readonly project: Project;
  private readonly call: Call | undefined;
  private readonly locals: Readonly<Record<string, Value>>;
  private readonly variables: ReadonlyMap<string, Block>;
  private readonly outputs: ReadonlyMap<string, Block>;
  private readonly instances = new Map<string, readonly ResourceInstance[]>();
  private readonly children = new Map<string, readonly Module[]>();
  private readonly values = new Map<string, Value>();
  /** Where traversals lead that begin at a resource, by their texts: it is the same wherever they stand. */
  private readonly known = new Map<string, Value>();
  private regions: ReadonlyMap<string, string | undefined> | undefined;

  constructor(project: Project, source: ModuleSource, address = "", call?: Call) {
    this.project = project;
    this.source = source;
    this.address = address;
    this.call = call;
    this.many = call !== undefined && (call.many || call.from.many);
    const { body } = source;
    this.locals = Object.assign({}, ...bodies(body.locals));
    this.variables = named(body.variable);
    this.outputs = named(body.output);
    this.calls = named(body.module);
    this.written = new Map([...writtenIn(body.resource, ""), ...writtenIn(body.data, "data.")]);
  }

  /** The key of this instance. */
  get key(): Instance["key"] {
    return this.call?.instance.key;
  }

  /** The instances of a resource, by its address without key; undefined where there is no such resource. */
  instancesOf(base: string): readonly ResourceInstance[] | undefined {
    const known = this.instances.get(base);
    if (known) return known;
    const written = this.written.get(base);
    if (!written) return undefined;
    this.instances.set(base, []); // Where `for_each` leads back to itself, there are none.
    const made = this.project.resourcesOf(this, base, written);
    this.instances.set(base, made);
    return made;
  }

  /** The instances of a module that this one calls; undefined where it calls none of this name, or its source is not known. */
  modulesOf(name: string): readonly Module[] | undefined {
    const known = this.children.get(name);
    if (known) return known;
    const [body, source] = [this.calls.get(name), this.source.called.get(name)];
    if (!body || !source) return undefined;
    this.children.set(name, []);
    const address = this.address === "" ? `module.${name}` : `${this.address}.module.${name}`;
    const made = this.instancesOfCall(body, address).map(
      ({ many, ...instance }) =>
        new Module(this.project, source, withKey(address, instance.key), { from: this, body, instance, many }),
    );
    this.children.set(name, made);
    return made;
  }

  private instancesOfCall(body: Block, address: string): readonly (Instance & { readonly many: boolean })[] {
    const { instances, many } = this.expand(body);
    const keys = many ? this.project.keysOf?.(address) : undefined;
    return keys
      ? keys.map((key) => ({ ...this.instanceOf(body, key), many: false }))
      : instances.map((one) => ({ ...one, many }));
  }

  /** The instance of a resource or a call with a key that is known. */
  instanceOf(body: Block, key: Instance["key"]): Instance {
    return instanceWith(key, body, (value) => this.evaluate(value, {}));
  }

  /**
   * Instances that `count` or `for_each` makes, as far as they can be known. A variable's default is taken where it
   * makes some; where it makes none, another value may well make them.
   */
  expand(body: Block): Expanded {
    const before = this.project.defaultsTaken;
    const expanded = expand(body, (value) => this.evaluate(value, {}));
    const isSwitch = expanded.instances.length === 0 && this.project.defaultsTaken > before;
    return isSwitch
      ? { instances: [{ key: undefined, each: { key: UNKNOWN, value: UNKNOWN } }], many: true }
      : expanded;
  }

  /** The arguments of a resource, without those that are Terraform's own. */
  evaluateResource(body: Block, instance: Partial<Instance>): Block {
    return evaluateBlock(body, this.scope(instance), this.project.trees, META_ARGUMENTS);
  }

  evaluate(value: Value, instance: Partial<Instance>): Value {
    return evaluateValue(value, this.scope(instance), this.project.trees);
  }

  private scope(instance: Partial<Instance>): Scope {
    return { resolve: (steps) => this.resolve(steps, instance), known: this.known };
  }

  private resolve(steps: readonly string[], instance: Partial<Instance>): Resolved | undefined {
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
      case "module":
        return this.resolveModule(steps);
      case "data":
        return this.resolveResource(`data.${second}.${third}`, steps, 3);
      default:
        return this.resolveResource(`${first}.${second}`, steps, 2);
    }
  }

  private resolveResource(base: string, steps: readonly string[], used: number): Resolved | undefined {
    const instances = this.instancesOf(base);
    if (instances === undefined) {
      if (RESOURCE_NAME.test(base)) this.project.missing.add(base);
      return undefined;
    }
    const body = this.written.get(base)?.body;
    if (instances.length === 0) return { value: body?.for_each === undefined ? [] : {}, used };
    const picked = instances.find(({ key }) => key !== undefined && String(key) === steps[used]);
    const resources = (picked ? [picked] : instances).map(({ resource }) => resource);
    const whole = new Expression({ parts: [{ resources, attribute: "", certain: true }] });
    const value = descend(whole, steps.slice(used + (picked ? 1 : 0)));
    return { value, used: steps.length, isSameEverywhere: true };
  }

  private resolveModule([, name = "", third, fourth]: readonly string[]) {
    const modules = this.modulesOf(name);
    const call = this.calls.get(name);
    if (!modules || !call) return undefined;
    if (modules.some(({ many }) => many)) return { value: UNKNOWN, used: 2 };
    const [only] = modules;
    if (call.count === undefined && call.for_each === undefined) {
      if (!only) return undefined;
      return third === undefined ? { value: only.allOutputs(), used: 2 } : { value: only.output(third), used: 3 };
    }
    const picked = modules.find(({ key }) => key !== undefined && String(key) === third);
    if (picked && fourth !== undefined) return { value: picked.output(fourth), used: 4 };
    const all = modules.map((module) => [String(module.key), module.allOutputs()] as const);
    return {
      value: call.for_each === undefined ? all.map(([, outputs]) => outputs) : Object.fromEntries(all),
      used: 2,
    };
  }

  private allOutputs(): Block {
    return Object.fromEntries([...this.outputs.keys()].map((name) => [name, this.output(name)]));
  }

  private output(name: string): Value {
    const written = this.outputs.get(name)?.value;
    return written === undefined ? INVALID : this.once(`output.${name}`, () => this.evaluate(written, {}));
  }

  /** What a name stands for, found out once. Where it leads back to itself, nothing is known of it. */
  private once(name: string, find: () => Value): Value {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    this.values.set(name, UNKNOWN);
    const found = find();
    const value = isLargerThan(LARGEST_LOCAL, found) ? UNKNOWN : found;
    this.values.set(name, value);
    return value;
  }

  private variable(name: string): Value {
    const variable = this.variables.get(name);
    if (!variable) {
      this.project.missing.add(`var.${name}`);
      return UNKNOWN;
    }
    const isOpen = this.call === undefined && this.project.given(name) === undefined;
    if (isOpen && (variable.default === undefined || variable.default === null || variable.sensitive === true))
      return UNKNOWN;
    // In the root, another value than the default may be given.
    if (isOpen) this.project.defaultsTaken++;
    return this.once(`var.${name}`, () =>
      convertTo(variable.type, this.valueOfVariable(name, variable), this.project.trees),
    );
  }

  private valueOfVariable(name: string, { default: otherwise, nullable }: Block): Value {
    const given = this.givenAs(name);
    if (given === undefined) return otherwise === undefined ? UNKNOWN : otherwise;
    return given === null && nullable === false && otherwise !== undefined ? otherwise : given;
  }

  private givenAs(name: string): Value | undefined {
    if (this.call === undefined) return this.project.given(name);
    const { from, body, instance } = this.call;
    const written = body[name];
    return written === undefined ? undefined : from.evaluate(written, instance);
  }

  private local(name: string): Value {
    const written = Object.hasOwn(this.locals, name) ? this.locals[name] : undefined;
    if (written !== undefined) return this.once(`local.${name}`, () => this.evaluate(written, {}));
    this.project.missing.add(`local.${name}`);
    return UNKNOWN;
  }

  /** The region of a provider, by the name that it has in this module. */
  regionOf(provider: string): string | undefined {
    this.regions ??= this.readRegions();
    if (this.regions.has(provider) || this.call === undefined) return this.regions.get(provider);
    const { from, body } = this.call;
    const [handed] = bodies(body.providers);
    const name = handed?.[provider];
    return from.regionOf(typeof name === "string" ? plain(name) : "aws");
  }

  private readRegions(): ReadonlyMap<string, string | undefined> {
    return new Map(
      labelled(this.source.body.provider, 1)
        .filter(({ labels }) => labels[0] === "aws")
        .map(({ body }) => {
          const alias = typeof body.alias === "string" ? `aws.${body.alias}` : "aws";
          return [alias, body.region === undefined ? undefined : text(this.evaluate(body.region, {}))];
        }),
    );
  }

  /** What `count` and `for_each` refer to. */
  countedBy(body: Block): Resource[] {
    if (body.count === undefined && body.for_each === undefined) return [];
    const values = [body.count, body.for_each].flatMap((value) =>
      value === undefined ? [] : [this.evaluate(value, {})],
    );
    return values.flatMap(referencesIn).flatMap(({ resources }) => resources);
  }

  /** What `depends_on` names: resources, and all that is in a module. */
  namedResources(dependsOn: Value | undefined): Resource[] {
    return (isList(dependsOn) ? dependsOn : []).flatMap((name) => {
      if (typeof name !== "string") return [];
      const [, module] = /^module\.([^.[]+)/.exec(plain(name)) ?? [];
      if (module !== undefined) return (this.modulesOf(module) ?? []).flatMap((one) => one.everything());
      const base = plain(name).replace(/\[.*$/, "");
      if (!this.instancesOf(base) && RESOURCE_NAME.test(base)) this.project.missing.add(base);
      return (this.instancesOf(base) ?? []).map(({ resource }) => resource);
    });
  }

  /** What is made before anything of this module: what `depends_on` of its call names, and of those above. */
  comesAfter(): Resource[] {
    if (!this.call) return [];
    const { from, body } = this.call;
    return [...from.comesAfter(), ...from.namedResources(body.depends_on), ...from.countedBy(body)];
  }

  /** Every resource of this module, and of those that it calls. */
  everything(): Resource[] {
    return [
      ...[...this.written.keys()].flatMap((base) => (this.instancesOf(base) ?? []).map(({ resource }) => resource)),
      ...[...this.calls.keys()].flatMap((name) => (this.modulesOf(name) ?? []).flatMap((one) => one.everything())),
    ];
  }

  /** This module, and those that it calls. */
  withCalled(): Module[] {
    return [
      this,
      ...[...this.calls.keys()].flatMap((name) => (this.modulesOf(name) ?? []).flatMap((one) => one.withCalled())),
    ];
  }
}

/** An address with the key of an instance. */
export function withKey(address: string, key: Instance["key"]): string {
  return key === undefined ? address : `${address}[${JSON.stringify(key)}]`;
}

function writtenIn(value: Value | undefined, prefix: "" | "data."): [string, Written][] {
  return labelled(value, 2).map(({ labels: [type = "", name = ""], body }) => [
    `${prefix}${type}.${name}`,
    { type: prefix + type, body },
  ]);
}
