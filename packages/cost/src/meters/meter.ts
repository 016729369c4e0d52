import { type Block, type Graph, items, number, type Resource, text, type Value } from "@operation-app/preflight/graph";
import { exactly, type Range } from "../range.ts";
import { rangeOf, type Usage } from "../usage.ts";

/** One thing that AWS bills for a resource. */
export type Line = Metered | Unmetered;

export interface Metered {
  /** Such as `NAT gateway`. */
  readonly what: string;
  /** The name of its price. */
  readonly price: string;
  /** How many units there are in an `hour`, or in a `month`. */
  readonly count: Range;
  readonly per: "hour" | "month";
  /** `fixed`: whether it is used or not. `use`: it depends on the assumptions of `Usage`. */
  readonly kind: "fixed" | "use";
}

/** What is billed, but can't be counted. */
export interface Unmetered {
  readonly what: string;
  /** Such as `node_type is not known`. */
  readonly unknown: string;
}

type Belongs = (resource: Resource) => boolean;
const all: Belongs = () => true;

/** What is known of all of a stack. */
export class Stack {
  readonly graph: Graph;
  readonly usage: Usage;
  private readonly graphs: readonly Graph[];
  private readonly counts = new Map<string, Map<Belongs, number>>();

  /** @param other of the same stack at another time: what is there at one of the two takes part in what is shared */
  constructor(graph: Graph, usage: Usage, other?: Graph) {
    this.graph = graph;
    this.usage = usage;
    this.graphs = other ? [graph, other] : [graph];
  }

  /** How many resources there are of a type. @param belongs which of them count; the same function is asked once */
  count(type: string, belongs: Belongs = all): number {
    const counts = this.counts.get(type) ?? new Map<Belongs, number>();
    this.counts.set(type, counts);
    const known = counts.get(belongs);
    if (known !== undefined) return known;
    const addresses = this.graphs.flatMap((graph) =>
      graph
        .ofType(type)
        .filter(belongs)
        .map(({ address }) => address),
    );
    const count = new Set(addresses).size;
    counts.set(belongs, count);
    return count;
  }
}

/** What a resource of one type is billed for; nothing where it is free. */
export type Meter = (resource: Resource, stack: Stack) => readonly Line[];

/** Meters by the type of resource. */
export type Meters = Readonly<Record<string, Meter>>;

export function hourly(what: string, price: string, count: number | Range = 1): Metered {
  return { what, price, count: ranged(count), per: "hour", kind: "fixed" };
}

export function monthly(what: string, price: string, count: number | Range = 1): Metered {
  return { what, price, count: ranged(count), per: "month", kind: "fixed" };
}

export function byUse(what: string, price: string, count: number | Range): Metered {
  return { what, price, count: ranged(count), per: "month", kind: "use" };
}

export function unknown(what: string, why: string): Unmetered {
  return { what, unknown: why };
}

function ranged(count: number | Range): Range {
  return typeof count === "number" ? exactly(count) : count;
}

/** An assumption about all of a stack, as the part of one of the things that share it. */
export function shareOf(amount: number | readonly [number, number], sharing: number): Range {
  const { low, high } = rangeOf(amount);
  return { low: low / Math.max(sharing, 1), high: high / Math.max(sharing, 1) };
}

/** How many elements a list has; undefined where that can't be known. */
export function countOf(value: Value | undefined): number | undefined {
  const { items: found, complete } = items(value);
  return complete ? found.length : undefined;
}

/** A number that is written, or the default where nothing is. undefined where it can't be known. */
export function numberOr(value: Value | undefined, fallback: number): number | undefined {
  return value === undefined || value === null ? fallback : number(value);
}

/** A text that is written, or the default where nothing is. undefined where it can't be known. */
export function textOr(value: Value | undefined, fallback: string): string | undefined {
  return value === undefined || value === null || value === "" ? fallback : text(value);
}

/** What is written, without what is written as null. */
export function withoutNull(values: Block): Block {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
