import { InputError } from "@operation-app/preflight/input";
import { switchFramework } from "../framework/switch.ts";
import { FRAMEWORKS, type FrameworkName, frameworkOf } from "../lib/framework.ts";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { newCommand, verb } from "./command.ts";

const command = newCommand("framework", ["framework", "framework cdktn", "framework cdktf"])
  .description(
    "Shows which framework this project uses. With a name: switches imports, dependencies, scripts and lock file to it.",
  )
  .argument("[name]", "cdktf (CDK for Terraform), or cdktn (CDK Terrain, its continuation)");

export default verb(command, async (name?: string) => {
  const before = frameworkOf();
  if (name === undefined) {
    console.log(`This project uses ${before}.`);
    return;
  }
  if (!isFramework(name))
    throw new InputError(
      `"${name}" is not a framework: ${FRAMEWORKS.join(" or ")}. Example: bin/infra framework cdktn.`,
    );
  const changed = await switchFramework({
    to: name,
    project: process.cwd(),
    onStep: (step) => console.log(step),
    signal: abortOnInterruption({ say: (signal) => `${signal}: undoing all changes …` }),
  });
  if (changed.length === 0) {
    console.log(`This project already uses ${name}.`);
    return;
  }
  console.log(`${changed.length} files now use ${name}: git diff shows them. Undo: bin/infra framework ${before}`);
  console.log("Next: npm run test:unit, then bin/infra plan, which should change nothing. docs/framework.md");
});

function isFramework(name: string): name is FrameworkName {
  return (FRAMEWORKS as readonly string[]).includes(name);
}
