import { readFileSync } from "node:fs";
import { join } from "node:path";

/** CDK for Terraform, which HashiCorp archived in December 2025, and its continuation by the community, CDK Terrain. */
export const FRAMEWORKS = ["cdktf", "cdktn"] as const;
export type FrameworkName = (typeof FRAMEWORKS)[number];

/** The framework that a project is written for: its package, its command and its bindings are named after it. */
export function frameworkOf(project = process.cwd()): FrameworkName {
  const { dependencies = {} } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
  return "cdktn" in dependencies ? "cdktn" : "cdktf";
}

/** The file of its command. */
export function frameworkCommand(project = process.cwd()): string {
  return join(project, "node_modules", ".bin", frameworkOf(project));
}
