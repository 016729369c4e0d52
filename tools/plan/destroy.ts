import type { Review } from "@operation-app/plan-review";
import type { Plan } from "@operation-app/plan-review/plan";
import { UserError } from "@operation-app/preflight/input";
import { type Environment, statePlace } from "../../environments/schema/index.ts";
import { reviewPlan } from "./review.ts";

/** What AWS, or the provider, refuses to delete: the setting, and the value with which it does. */
const HOLDING: readonly {
  readonly types: RegExp;
  readonly setting: string;
  readonly holds: (value: unknown) => boolean;
}[] = [
  { types: /./, setting: "deletion_protection", holds: (value) => value === true || value === "ACTIVE" },
  { types: /./, setting: "enable_deletion_protection", holds: (value) => value === true },
  { types: /^aws_(db_instance|rds_cluster)$/, setting: "skip_final_snapshot", holds: (value) => value === false },
  { types: /^aws_s3_bucket$/, setting: "force_destroy", holds: (value) => value === false },
  { types: /^aws_ecr_repository$/, setting: "force_delete", holds: (value) => value === false },
];

/** @throws UserError where the environment's file protects it: its plan would fail at `prevent_destroy` */
export function refuseProtected({ name, protection }: Environment): void {
  if (!protection) return;
  throw new UserError(
    `${name} is protected. Write protection: false in environments/${name}.ts, then: bin/infra deploy ${name} (the review of bin/infra apply blocks the removal of protections), and then: bin/infra destroy ${name}. Nothing was deleted.`,
  );
}

/**
 * Settings of the objects that a plan deletes with which the deletion would stop half-way.
 *
 * @returns such as `aws_lb.main: enable_deletion_protection`
 */
export function heldObjects(plan: Plan): string[] {
  return plan.resource_changes
    .filter(({ mode, change }) => mode === "managed" && change.actions.includes("delete"))
    .flatMap(({ address, type, change }) => {
      const before = (change.before ?? {}) as Record<string, unknown>;
      const held = HOLDING.filter(({ types, setting, holds }) => types.test(type) && holds(before[setting]));
      return held.map(({ setting }) => `${address}: ${setting}`);
    });
}

/** @throws UserError where a protection is still on in AWS, though the environment's file has none any more */
export function refuseHeldObjects({ name }: Environment, plan: Plan): void {
  const held = heldObjects(plan);
  if (held.length === 0) return;
  throw new UserError(
    [
      `The protection of ${name} is still on in AWS, so the deletion would fail halfway:`,
      ...held.map((one) => `  ${one}`),
      `environments/${name}.ts has protection: false. Deploy that first: bin/infra deploy ${name} (the review of bin/infra apply blocks the removal of protections). Nothing was deleted.`,
    ].join("\n"),
  );
}

/** What a plan deletes, reviewed as any plan, except that the deletion of what the policy protects is what is wanted. */
export interface Deletion {
  readonly review: Review;
  /** One line for each object that the policy protects, with what is lost with it. */
  readonly lost: readonly string[];
}

export async function reviewDeletion(environment: Environment, plan: Plan): Promise<Deletion> {
  const review = await reviewPlan(environment, plan);
  const lost = review.blocked.filter(({ action }) => action === "delete");
  const blocked = review.blocked.filter((one) => !lost.includes(one));
  return {
    review: { ...review, blocked, verdict: blocked.length === 0 ? "good" : "blocked" },
    lost: lost.map(({ address, message }) => `${address}: ${message}`),
  };
}

/** USD for a GB of a snapshot and a month, once its database is gone: in Tokyo and most regions. */
const SNAPSHOT_USD = 0.095;

/**
 * Databases that go without a last snapshot, as one that is not protected does, and how to keep one.
 *
 * @returns a line each
 */
export function withoutSnapshot({ region }: Pick<Environment, "region">, plan: Plan): string[] {
  return plan.resource_changes
    .filter(({ type, mode, change }) => type === "aws_db_instance" && mode === "managed" && isDeletion(change))
    .flatMap(({ change }) => {
      const {
        identifier,
        skip_final_snapshot: skips,
        allocated_storage: size,
      } = change.before as Record<string, unknown>;
      if (skips !== true || typeof identifier !== "string") return [];
      const usd = Math.max(1, Math.ceil(Number(size) * SNAPSHOT_USD));
      return [
        `No snapshot of ${identifier} is kept, and its automated backups are deleted with it. To keep one (${SNAPSHOT_USD} USD per GB-month, at most about ${usd}), first run: ` +
          `aws rds create-db-snapshot --region ${region} --db-instance-identifier ${identifier} --db-snapshot-identifier ${identifier}-last`,
      ];
    });
}

function isDeletion({ actions }: { readonly actions: readonly string[] }): boolean {
  return actions.join() === "delete";
}

/** What is left after all is deleted. */
export function leftText(environment: Environment): string {
  return `${environment.name} is deleted. The resources of bin/infra bootstrap are kept: the state bucket, with earlier versions of ${statePlace(environment)}, and the roles of GitHub Actions.`;
}
