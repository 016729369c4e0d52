import { answers } from "./answers.mjs";
import { controls } from "./controls.mjs";
import { details } from "./details.mjs";
import { dom } from "./dom.mjs";
import { lists } from "./lists.mjs";
import { paths } from "./paths.mjs";
import { picture } from "./picture.mjs";

// Each part is one function, whose text is written into the page as it stands: it uses nothing around it but what it is
// given, and nothing is built to run it.
const PARTS = { dom, paths, lists, picture, answers, details, controls };

/**
 * @param {import("./page-data.ts").PageData} data
 * @param {typeof PARTS} parts
 */
function start(data, parts) {
  const state = { from: "", to: -1, thing: "" };
  const made = parts.dom({ data });
  const traced = parts.paths({ data });
  const chosen = { data, state, dom: made, paths: traced, lists: parts.lists({ dom: made, paths: traced }) };
  const drawn = { ...chosen, picture: parts.picture(chosen) };
  const asked = { ...drawn, answers: parts.answers(drawn) };
  parts.controls({ ...asked, details: parts.details(asked) });
}

/** The script of the page; it reads its data from the element `data`. */
export function clientScript() {
  const parts = Object.entries(PARTS).map(([name, part]) => `${name}:${part}`);
  // Where functions keep their names, a helper is called that is not in the page.
  return `const __name=(one)=>one;(${start})(JSON.parse(document.getElementById("data").textContent),{${parts.join(",")}});`;
}
