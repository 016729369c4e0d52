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
    "Shows the locked version of the AWS provider. With a version: downloads it, updates .terraform.lock.hcl and the list of its arguments, and lists what to check.",
  )
  .argument("[version]", "a major version or a version, such as 6 or 6.25.0")
  .option("--bindings <directory>", "only list the arguments in an unpacked @cdktf/provider-aws");

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
      `Locked: hashicorp/aws ${lockedVersion() ?? "(none)"}. Versions whose arguments are known: ${knownProviderVersions().join(", ")}.`,
    );
    return;
  }
  const { before, version: after, isForEveryPlatform } = await chooseProvider(await findTerraform(), version);
  if (before === after) {
    console.log(`hashicorp/aws ${after} is already locked. The list of its arguments is updated.`);
    return;
  }
  console.log(`hashicorp/aws ${after} is locked${before ? `; before, it was ${before}` : ""}.`);
  if (!isForEveryPlatform)
    console.log(
      "It came from a mirror, with checksums for this platform only: other platforms can't use this lock file.",
    );
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
    "Next: bin/infra synth finds arguments that it does not have; then run bin/infra plan, which should change nothing.",
    "An older major version can't always read a state written by a newer one: to undo (bin/infra provider " +
      `${before ?? "5.100.0"}), do so before the first apply. docs/provider.md`,
  ];
}
