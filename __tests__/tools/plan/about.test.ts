import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { ABOUT_FILE, aboutText, findPlan, KEPT_FILES, planDigest, readAbout } from "../../../tools/plan/about.ts";
import { keptPrefix } from "../../../tools/plan/kept.ts";

const OF = { environment: "production", commit: "c".repeat(40), terraform: "1.11.4" };

function madePlan(): string {
  const directory = temporaryDirectory();
  for (const file of KEPT_FILES) put(join(directory, file), `the text of ${file}`);
  put(join(directory, ABOUT_FILE), aboutText(directory, OF));
  return directory;
}

describe("a plan that is kept", () => {
  it("says what it is of", () => {
    expect(readAbout(madePlan(), "the plan")).toMatchObject(OF);
  });

  it.each(KEPT_FILES)("is refused where its %s was changed", (file) => {
    const directory = madePlan();
    put(join(directory, file), "another text");
    expect(() => readAbout(directory, "the plan")).toThrow(`the plan: ${file} has changed since the plan was made.`);
  });

  it("is refused where a file of it is missing", () => {
    const directory = madePlan();
    rmSync(join(directory, "plan"));
    expect(() => readAbout(directory, "the plan")).toThrow("the plan: plan has changed since the plan was made.");
  });

  it("is refused where it is not whole, or of another version of this project", () => {
    const directory = madePlan();
    const about = JSON.parse(readFileSync(join(directory, ABOUT_FILE), "utf8"));
    put(join(directory, ABOUT_FILE), JSON.stringify({ ...about, version: 2 }));
    expect(() => readAbout(directory, "the plan")).toThrow("was made by another version of this project");
    put(join(directory, ABOUT_FILE), "{");
    expect(() => readAbout(directory, "the plan")).toThrow("the plan: is not a complete plan made by bin/infra plan");
  });

  it("has another digest with any other file, environment or commit", () => {
    const digest = planDigest(madePlan());
    expect(planDigest(madePlan())).toBe(digest);
    const other = madePlan();
    put(join(other, "plan"), "another plan");
    put(join(other, ABOUT_FILE), aboutText(other, OF));
    expect(planDigest(other)).not.toBe(digest);
    put(join(other, "plan"), "the text of plan");
    put(join(other, ABOUT_FILE), aboutText(other, { ...OF, environment: "staging" }));
    expect(planDigest(other)).not.toBe(digest);
  });

  it("is found by the directory that bin/infra plan names, and by its own", () => {
    const outer = temporaryDirectory();
    const inner = join(outer, "cdktf.out/stacks/production");
    put(join(inner, ABOUT_FILE), "{}");
    put(join(outer, "cdktf.out/stacks/staging/cdk.tf.json"), "{}");
    expect(findPlan(outer)).toBe(inner);
    expect(findPlan(inner)).toBe(inner);
    expect(() => findPlan(join(outer, "gone"), "gone")).toThrow(
      "gone: does not exist. Unapplied plans are deleted after a week.",
    );
  });

  it("lies under its commit, and under nothing else", () => {
    expect(keptPrefix("production", OF.commit)).toBe(`plans/production/${OF.commit}/`);
    for (const wrong of ["main", "../x", "c".repeat(39), `${OF.commit}/..`]) {
      expect(() => keptPrefix("production", wrong)).toThrow(`${wrong}: is not a full commit hash.`);
    }
  });
});
