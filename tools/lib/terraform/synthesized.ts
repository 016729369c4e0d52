import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@operation-app/preflight/input";
import { CommandError, runTool, type ToolOptions } from "../process/run-tool.ts";

/** What of a synthesized stack must exist before it can be deployed. */
export interface Needs {
  readonly region: string;
  readonly stateBucket: string;
  /** Public hosted zones that the stack looks up instead of creating them. */
  readonly hostedZones: readonly string[];
}

interface StackJson {
  readonly terraform?: { readonly backend?: { readonly s3?: { readonly bucket?: string; readonly region?: string } } };
  readonly data?: { readonly aws_route53_zone?: Record<string, { readonly name?: string }> };
}

/** The folder in which cdktf puts a stack, and runs Terraform. */
export function stackDirectory(outputDirectory: string, stack: string): string {
  return join(outputDirectory, "stacks", stack);
}

/**
 * Runs the app itself, without the cdktf command, which takes several seconds more.
 *
 * @param output directory that the stacks are written into
 * @param options of the tool; it runs in the project's directory
 * @returns the folder of the stack
 * @throws InputError when there is no such stack; CommandError when the app refuses
 */
export async function synthesizeStack(output: string, stack: string, options: ToolOptions): Promise<string> {
  const { app } = JSON.parse(readFileSync(join(options.cwd, "cdktf.json"), "utf8")) as { app: string };
  await runTool("sh", ["-c", app], { ...options, env: { ...options.env, CDKTF_OUTDIR: output } }).catch((error) => {
    throw error instanceof CommandError
      ? new CommandError(`${stack} can't be synthesized; see the errors above.`)
      : error;
  });
  const folder = stackDirectory(output, stack);
  if (existsSync(folder)) return folder;
  const known = readdirSync(join(output, "stacks")).join(", ");
  throw new InputError(`There is no environment "${stack}". There are: ${known}`);
}

/**
 * Lets Terraform keep the state of a synthesized stack in a file beside it, and leave its bucket alone.
 *
 * @returns the file
 */
export function keepStateBeside(directory: string): string {
  const [file, state] = [join(directory, "cdk.tf.json"), "terraform.tfstate"];
  const configuration = JSON.parse(readFileSync(file, "utf8"));
  configuration.terraform.backend = { local: { path: state } };
  writeFileSync(file, JSON.stringify(configuration));
  return join(directory, state);
}

/** Reads from a stack's Terraform JSON what must be there first. */
export function readNeeds(directory: string): Needs {
  const file = join(directory, "cdk.tf.json");
  const { terraform, data } = JSON.parse(readFileSync(file, "utf8")) as StackJson;
  const { bucket, region } = terraform?.backend?.s3 ?? {};
  if (!bucket || !region)
    throw new Error(`${file} does not store its state in S3: there is no backend "s3" with bucket and region`);
  const zones = Object.values(data?.aws_route53_zone ?? {}).flatMap(({ name }) => (name ? [name] : []));
  return { region, stateBucket: bucket, hostedZones: [...new Set(zones)] };
}

interface Manifest {
  readonly stacks?: Readonly<Record<string, { readonly annotations?: readonly { level: string; message: string }[] }>>;
}

/** What the synth of a stack warned of. */
export function readWarnings(outputDirectory: string, stack: string): string[] {
  const { stacks } = JSON.parse(readFileSync(join(outputDirectory, "manifest.json"), "utf8")) as Manifest;
  const annotations = stacks?.[stack]?.annotations ?? [];
  return annotations.filter(({ level }) => level === "@cdktf/warn").map(({ message }) => message);
}
