import type { Gap, Moto } from "../gap.ts";
import { answering, claimsOf, cognitoOf, type Fields, Refusal, regionOf } from "./backend.ts";
import { notAuthorized } from "./clients.ts";
import { checkPassword } from "./password-policy.ts";

/** Passwords that are set by an administrator, or changed by a user who is logged in. */
export function passwordCalls(): Gap[] {
  const service = "cognito-idp";
  const why = "moto has words of its own for a password that the pool does not allow";
  return [
    {
      service,
      action: "AdminSetUserPassword",
      why,
      standIn: "checks the password, then moto's own answer",
      answer: answering(async (input, moto, { region }) => {
        await checkInPool(input.UserPoolId, input.Password, moto);
        return cognitoOf(moto, region)("AdminSetUserPassword", input);
      }),
    },
    {
      service,
      action: "ChangePassword",
      why,
      standIn: "checks the password, then moto's own answer",
      answer: answering(async (input, moto) => {
        const { userPoolId } = claimsOf(input.AccessToken);
        await checkInPool(userPoolId, input.ProposedPassword, moto);
        return cognitoOf(moto, regionOf(userPoolId))("ChangePassword", input).catch(inCognitosWords);
      }),
    },
  ];
}

async function checkInPool(UserPoolId: string, password: string, moto: Moto): Promise<void> {
  const { UserPool } = await cognitoOf(moto, regionOf(UserPoolId))("DescribeUserPool", { UserPoolId });
  checkPassword(UserPool, password);
}

/** Moto's refusal names the user or the token. */
function inCognitosWords(cause: unknown): Fields {
  if (!(cause instanceof Refusal) || cause.code !== "NotAuthorizedException") throw cause;
  const isToken = cause.message.startsWith("ey");
  throw notAuthorized(isToken ? "Invalid Access Token" : "Incorrect username or password.");
}
