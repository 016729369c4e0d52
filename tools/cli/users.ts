import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { S3Client } from "@aws-sdk/client-s3";
import { UserError } from "@operation-app/preflight/input";
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
      "Writes names, attributes and groups of all users into a new file or an object in S3, one in JSON a line; compressed where " +
        "it ends with .gz. Passwords and authenticator apps are in no export: Cognito gives them to nobody.",
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
        `${count} users of ${userPoolId} are in ${destination}: personal data. Their passwords and authenticator apps are not.`,
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
