import { describe, expect, it } from "vitest";
import { resourceTypesOf } from "../../../packages/preflight/src/iam/action-names.ts";
import { bootstrapStack, withRoles } from "../../support/bootstrap-stack.ts";
import type { Statement } from "./evaluate.ts";
import { stack } from "./production.ts";

/** Characters that a policy keeps free, so that who adds a right to it hears of the limit before a user does. */
const ROOM = 200;

it("rights that move from one policy to another are there before they are gone", () => {
  const before = (address: string) => stack.resource(address).depends_on;
  const attached = (id: string) => `aws_iam_role_policy_attachment.ci_production_${id}`;
  expect(before("aws_iam_policy.ci_production_read")).toEqual(
    ["plan", "apply"].map((kind) => attached(`${kind}_read_named`)),
  );
  expect(before("aws_iam_policy.ci_production_write")).toEqual([attached("apply_write_named")]);
  expect(before("aws_iam_role_policy.ci_production_apply_policy")).toEqual([attached("apply_write")]);
});

it("no action that AWS asks for without an ARN is allowed for ARNs alone", () => {
  const all = bootstrapStack([
    withRoles({
      backup: {},
      cognito: { domain: { name: "auth.operation-app.example.com" } },
      lb: { waf: "block", wafLogRetentionDays: 30 },
      mail: { from: "no-reply@operation-app.example.com" },
      network: { nat: "instance" },
      storage: { cdn: {} },
    }),
  ]);
  const addresses = [
    ...["read", "read_named", "write", "write_named"].map((id) => `aws_iam_policy.ci_production_${id}`),
    ...["plan", "apply"].map((kind) => `aws_iam_role_policy.ci_production_${kind}_policy`),
  ];
  const narrow = addresses
    .flatMap((address): Statement[] => all.statements(address))
    .filter(({ Effect, Resource }) => Effect === "Allow" && ![Resource].flat().includes("*"))
    .flatMap(({ Action }) => [Action].flat());
  expect(narrow.length).toBeGreaterThan(50);
  const takesNone = (action: string) => {
    const [service = "", name = ""] = action.split(":");
    return !name.includes("*") && resourceTypesOf(service, name).some((types) => types.length === 0);
  };
  expect(narrow.filter(takesNone)).toEqual([]);
});

describe("what IAM has room for", () => {
  const manySecrets = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`SECRET_NUMBER_${index}`, "generated" as const]));

  it("holds the longest names, 20 secrets, and whatever can be switched on", () => {
    const long = withRoles({
      app: "a-name-of-20-letters",
      region: "ap-northeast-1",
      backup: {},
      cognito: { domain: { name: "auth.operation-app.example.com" } },
      ecs: {
        app: { secrets: manySecrets(20) },
        hours: { from: "08:00", to: "20:00" },
        schedules: { nightly: { when: "cron(0 3 * * ? *)", command: ["bin/rails", "reports:send"] } },
      },
      lb: { waf: "block", wafLogRetentionDays: 30 },
      mail: { from: "no-reply@operation-app.example.com" },
      network: { nat: "instance" },
      storage: { keepDeletedDays: 30, cdn: {} },
    });
    const found = bootstrapStack([long]);
    for (const kind of ["read", "read_named", "write", "write_named", "boundary"])
      expect(found.resource(`aws_iam_policy.ci_production_${kind}`).policy.length).toBeLessThan(6144 - ROOM);
    for (const kind of ["plan", "apply"])
      expect(found.resource(`aws_iam_role_policy.ci_production_${kind}_policy`).policy.length).toBeLessThanOrEqual(
        10240 - ROOM,
      );
  });

  it("is said where there are too many secrets", () => {
    const crowded = withRoles({ ecs: { app: { secrets: manySecrets(100) } } });
    expect(() => bootstrapStack([crowded])).toThrow(/production\.ts: ecs\.app\.secrets: 103 secrets are more than/);
  });
});
