import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** End-to-end files that take minutes. One of them begun last would run on alone. */
const LONGEST = ["migration", "plans", "bootstrap", "lifecycle", "deploy-local", "release-command"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) =>
      LONGEST.findIndex((name) => moduleId.endsWith(`/end-to-end/${name}.test.ts`));
    const long = sorted.filter((file) => rank(file) >= 0).sort((a, b) => rank(a) - rank(b));
    return [...long, ...sorted.filter((file) => rank(file) < 0)];
  }
}

export default defineConfig({
  resolve: { tsconfigPaths: true }, // packages/ by their names, and from their sources
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["__tests__/**/*.test.ts", "packages/*/tests/**/*.test.ts"],
          exclude: ["__tests__/end-to-end/**"],
          testTimeout: 3 * 60_000, // for what hangs: a busy machine is no failure
        },
      },
      {
        extends: true,
        test: {
          name: "end-to-end",
          include: ["__tests__/end-to-end/**/*.test.ts"],
          testTimeout: 15 * 60_000,
          hookTimeout: 5 * 60_000,
          // Part of their time is Terraform's waiting; each has an emulator of its own.
          maxWorkers: 3,
          sequence: { groupOrder: 1 }, // after the unit tests
        },
      },
    ],
  },
});
