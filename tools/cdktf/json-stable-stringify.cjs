// Stands in the bundle for the package of this name, with which cdktf writes its JSON: the same, sooner, and what is
// empty on one line.
"use strict";

module.exports = (value, options) => JSON.stringify(sorted(value), null, options?.space);

function sorted(value) {
  if (typeof value !== "object" || value === null || typeof value.toJSON === "function") return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  );
}
