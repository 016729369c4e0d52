// Texts of a plan only ever become text nodes and attributes, never markup.

/**
 * Elements, and words in both languages.
 *
 * @param {Pick<import("./types.mjs").Given, "data">} given
 */
export function dom({ data }) {
  const things = new Map(data.things.map((thing) => [thing.id, thing]));

  /**
   * @template {HTMLElement} T
   * @param {string} id
   * @param {new () => T} kind
   * @returns {T}
   */
  function byId(id, kind) {
    const found = document.getElementById(id);
    if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
    return found;
  }

  /**
   * @param {string} name
   * @param {import("./types.mjs").Attributes} attributes
   * @param {import("./types.mjs").Child[]} children
   */
  function make(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(key, value);
      else if (value !== undefined) node.setAttribute(key, value);
    }
    const all = /** @type {(Node | string | undefined)[]} */ (children.flat(9));
    for (const child of all) if (child !== undefined && child !== "") node.append(child);
    return node;
  }

  /**
   * Both languages; the style sheet shows one.
   *
   * @param {string} en
   * @param {string} ja
   */
  function words(en, ja) {
    return [make("span", { lang: "en", class: "en" }, en), make("span", { lang: "ja", class: "ja" }, ja)];
  }

  /**
   * Its kind and its name: several things may have the same name.
   *
   * @param {string} id
   */
  function named(id) {
    const thing = things.get(id);
    if (!thing) return [make("code", {}, id)];
    const kind = words(thing.name.en, thing.name.ja);
    return thing.title === "" ? kind : [...kind, ` ${thing.title}`];
  }

  /** @param {string} id of an end: ` · 3306` of `aws_db_instance.main:3306` */
  function portOf(id) {
    const port = /:(\d+)$/.exec(id);
    return port ? ` · ${port[1]}` : "";
  }

  return { things, byId, make, words, named, portOf };
}
