import type { Gap, Moto } from "../gap.ts";
import {
  type AskMoto,
  claimsOf,
  cognitoCall,
  cognitoOf,
  type Fields,
  type Give,
  notAuthorized,
  Refusal,
  regionOf,
} from "./backend.ts";
import { checkPassword } from "./password-policy.ts";

/** Passwords that are set by an administrator, or changed by a user who is logged in. */
export function passwordCalls(): Gap[] {
  const why = "moto has words of its own for a password that the pool does not allow";
  const standIn = "checks the password, then moto's own answer";
  const set: Give = async (input, moto) => {
    const { ask, pool } = await poolOf(input.UserPoolId, moto);
    checkPassword(pool, input.Password);
    return ask("AdminSetUserPassword", input);
  };
  const change: Give = async (input, moto) => {
    const { ask, pool } = await poolOf(claimsOf(input.AccessToken).userPoolId, moto);
    checkPassword(pool, input.ProposedPassword);
    return ask("ChangePassword", input).catch(inCognitosWords);
  };
  return [cognitoCall("AdminSetUserPassword", why, standIn, set), cognitoCall("ChangePassword", why, standIn, change)];
}

async function poolOf(UserPoolId: string, moto: Moto): Promise<{ ask: AskMoto; pool: Fields }> {
  const ask = cognitoOf(moto, regionOf(UserPoolId));
  return { ask, pool: (await ask("DescribeUserPool", { UserPoolId })).UserPool };
}

/** Moto's refusal names the user or the token. */
function inCognitosWords(cause: unknown): Fields {
  if (!(cause instanceof Refusal) || cause.code !== "NotAuthorizedException") throw cause;
  const isToken = cause.message.startsWith("ey");
  throw notAuthorized(isToken ? "Invalid Access Token" : "Incorrect username or password.");
}
