import { UserError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { findOnPath } from "../process/executables.ts";
import { isAtLeast } from "../process/versions.ts";

const minimumNode = "20.19.0";
const minimumTerraform = "1.10.0";

/** The tool that plans and applies. */
export interface Terraform {
  readonly name: "Terraform" | "OpenTofu";
  /** What cdktf and we run: a command on the PATH, or a path. */
  readonly command: string;
  readonly version: string;
  /** Such as `linux_amd64`: the platform that providers are needed for. */
  readonly platform: string;
}

/** What this machine has; asked for by functions, so that tests can say something else. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly nodeVersion: string;
  /** The output of `<command> version -json`; nothing when the command can't be run. */
  readonly versionOf: (command: string) => Promise<string | undefined>;
}

/** Everything that is missing, in one error. */
export class PrerequisitesError extends UserError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(["Missing requirements:", ...problems.map((problem) => `  - ${problem}`)].join("\n"));
    this.name = "PrerequisitesError";
    this.problems = problems;
  }
}

/**
 * Checks Node, Terraform or OpenTofu, and that there is a way to run the emulator.
 *
 * @throws {PrerequisitesError} with all that is missing.
 */
export async function checkPrerequisites(machine: Machine = thisMachine()): Promise<Terraform> {
  const terraform = await lookForTerraform(machine);
  const problems = [nodeProblem(machine), typeof terraform === "string" ? terraform : undefined, motoProblem(machine)];
  const found = problems.filter((problem) => problem !== undefined);
  if (typeof terraform === "string" || found.length > 0) throw new PrerequisitesError(found);
  return terraform;
}

/**
 * Finds Terraform or OpenTofu. `TERRAFORM_BINARY_NAME` names it, for cdktf as well as here; else Terraform goes first.
 *
 * @throws {PrerequisitesError} when there is none, or none that is new enough.
 */
export async function findTerraform(machine: Machine = thisMachine()): Promise<Terraform> {
  const terraform = await lookForTerraform(machine);
  if (typeof terraform === "string") throw new PrerequisitesError([terraform]);
  return terraform;
}

/** The machine that we run on. */
function thisMachine(): Machine {
  return {
    env: process.env,
    nodeVersion: process.versions.node,
    async versionOf(command) {
      const { failed, stdout } = await execa(command, ["version", "-json"], {
        env: { CHECKPOINT_DISABLE: "1" },
        reject: false,
      });
      return failed ? undefined : stdout;
    },
  };
}

function nodeProblem({ nodeVersion }: Machine): string | undefined {
  if (isAtLeast(nodeVersion, minimumNode)) return undefined;
  return `Node ${minimumNode} or later: this is ${nodeVersion}. Get it from https://nodejs.org/`;
}

function motoProblem({ env }: Machine): string | undefined {
  const ways = ["moto_server", "uvx", "python3", "python", "docker"];
  if (ways.some((command) => findOnPath(command, env))) return undefined;
  return "Python 3.10 or later for the AWS emulator moto (or uv, or Docker). Get it from https://www.python.org/";
}

/** The tool, or what is wrong. */
async function lookForTerraform(machine: Machine): Promise<Terraform | string> {
  const chosen = machine.env.TERRAFORM_BINARY_NAME;
  const candidates = chosen ? [chosen] : ["terraform", "tofu"];
  const tooOld: string[] = [];
  for (const command of candidates) {
    const output = await machine.versionOf(command);
    if (output === undefined) continue;
    const tool = readVersion(command, output);
    if (tool && isAtLeast(tool.version, minimumTerraform)) return tool;
    tooOld.push(tool ? `${command} is ${tool.version}` : `${command} did not print its version`);
  }
  const found = tooOld.length > 0 ? tooOld.join(", ") : `${candidates.join(" and ")} could not be run`;
  const asked = chosen ? ` TERRAFORM_BINARY_NAME is ${chosen}.` : "";
  return (
    `Terraform or OpenTofu, ${minimumTerraform} or later: ${found}.${asked} ` +
    "Get it from https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install/"
  );
}

function readVersion(command: string, output: string): Terraform | undefined {
  try {
    const { terraform_version: version, platform } = JSON.parse(output) as Record<string, string | undefined>;
    if (!version || !platform) return undefined;
    return { name: /tofu[^/\\]*$/.test(command) ? "OpenTofu" : "Terraform", command, version, platform };
  } catch {
    return undefined;
  }
}
