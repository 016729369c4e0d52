import { textsOf } from "./configuration.ts";
import { parseExpressions, type SyntaxTrees } from "./expression.ts";
import type { Instance } from "./instances.ts";
import { Module, type ModuleSource, type Project, type ResourceInstance } from "./module.ts";
import { blockAt, join, keyOf, type PlanModules } from "./plan-modules.ts";
import type { PlanReferences } from "./plan-references.ts";
import { type Block, Expression, isBlock, isList, known, type Value } from "./value.ts";

/** The source that a plan was made of, and its expressions, parsed. */
export interface ParsedSource {
  readonly source: ModuleSource;
  readonly trees: SyntaxTrees;
}

export async function parseSource(source: ModuleSource): Promise<ParsedSource> {
  return { source, trees: await parseExpressions(textsOf(source)) };
}

/**
 * What the source of a plan says of its resources. The plan has every instance; which values they have, and what refers
 * to what, is evaluated with the variables of the plan.
 */
export class PlanSource implements Project {
  readonly trees: SyntaxTrees;
  missing = new Set<string>();
  defaultsTaken = 0;

  private readonly root: Module;
  private readonly variables: Value | undefined;
  private readonly modules: PlanModules;
  private readonly references: PlanReferences;

  constructor(
    { source, trees }: ParsedSource,
    of: { readonly variables: Value | undefined; readonly modules: PlanModules; readonly references: PlanReferences },
  ) {
    this.trees = trees;
    this.variables = of.variables;
    this.modules = of.modules;
    this.references = of.references;
    this.root = new Module(this, source);
  }

  given(variable: string): Value | undefined {
    const given = blockAt(this.variables, variable);
    return given && (given.value ?? null);
  }

  resourcesOf(module: Module, base: string): readonly ResourceInstance[] {
    return this.references.instancesAt(join(module.address, base));
  }

  keysOf(address: string): readonly Instance["key"][] {
    return this.modules.instancesOf(address).all.map(({ key }) => key);
  }

  /** What is written of a resource; undefined where the source does not have it. @param base its address in the module, without key */
  writtenOf(module: string, base: string): Block | undefined {
    return this.moduleAt(module)?.written.get(base)?.body;
  }

  /** The arguments of an instance of a resource, as far as the source tells; undefined where it does not have it. */
  valuesOf(module: string, base: string, key: Instance["key"]): Block | undefined {
    const place = this.moduleAt(module);
    const body = place?.written.get(base)?.body;
    return place && body && place.evaluateResource(body, place.instanceOf(body, key));
  }

  private moduleAt(address: string): Module | undefined {
    if (address === "") return this.root;
    const [, above = "", name = "", index] = /^(?:(.*)\.)?module\.([^.[]+)(?:\[(.+)\])?$/.exec(address) ?? [];
    return this.moduleAt(above)
      ?.modulesOf(name)
      ?.find(({ key }) => key === keyOf(index));
  }
}

/**
 * The values of a planned resource: what the plan knows stays as it is; what it does not know is what the source says, and
 * where that is less than the plan itself, what the plan says.
 *
 * @param merged what the plan alone says
 */
export function withSource(planned: Block, unknown: Value | undefined, written: Block, merged: Block): Block {
  const unknowns = isBlock(unknown) ? unknown : {};
  const values: Record<string, Value> = {};
  for (const name of new Set([...Object.keys(planned), ...Object.keys(unknowns)])) {
    const mark = unknown === true ? true : unknowns[name];
    const value = Object.hasOwn(written, name)
      ? valueWithSource(planned[name], mark, written[name] ?? null, merged[name])
      : isDynamic(merged[name])
        ? undefined // no dynamic block makes it: the provider fills it in
        : merged[name];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function valueWithSource(
  planned: Value | undefined,
  unknown: Value | undefined,
  written: Value,
  merged: Value | undefined,
): Value | undefined {
  if (isBlock(planned)) {
    return isBlock(written) && isBlock(merged) ? withSource(planned, unknown, written, merged) : merged;
  }
  if (isList(planned)) return listWithSource(planned, unknown, written, merged);
  if (planned !== undefined && planned !== null) return referring(planned, written, merged);
  const isOpen = unknown === true || isList(unknown) || isBlock(unknown);
  // A value that is written out, where the plan does not know it: the source is another one, or is not understood.
  if (!isOpen || known(written) !== undefined) return isDynamic(merged) ? written : merged;
  return isVague(written) && !isVague(merged) ? merged : written;
}

function listWithSource(
  planned: readonly Value[],
  unknown: Value | undefined,
  written: Value,
  merged: Value | undefined,
): Value | undefined {
  if (planned.some(isBlock)) return blocksWithSource(planned, unknown, [written].flat() as Value[], merged);
  const isKnown = (index: number) => markAt(unknown, index) !== true && planned[index] !== undefined;
  const open = planned.filter((_, index) => !isKnown(index)).length;
  if (open === 0 || !isList(written)) return merged;
  const made = written.filter((one) => known(one) === undefined);
  if (made.length !== open) return merged;
  return [...planned.filter((_, index) => isKnown(index)), ...made];
}

/** Blocks of a set have no order: those that agree in what is known are the same. */
function blocksWithSource(
  planned: readonly Value[],
  unknown: Value | undefined,
  written: readonly Value[],
  merged: Value | undefined,
): Value | undefined {
  if (written.length !== planned.length || !written.every(isBlock)) return merged;
  const left = [...written];
  return planned.map((one, index) => {
    const found = left.findIndex((candidate) => isBlock(one) && agrees(one, candidate));
    const own = isList(merged) ? merged[index] : undefined;
    const [source] = found < 0 ? [] : left.splice(found, 1);
    if (!isBlock(one) || source === undefined) return own ?? one;
    return withSource(one, markAt(unknown, index), source, isBlock(own) ? own : {});
  });
}

function agrees(planned: Block, written: Block): boolean {
  return Object.entries(written).every(([name, value]) => {
    const own = planned[name];
    const other = known(value);
    if (other === undefined || other === null || own === undefined || own === null) return true;
    return typeof own !== "object" && typeof other !== "object" ? String(own) === String(other) : true;
  });
}

/** A value that is known keeps what it refers to. */
function referring(planned: Value, written: Value, merged: Value | undefined): Value | undefined {
  if (merged instanceof Expression || !(written instanceof Expression) || !written.only?.certain) return merged;
  if (typeof planned === "object" || planned === "") return merged;
  return new Expression({ references: written.references, known: planned });
}

function isDynamic(value: Value | undefined): boolean {
  return value instanceof Expression && value.isDynamic;
}

/** It says less than what a thing is made of. */
function isVague(value: Value | undefined): boolean {
  if (value === undefined) return true;
  if (!(value instanceof Expression)) return false;
  return (
    value.parts === undefined &&
    value.encodes === undefined &&
    !value.references.some(({ certain, kind }) => certain && kind === undefined)
  );
}

function markAt(marks: Value | undefined, index: number): Value | undefined {
  return isList(marks) ? marks[index] : marks === true ? true : undefined;
}
