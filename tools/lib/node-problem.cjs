// Old JavaScript on purpose: whatever Node runs it must be able to say that it is the wrong one.
"use strict";

const { readFileSync } = require("node:fs");
const { join } = require("node:path");

/**
 * What is wrong with a version of Node: `engines` of package.json has the range, such as `^20.19.0 || ^22.12.0 || ^24.11.0`.
 *
 * @returns one line with what to do; undefined where it is a good one
 */
function nodeProblem(version = process.versions.node) {
  const { engines } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
  const ranges = engines.node.split(" || ").map((range) => numbers(range.slice(1)));
  if (ranges.some((range) => isWithin(numbers(version), range))) return undefined;
  const majors = ranges.map(([major, minor]) => `${major}.${minor} or a later ${major}`).join(", or ");
  return `This is Node ${version}, and ${majors} is needed. Get Node 22 from https://nodejs.org/ or by a version manager: .nvmrc names it.`;
}

const numbers = (version) => version.split(".").map(Number);

/** Within a major: what npm writes as ^. */
function isWithin([major, minor, patch], [wantedMajor, leastMinor, leastPatch]) {
  return major === wantedMajor && (minor > leastMinor || (minor === leastMinor && patch >= leastPatch));
}

module.exports = { nodeProblem };
