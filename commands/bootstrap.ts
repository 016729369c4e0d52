import { bootstrap, describeAccount } from "../bootstrap/index.ts";
import { environmentNamed, newCommand, runCommand } from "./command.ts";

const command = newCommand("bootstrap")
  .description(
    "Makes the S3 bucket that an environment's Terraform state is kept in: versioned, encrypted, private, over TLS only. " +
      "Run again, it changes nothing.",
  )
  .argument("[environment]", "a file in environments/, without .ts", "production");

await runCommand(command, async (name) => {
  const environment = await environmentNamed(name);
  console.log(await describeAccount(environment));
  const result = await bootstrap(environment);
  console.log(`State bucket ${environment.state.bucket} in ${environment.region}: ${result}.`);
});
