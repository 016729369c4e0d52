import { visible } from "@operation-app/preflight/input";

/** Markup: made by `element` alone, so that every text in it is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = Markup | string | number | false | undefined | readonly Child[];

const EMPTY = new Set(["meta", "br", "input", "path", "rect", "line", "circle", "use", "polyline"]);

/** An element. Texts and attributes are escaped; what is not visible is shown as its code. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined || value === false ? "" : value === true ? ` ${key}` : ` ${key}="${escaped(String(value))}"`,
  );
  const inner = children.map(childText).join("");
  const isEmpty = EMPTY.has(name) && inner === "";
  return new Markup(`<${name}${written.join("")}${isEmpty ? "/>" : `>${inner}</${name}>`}`);
}

function childText(child: Child): string {
  if (child instanceof Markup) return child.text;
  if (Array.isArray(child)) return child.map(childText).join("");
  return child === undefined || child === false ? "" : escaped(String(child));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** A value as JSON that may stand in a script element: nothing in it ends the element. */
export function jsonInScript(value: unknown): Markup {
  return new Markup(
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  );
}
