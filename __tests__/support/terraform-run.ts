import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { execa } from "execa";
import { OperationStack } from "../../stacks/operation-stack.ts";
import { readNeeds, stackDirectory } from "../../tools/lib/terraform/synthesized.ts";
import { layFoundations } from "../../tools/local/foundations.ts";
import { startAws } from "./aws.ts";
import { type Changes, checked, environmentWith } from "./synthesize.ts";

/** What a plan wants to do, by address: an action such as `update`, or `replace`. */
export type PlannedChanges = Record<string, string>;

interface PlanMessage {
  readonly type: string;
  readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
}

/** One environment, deployed by the real Terraform to an emulator of its own. */
export async function startTerraformRun() {
  const directory = mkdtempSync(join(tmpdir(), "terraform-run-"));
  const output = join(directory, "cdktf.out");
  const stack = stackDirectory(output, "production");
  const { emulator, terraform: found, ...aws } = await startAws({ directory, startsProvider: true });
  const env = { ...aws.env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const terraform = async (...args: string[]) =>
    (await execa(found.command, args, { cwd: stack, env, extendEnv: false })).stdout;

  return {
    endpoint: emulator.endpoint,

    /** Writes the JSON of production with some changes. */
    synthesize(changes: Changes): void {
      const app = new App({ outdir: output, stackTraces: false });
      new OperationStack(app, checked(environmentWith(changes)));
      app.synth();
    },

    /** Makes what must be there before the first deployment. */
    async initialize(): Promise<void> {
      await layFoundations(emulator.endpoint, readNeeds(stack));
      await terraform("init", "-input=false");
    },

    apply: () => terraform("apply", "-auto-approve", "-input=false", "-no-color"),
    destroy: () => terraform("destroy", "-auto-approve", "-input=false", "-no-color"),

    /**
     * What the next apply would do; nothing when all is as it should be. Terraform tells it as it plans: to show a plan
     * file afterwards, it would load the provider once more.
     */
    async plan(): Promise<PlannedChanges> {
      const told = await terraform("plan", "-json", "-input=false");
      const messages = told.split("\n").map((line) => JSON.parse(line) as PlanMessage);
      return Object.fromEntries(
        messages.flatMap(({ type, change }) =>
          type === "planned_change" && change && change.action !== "read"
            ? [[change.resource.addr, change.action]]
            : [],
        ),
      );
    },

    /** Addresses in the state, data sources left out. */
    async state(): Promise<string[]> {
      const lines = (await terraform("state", "list")).split("\n");
      return lines.filter((line) => line !== "" && !line.startsWith("data."));
    },

    /** The text of the state. */
    pull: () => terraform("state", "pull"),

    async end(): Promise<void> {
      await emulator.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
