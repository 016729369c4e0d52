import { once } from "node:events";
import type { Writable } from "node:stream";
import {
  type CognitoIdentityProviderClient,
  paginateListGroups,
  paginateListUsers,
  paginateListUsersInGroup,
  type UserType,
} from "@aws-sdk/client-cognito-identity-provider";

/** What of a user of a pool can be had: neither passwords nor authenticators can. */
interface ExportedUser {
  readonly username: string;
  /** By name, `sub` too. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  /** In Cognito's words, such as CONFIRMED. */
  readonly status: string | undefined;
  readonly enabled: boolean;
  readonly created: string | undefined;
  readonly modified: string | undefined;
}

/**
 * Writes all users of a pool, one in JSON a line, as they come.
 *
 * @returns how many there are
 */
export async function exportUsers(
  client: CognitoIdentityProviderClient,
  userPoolId: string,
  output: Writable,
): Promise<number> {
  const groups = await groupsByUser(client, userPoolId);
  let count = 0;
  for await (const { Users = [] } of paginateListUsers({ client }, { UserPoolId: userPoolId })) {
    for (const user of Users) {
      const line = JSON.stringify(exported(user, groups.get(user.Username ?? "") ?? []));
      if (!output.write(`${line}\n`)) await once(output, "drain");
      count++;
    }
  }
  output.end();
  return count;
}

function exported(user: UserType, groups: readonly string[]): ExportedUser {
  const { Username = "", Attributes = [], UserStatus, Enabled = true } = user;
  return {
    username: Username,
    attributes: Object.fromEntries(Attributes.map(({ Name = "", Value = "" }) => [Name, Value])),
    groups,
    status: UserStatus,
    enabled: Enabled,
    created: user.UserCreateDate?.toISOString(),
    modified: user.UserLastModifiedDate?.toISOString(),
  };
}

/** There is no call that names the groups of all users; one for each group has fewer than one for each user. */
async function groupsByUser(client: CognitoIdentityProviderClient, UserPoolId: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { Groups = [] } of paginateListGroups({ client }, { UserPoolId })) {
    for (const { GroupName } of Groups) {
      if (GroupName === undefined) continue;
      for await (const { Users = [] } of paginateListUsersInGroup({ client }, { UserPoolId, GroupName })) {
        for (const { Username = "" } of Users) found.set(Username, [...(found.get(Username) ?? []), GroupName]);
      }
    }
  }
  return found;
}
