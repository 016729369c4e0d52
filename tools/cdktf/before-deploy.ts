import { readEnvironments } from "../../environments/schema/read.ts";
import { cdktfArguments } from "./cdktf-arguments.ts";

/** Commands of cdktf that open the state. */
const OPENS_STATE = ["deploy", "apply", "diff", "plan", "destroy"];

/** Those that make what the state does not have. */
const MAKES_THINGS = ["deploy", "apply"];

/**
 * Stops `cdktf deploy` and `cdktf diff` where the bucket of the state is missing, and says what to run: Terraform itself
 * would only say that it does not exist. Stops `cdktf deploy` where it would make a second user pool, because the one to
 * take over has not moved in yet, or roles whose permissions boundary is missing, or tasks that MySQL does not let in. A synth asks AWS nothing.
 *
 * @throws AwsError when the bucket of an environment that is about to be deployed is not there
 * @throws UserError when what it takes over is not in its state, the boundary of its roles is not there, or MySQL does not know its user
 */
export async function checkBeforeDeploy(): Promise<void> {
  const [command = "", ...args] = cdktfArguments() ?? [];
  if (!OPENS_STATE.includes(command)) return;
  const environments = await readEnvironments();
  const named = environments.filter(({ name }) => args.includes(name));
  const { refuseMissingStateBucket } = await import("../lib/aws/account.ts");
  for (const environment of named.length > 0 ? named : environments) {
    await refuseMissingStateBucket(environment);
    if (!MAKES_THINGS.includes(command)) continue;
    const { refuseMissingBoundary } = await import("../bootstrap/boundary.ts");
    await refuseMissingBoundary(environment);
    if (environment.database.appUser) {
      const { refuseUnknownUser } = await import("../lib/aws/database-user.ts");
      await refuseUnknownUser(environment);
    }
    if (environment.domain?.certificateArn) {
      const { refuseUnfitCertificate } = await import("../lib/aws/certificate.ts");
      await refuseUnfitCertificate(environment);
    }
    if (!environment.adoptedCognito) continue;
    const { refuseUnmovedObjects } = await import("../adopt/unmoved.ts");
    await refuseUnmovedObjects(environment);
  }
}
