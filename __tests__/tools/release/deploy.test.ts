import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Review, ReviewedChange } from "@operation-app/plan-review";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deployVersions, type Edges, othersIn } from "../../../tools/release/deploy.ts";
import { commitFile, otherChanges, recordedVersions } from "../../../tools/release/git.ts";

const FILE = "environments/production.versions.json";
const home = process.cwd();
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "deploy-"));
  process.chdir(directory);
  mkdirSync("environments");
  git("init", "--quiet");
  git("config", "user.name", "somebody");
  git("config", "user.email", "somebody@example.com");
  record({ nginx: "0.1.0", app: "0.1.0" });
});
afterEach(() => {
  process.chdir(home);
  rmSync(directory, { recursive: true, force: true });
});

const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
const written = () => JSON.parse(readFileSync(FILE, "utf8"));

function record(versions: object): void {
  writeFileSync(FILE, JSON.stringify(versions));
  git("add", "--all");
  git("commit", "--quiet", "--message", "versions");
}

const change = (address: string): ReviewedChange => ({
  address,
  kind: "update",
  actions: ["update"],
  forcing: [],
  differences: [],
});
const GOOD = {
  verdict: "good",
  summary: "",
  counts: {},
  blocked: [],
  changes: [change("aws_ecs_service.ecs_app_service")],
  outputs: [],
  drift: [],
  checks: [],
  warnings: [],
  exceptions: [],
  notes: [],
} as unknown as Review;

/** An AWS that keeps what is applied from one run to the next, and a run that is killed at an edge. */
class World {
  deployed = "0.1.0";
  readonly calls: string[] = [];

  edges(killedAt?: string, changes: Partial<Edges> = {}): Edges {
    const at = (name: string) => {
      this.calls.push(name);
      if (name === killedAt) throw new Killed();
    };
    return {
      plan: async () => {
        at("plan");
        const isNew = written().app !== this.deployed;
        return { made: {} as never, reviewed: isNew ? GOOD : { ...GOOD, changes: [] } };
      },
      ask: async () => {
        at("ask");
        return true;
      },
      apply: async () => {
        at("apply");
        this.deployed = written().app;
      },
      wait: async () => at("wait"),
      commit: async (file) => {
        at("commit");
        await commitFile(file, "Release app 0.2.0 to production");
      },
      ...changes,
    };
  }

  release(edges: Edges): Promise<void> {
    const quiet = { step: () => {}, fact: () => {}, output: () => {}, text: () => {}, live: () => {} };
    const versions = { app: "0.2.0" };
    const done = "The database has been migrated.";
    return deployVersions({ environment: "production", file: FILE, versions, edges, progress: quiet, done });
  }
}

class Killed extends Error {}

describe("putting versions into an environment", () => {
  it("plans, asks, applies, waits and commits the one file", async () => {
    const world = new World();
    writeFileSync("another", "");
    await world.release(world.edges());
    expect(world.calls).toEqual(["plan", "ask", "apply", "wait", "commit"]);
    expect(git("show", "--name-only", "--format=%s")).toBe(`Release app 0.2.0 to production\n\n${FILE}`);
    expect(written()).toEqual({ nginx: "0.1.0", app: "0.2.0" });
  });

  it.each(["plan", "ask", "apply", "wait", "commit"])("killed at %s and run again, ends the same", async (edge) => {
    const world = new World();
    await expect(world.release(world.edges(edge))).rejects.toThrow(Killed);
    // A process that is killed puts nothing back.
    writeFileSync(FILE, JSON.stringify({ nginx: "0.1.0", app: "0.2.0" }));
    await world.release(world.edges());
    expect(world.deployed).toBe("0.2.0");
    expect(world.calls.filter((call) => call === "wait").length).toBeGreaterThan(0);
    expect((await recordedVersions(FILE)).map(({ versions }) => versions.app)).toEqual(["0.2.0", "0.1.0"]);
  });

  it.each([
    ["somebody says no", { ask: async () => false }, "Nothing was applied. The database has been migrated."],
    [
      "the review stops it",
      { plan: async () => ({ made: {} as never, reviewed: { ...GOOD, verdict: "blocked" } as Review }) },
      "Nothing was applied: the review blocks the plan. The database has been migrated.",
    ],
  ])("leaves the file as it was where %s", async (_, changes, message) => {
    const world = new World();
    const before = readFileSync(FILE, "utf8");
    await expect(world.release(world.edges(undefined, changes))).rejects.toThrow(message);
    expect(readFileSync(FILE, "utf8")).toBe(before);
    // So it does after a run that was killed.
    writeFileSync(FILE, JSON.stringify({ nginx: "0.1.0", app: "0.2.0" }));
    await expect(world.release(world.edges(undefined, changes))).rejects.toThrow(message);
    expect(written()).toEqual({ nginx: "0.1.0", app: "0.1.0" });
    expect(world.calls).not.toContain("apply");
  });

  it("commits nothing where what runs in the end is not the release", async () => {
    const world = new World();
    const wait = async () => {
      throw new Error("ECS has rolled back");
    };
    await expect(world.release(world.edges(undefined, { wait }))).rejects.toThrow("ECS has rolled back");
    expect(world.calls).not.toContain("commit");
  });
});

it("a plan that changes more than a release does is recognized", () => {
  const changes = ["aws_ecs_task_definition.ecs_app_task", "aws_vpc.network_vpc"].map(change);
  expect(othersIn({ changes })).toEqual(["aws_vpc.network_vpc (update)"]);
});

it("changes of other files are seen, and not that of the versions file", async () => {
  writeFileSync(FILE, "{}");
  expect(await otherChanges(FILE)).toEqual([]);
  writeFileSync("another", "");
  expect(await otherChanges(FILE)).toEqual(["another"]);
});
