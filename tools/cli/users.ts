import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { S3Client } from "@aws-sdk/client-s3";
import { UserError } from "@operation-app/preflight/input";
import { counted } from "@operation-app/preflight/terminal";
import type { Command } from "commander";
import { openDestination } from "../operate/dump-place.ts";
import { withDeployment } from "../operate/session.ts";
import { exportUsers } from "../operate/users.ts";
import { environmentNamed, fromCaller, helpEnd, newCommand, ofEnvironment, refuseUnnamed, verb } from "./command.ts";

const EXAMPLES = [
  "users export users.jsonl.gz production",
  "users export s3://my-bucket/users/today.jsonl.gz production",
];

const command = newCommand("users", EXAMPLES).description("The users of the Cognito user pool.");

ofEnvironment(
  command
    .command("export <destination>")
    .description(
      "Exports names, attributes and groups of all users to a new file or an S3 object, one JSON object a line; compressed if " +
        "its name ends with .gz. Passwords and authenticator apps can't be exported from Cognito.",
    )
    .addHelpText("after", helpEnd(EXAMPLES)),
).action(async (destination: string, _: string | undefined, options: { environment: string }, step: Command) => {
  refuseUnnamed(step);
  const environment = await environmentNamed(options.environment);
  await withDeployment(environment, async ({ deployment: { userPoolId } }) => {
    if (userPoolId === undefined) throw new UserError(`${environment.name}: its state has no user pool.`);
    const place = destination.startsWith("s3://") ? destination : fromCaller(destination);
    const { region } = environment;
    const to = openDestination(place, () => new S3Client({ region }));
    const client = new CognitoIdentityProviderClient({ region });
    try {
      const count = await exportUsers(client, userPoolId, to.output);
      await to.done();
      console.error(
        `${counted(count, "user")} of ${userPoolId} exported to ${destination}: personal data, without passwords and authenticator apps.`,
      );
    } catch (error) {
      await to.discard();
      throw error;
    } finally {
      client.destroy();
    }
  });
});

export default verb(command);
