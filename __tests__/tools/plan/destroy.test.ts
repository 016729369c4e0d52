import { describe, expect, it } from "vitest";
import type { Environment } from "../../../environments/schema/index.ts";
import { change, parsed, planWith } from "../../../packages/plan-review/tests/support/review.ts";
import {
  heldObjects,
  refuseHeldObjects,
  refuseProtected,
  reviewDeletion,
  withoutSnapshot,
} from "../../../tools/plan/destroy.ts";

const staging = { name: "staging", protection: false, acknowledgements: [] } as unknown as Environment;
const deletion = (address: string, before: object) => change(address, before, null);
const planOf = (...changes: ReturnType<typeof change>[]) => parsed(planWith(changes));

describe("the deletion of an environment", () => {
  it("is refused where its file protects it, with what to do first", () => {
    expect(() => refuseProtected({ ...staging, protection: true })).toThrow(
      /^staging is protected\. Write protection: false in environments\/staging\.ts, then: bin\/infra deploy staging /,
    );
    expect(() => refuseProtected(staging)).not.toThrow();
  });

  it.each<[string, object, object]>([
    ["aws_db_instance.main", { deletion_protection: true }, { deletion_protection: false }],
    ["aws_db_instance.main", { skip_final_snapshot: false }, { skip_final_snapshot: true }],
    ["aws_lb.main", { enable_deletion_protection: true }, { enable_deletion_protection: false }],
    ["aws_cognito_user_pool.main", { deletion_protection: "ACTIVE" }, { deletion_protection: "INACTIVE" }],
    ["aws_s3_bucket.logs", { force_destroy: false }, { force_destroy: true }],
    ["aws_ecr_repository.app", { force_delete: false }, { force_delete: true }],
  ])("would stop half-way at %s with %j, and not with %j", (address, held, free) => {
    expect(heldObjects(planOf(deletion(address, held)))).toEqual([`${address}: ${Object.keys(held)[0]}`]);
    expect(heldObjects(planOf(deletion(address, free)))).toEqual([]);
  });

  it("is not begun where it would, and what only stays holds nothing", () => {
    const held = { deletion_protection: true };
    expect(() => refuseHeldObjects(staging, planOf(deletion("aws_db_instance.main", held)))).toThrow(
      /still on in AWS.*\n {2}aws_db_instance\.main: deletion_protection\n.*bin\/infra deploy staging /,
    );
    expect(heldObjects(planOf(change("aws_db_instance.main", held, held)))).toEqual([]);
    expect(heldObjects(planOf(change("aws_route53_zone.main", { force_destroy: false }, null)))).toEqual([]);
  });

  it("says how to keep the data of a database that goes without a snapshot, and what that costs", () => {
    const tokyo = { region: "ap-northeast-1" as const };
    const database = (before: object, after: object | null = null) =>
      planOf(change("aws_db_instance.main", { identifier: "shop", allocated_storage: 20, ...before }, after));
    expect(withoutSnapshot(tokyo, database({ skip_final_snapshot: true }))).toEqual([
      "No snapshot of shop is kept, and its automated backups are deleted with it. To keep one (0.095 USD per GB-month, at most about 2), first run: " +
        "aws rds create-db-snapshot --region ap-northeast-1 --db-instance-identifier shop --db-snapshot-identifier shop-last",
    ]);
    expect(withoutSnapshot(tokyo, database({ skip_final_snapshot: false }))).toEqual([]);
    expect(withoutSnapshot(tokyo, database({ skip_final_snapshot: true }, { identifier: "shop" }))).toEqual([]);
  });

  it("is reviewed: what the policy protects does not stop it, and is said", async () => {
    const plan = planOf(deletion("aws_db_instance.main", { id: "a" }), deletion("aws_vpc.main", { id: "b" }));
    const { review, lost } = await reviewDeletion(staging, plan);
    expect(review).toMatchObject({ verdict: "good", summary: "Plan: 0 to add, 0 to change, 2 to destroy." });
    expect(lost).toEqual([expect.stringMatching(/^aws_db_instance\.main: would be deleted.* The data in it\.$/)]);
  });
});
