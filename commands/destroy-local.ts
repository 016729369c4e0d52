import { Command, CommanderError } from "commander";
import { destroyLocally } from "../local/destroy.ts";

const command = new Command("destroy:local")
  .description(
    "Ends every deployment that `deploy:local` has made from this checkout, and leaves no process or file behind.",
  )
  .addHelpText("after", "\nExit codes: 0 nothing is left, 1 something could not be ended, 2 no such option.")
  .exitOverride();

async function main(): Promise<number> {
  command.parse();
  try {
    await destroyLocally(console.log);
    return 0;
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : cause);
    return 1;
  }
}

main()
  .catch((cause) => (cause instanceof CommanderError && cause.exitCode === 0 ? 0 : 2))
  .then((exitCode) => process.exit(exitCode));
