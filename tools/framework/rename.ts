import type { FrameworkName } from "../lib/framework.ts";
import { replacements } from "./packages.ts";

/** What comes before the name of a module: an import, an export, a require, or a mock of it. */
const BEFORE_A_MODULE = String.raw`(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire(?:\.resolve)?\s*\(\s*|\bmock\s*\(\s*|\bdeclare module\s*)`;

/** A source file with its imports from one framework's packages turned to the other's; nothing else in it changes. */
export function renameImports(source: string, from: FrameworkName, to: FrameworkName): string {
  return replacements(from, to).reduce((text, { old: [oldName], new: [newName] }) => {
    const pattern = new RegExp(`(${BEFORE_A_MODULE})(["'\`])${escapeRegExp(oldName)}(?=/|\\2)`, "g");
    return text.replaceAll(pattern, (_, before: string, quote: string) => `${before}${quote}${newName}`);
  }, source);
}

/** A `package.json` with the dependencies and scripts of the other framework; its formatting stays. */
export function renamePackages(source: string, from: FrameworkName, to: FrameworkName): string {
  const renamed = replacements(from, to).reduce((text, { old: [oldName, oldVersion], new: [newName, newVersion] }) => {
    const dependency = new RegExp(`"${escapeRegExp(oldName)}": "([~^>=]*)${escapeRegExp(oldVersion)}([^"]*)"`, "g");
    return text
      .replaceAll(dependency, (_, range: string, rest: string) => `"${newName}": "${range}${newVersion}${rest}"`)
      .replaceAll(new RegExp(`(?<=[ "])${escapeRegExp(oldName)}(?=@latest)`, "g"), newName);
  }, source);
  return renamed.replaceAll(new RegExp(`(?<=[ "])${from}(?= (?:get|synth|diff|deploy|destroy|watch)\\b)`, "g"), to);
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
