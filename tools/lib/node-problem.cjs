// Old JavaScript on purpose: whatever Node runs it must be able to say that it is the wrong one.
"use strict";

const { existsSync, readFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

const root = resolve(__dirname, "../..");

/**
 * What is wrong with a version of Node: `engines` of package.json has the range, such as `^20.19.0 || ^22.12.0 || ^24.11.0`.
 *
 * @returns one line with what to do; undefined where it is a good one
 */
function nodeProblem(version = process.versions.node) {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
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

/** @returns one line with what to do where the dependencies are not installed; undefined where they are */
function dependencyProblem() {
  if (existsSync(join(root, "node_modules", "esbuild"))) return undefined;
  return `The dependencies are not installed. Run: npm ci (in ${root})`;
}

/** For what an npm script begins with: ends the process where it can't go on. */
function refuseUnready() {
  const problem = nodeProblem() ?? dependencyProblem();
  if (problem === undefined) return;
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

module.exports = { nodeProblem, dependencyProblem, refuseUnready };
