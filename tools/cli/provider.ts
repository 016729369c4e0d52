import {
  knownProviderVersions,
  readProviderArguments,
  writeProviderArguments,
} from "../../stacks/provider-arguments.ts";
import { lockedVersion } from "../../stacks/provider-lock.ts";
import { findTerraform } from "../lib/terraform/prerequisites.ts";
import { chooseProvider } from "../provider/choose.ts";
import { differences } from "../provider/differences.ts";
import { argumentsInBindings, versionOfBindings } from "../provider/from-bindings.ts";
import { ownTypes } from "../provider/own-types.ts";
import { newCommand, verb } from "./command.ts";

const command = newCommand("provider", ["provider", "provider 6", "provider 5.100.0"])
  .description(
    "Says which version of the AWS provider is locked. With a version: has it fetched, writes .terraform.lock.hcl and the list of its arguments, and says what to look at.",
  )
  .argument("[version]", "a major or a version, such as 6 or 6.25.0")
  .option("--bindings <directory>", "only list the arguments that an unpacked @cdktf/provider-aws knows");

export default verb(command, async (version?: string) => {
  const { bindings } = command.opts<{ bindings?: string }>();
  if (bindings !== undefined) {
    const known = versionOfBindings(bindings);
    writeProviderArguments(known, argumentsInBindings(bindings));
    console.log(`The arguments of hashicorp/aws ${known} are listed. bin/infra docs writes the page about them.`);
    return;
  }
  if (version === undefined) {
    console.log(
      `Locked: hashicorp/aws ${lockedVersion() ?? "(none)"}. Arguments known of: ${knownProviderVersions().join(", ")}.`,
    );
    return;
  }
  const { before, version: after, isForEveryPlatform } = await chooseProvider(await findTerraform(), version);
  if (before === after) {
    console.log(`hashicorp/aws ${after} was locked already. The list of its arguments is written anew.`);
    return;
  }
  console.log(`hashicorp/aws ${after} is locked${before ? ` instead of ${before}` : ""}.`);
  if (!isForEveryPlatform)
    console.log("It came from a mirror, with the checksums of this platform only: others can't use this lock file.");
  for (const line of notes(before, after)) console.log(line);
});

/** What changes for this project's own types, and what to do next. */
function notes(before: string | undefined, after: string): string[] {
  const [older, newer] = [before && readProviderArguments(before), readProviderArguments(after)];
  const changed = older && newer ? differences(older, newer, ownTypes()) : [];
  return [
    ...changed.flatMap(({ type, whole, went }) =>
      whole === "went"
        ? [`  ${type} is gone.`]
        : went.length > 0
          ? [`  ${type} no longer has ${went.join(", ")}.`]
          : [],
    ),
    "Next: bin/infra synth finds arguments that it does not have; then bin/infra plan, and read the plan: it should change nothing.",
    "A state that a newer major has written can't always be read by an older one: go back (bin/infra provider " +
      `${before ?? "5.100.0"}) before the first apply, not after it. docs/provider.md`,
  ];
}
