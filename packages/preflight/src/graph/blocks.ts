import { type Block, isBlock, isList, type Value } from "./value.ts";

/** The objects of a block that may be written once, or as a list of them. */
export function bodies(value: Value | undefined): Block[] {
  return (isList(value) ? value : [value]).filter(isBlock);
}

/** Blocks with labels, such as `resource.<type>.<name>`; each level may be an object or a list of objects. */
export function labelled(value: Value | undefined, levels: number): { labels: string[]; body: Block }[] {
  if (levels === 0) return bodies(value).map((body) => ({ labels: [], body }));
  return bodies(value).flatMap((level) =>
    Object.entries(level)
      .filter(([label]) => label !== "//")
      .flatMap(([label, inner]) =>
        labelled(inner, levels - 1).map(({ labels, body }) => ({ labels: [label, ...labels], body })),
      ),
  );
}

/** Blocks with one label, by it. */
export function named(value: Value | undefined): ReadonlyMap<string, Block> {
  return new Map(labelled(value, 1).map(({ labels: [label = ""], body }) => [label, body]));
}

/** A name in `${…}` or without. */
export function plain(name: string): string {
  return name.replace(/^\$\{|\}$/g, "");
}
