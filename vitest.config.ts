import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { NotRun } from "./__tests__/support/not-run.ts";

/** Files of unit tests that take seconds, and end-to-end files that take minutes. One of them begun last would run on alone. */
const LONGEST_UNITS = [
  "packages/preflight/tests/bad-input",
  "__tests__/stacks/switches",
  "__tests__/tools/upgrade/upgrade",
  "__tests__/tools/lib/bundle",
  "__tests__/stacks/any-environment",
  "__tests__/tools/cli/infra",
  "packages/plan-review/tests/plan",
  "packages/preflight/tests/network/paths",
];
const LONGEST_END_TO_END = [
  "service/service",
  "migration",
  "plans",
  "bootstrap",
  "lifecycle",
  "preflight",
  "service/announced",
  "release-command",
  "deploy-local",
];

const endToEnd = (name: string) => `__tests__/end-to-end/${name}.test.ts`;

const LONGEST = [...LONGEST_UNITS.map((name) => `${name}.test.ts`), ...LONGEST_END_TO_END.map(endToEnd)];

/** Runs when no container comes or goes elsewhere: a browser breaks off what it loads when a network does. */
const IN_A_BROWSER = "service/service";

/** Without containers: they run while that one waits for deployments. */
const BESIDE_THE_BROWSER = [
  ...["bindings", "cognito", "emulator", "hosted-login", "migration", "map", "nginx"],
  ...["packages", "preflight", "provider", "review", "synth", "thorough", "validate"],
];
const WITH_THE_BROWSER = [IN_A_BROWSER, ...BESIDE_THE_BROWSER].map(endToEnd);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => LONGEST.findIndex((name) => moduleId.endsWith(name));
    const long = sorted.filter((file) => rank(file) >= 0).sort((a, b) => rank(a) - rank(b));
    return [...long, ...sorted.filter((file) => rank(file) < 0)];
  }
}

export default defineConfig({
  resolve: { tsconfigPaths: true }, // packages/ by their names, and from their sources
  test: {
    reporters: ["default", new NotRun()],
    sequence: { sequencer: LongestFirst },
    env: {
      // The same texts everywhere: a pipeline's CI=true colours and words them otherwise.
      NO_COLOR: "1",
      CI: "",
      AWS_EC2_METADATA_DISABLED: "true", // nor the credentials of the machine that tests run on, or a second's wait for them
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["__tests__/**/*.test.ts", "packages/*/tests/**/*.test.ts"],
          exclude: ["__tests__/end-to-end/**"],
          isolate: false, // to import everything anew for each file takes as long as all the tests
          unstubEnvs: true,
          unstubGlobals: true,
          restoreMocks: true,
          maxWorkers: 2, // by default one less than there are cores, which on two is one
          testTimeout: 5 * 60_000, // for what hangs: a busy machine is no failure
          hookTimeout: 5 * 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "end-to-end",
          include: ["__tests__/end-to-end/**/*.test.ts"],
          exclude: WITH_THE_BROWSER,
          testTimeout: 45 * 60_000,
          hookTimeout: 15 * 60_000,
          // Part of their time is Terraform's waiting; each has an emulator of its own.
          maxWorkers: 4,
          sequence: { groupOrder: 1 }, // after the unit tests
        },
      },
      {
        extends: true,
        test: {
          name: "with-the-browser",
          include: WITH_THE_BROWSER,
          testTimeout: 45 * 60_000,
          hookTimeout: 30 * 60_000,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
