/** Draws a configuration or plan as a map that answers who can reach whom. */

export { hopInJapanese } from "./hop-words.ts";
export { KINDS, type Kind, type Words } from "./kinds.ts";
export { type Box, type Layout, layoutOf } from "./layout.ts";
export { type Line, linesOf } from "./lines.ts";
export { type MapOptions, mapOf } from "./map.ts";
export { mermaidOf } from "./mermaid.ts";
export { htmlOf } from "./page/page.ts";
export { type PathTable, pathIn } from "./path-table.ts";
export type { StackMap, Thing, Wire } from "./stack-map.ts";
export { type Language, svgOf } from "./svg.ts";
export { version } from "./version.ts";
