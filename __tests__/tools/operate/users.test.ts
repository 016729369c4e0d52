import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import {
  CognitoIdentityProviderClient,
  ListGroupsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { mockClient } from "aws-sdk-client-mock";
import { expect, it } from "vitest";
import { exportUsers } from "../../../tools/operate/users.ts";

const POOL = "ap-northeast-1_pool";
const CREATED = new Date("2026-10-01T00:00:00Z");

it("all pages of a pool's users are written, one in JSON a line, with their groups", async () => {
  const client = new CognitoIdentityProviderClient({ region: "ap-northeast-1" });
  const pool = mockClient(client);
  const user = (name: string) => ({
    Username: name,
    Attributes: [{ Name: "sub", Value: `sub-of-${name}` }],
    UserStatus: "CONFIRMED" as const,
    Enabled: name !== "jiro",
    UserCreateDate: CREATED,
    UserLastModifiedDate: CREATED,
  });
  pool.on(ListGroupsCommand).resolves({ Groups: [{ GroupName: "staff" }, { GroupName: "nobody" }] });
  pool.on(ListUsersInGroupCommand, { GroupName: "staff" }).resolves({ Users: [user("hanako")], NextToken: "more" });
  pool.on(ListUsersInGroupCommand, { GroupName: "staff", NextToken: "more" }).resolves({ Users: [user("jiro")] });
  pool.on(ListUsersInGroupCommand, { GroupName: "nobody" }).resolves({});
  pool.on(ListUsersCommand, { UserPoolId: POOL }).resolves({ Users: [user("hanako")], PaginationToken: "next" });
  pool
    .on(ListUsersCommand, { UserPoolId: POOL, PaginationToken: "next" })
    .resolves({ Users: [user("ichiro"), user("jiro")] });

  const output = new PassThrough();
  const [count, written] = await Promise.all([exportUsers(client, POOL, output), text(output)]);
  expect(count).toBe(3);
  const [hanako, ichiro, jiro] = written
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(hanako).toEqual({
    username: "hanako",
    attributes: { sub: "sub-of-hanako" },
    groups: ["staff"],
    status: "CONFIRMED",
    enabled: true,
    created: CREATED.toISOString(),
    modified: CREATED.toISOString(),
  });
  expect(ichiro).toMatchObject({ username: "ichiro", groups: [] });
  expect(jiro).toMatchObject({ username: "jiro", groups: ["staff"], enabled: false });
});
