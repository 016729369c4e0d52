// What keeps this project from starting. Old JavaScript on purpose: whatever Node runs it must be able to say that it is the wrong one.
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

/** @returns one line with what to do where the dependencies are not installed, or half of the clone is changed; else undefined */
function cloneProblem() {
  if (!existsSync(join(root, "node_modules", "esbuild")))
    return `The dependencies are not installed. Run: npm ci (in ${root})`;
  return changeProblem();
}

/** Of what tools/lib/changing-clone.ts does. npm ci takes the note away with all else. */
function changeProblem() {
  const note = join(root, "node_modules", ".changing.json");
  if (process.env.INFRA_CHANGES_CLONE !== undefined || !existsSync(note)) return undefined;
  const { verb, pid } = readNote(note);
  const restore = `git reset --hard && npm ci (in ${root})`;
  return isRunning(pid)
    ? `bin/infra ${verb} is changing this clone (process ${pid}). Wait for its end. If that process is another program, restore the clone: ${restore}`
    : `bin/infra ${verb} was killed halfway. Restore the clone: ${restore}`;
}

/** A machine that stops leaves a file empty that has just been written. */
function readNote(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (_) {
    return { verb: "framework or upgrade", pid: undefined };
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** For what an npm script begins with: ends the process where it can't go on. */
function refuseUnready() {
  const problem = nodeProblem() ?? cloneProblem();
  if (problem === undefined) return;
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

module.exports = { nodeProblem, cloneProblem, refuseUnready };
