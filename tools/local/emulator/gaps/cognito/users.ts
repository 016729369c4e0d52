import { type Fields, Refusal } from "./backend.ts";
import type { Client } from "./clients.ts";

/** A user of a pool, as moto has them. */
export interface User {
  /** The user's own id, which never changes. */
  readonly sub: string;
  /** The name that the user logs in with: a user name or an alias. */
  readonly loginName: string;
  /** The user name in the pool. */
  readonly username: string;
  readonly status: string;
  /** Attributes by their names. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Second factors that are switched on. */
  readonly secondFactors: readonly string[];
}

/** The user that a client means; nothing when there is no such user. */
export async function findUser({ ask, poolId }: Client, loginName: string): Promise<User | undefined> {
  try {
    const found = await ask("AdminGetUser", { UserPoolId: poolId, Username: loginName });
    const attributes: Record<string, string> = Object.fromEntries(
      found.UserAttributes.map(({ Name, Value }: Fields) => [Name, Value]),
    );
    return {
      sub: attributes.sub ?? "",
      loginName,
      username: found.Username,
      status: found.UserStatus,
      attributes,
      secondFactors: found.UserMFASettingList ?? [],
    };
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === "UserNotFoundException") return undefined;
    throw cause;
  }
}

/** The client does not tell who is a user and who is not. */
export const hidesUsers = ({ settings }: Client) => settings.PreventUserExistenceErrors === "ENABLED";

/** What a call is told that names nobody, by a client that tells. */
export const unknownUser = () => new Refusal("UserNotFoundException", "Username/client id combination not found.");
