import type { Graph, Resource } from "../../graph/graph.ts";
import { decodeJsonText } from "../../graph/json-text.ts";
import { linked } from "../../graph/links.ts";
import { isAbsent, isBlock, isList, textWithGaps, type Value } from "../../graph/value.ts";
import type { Statement } from "../../iam/policy.ts";
import { type OwnedPolicy, ownedPolicies } from "../../iam/written.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";

/**
 * Characters without white space, which IAM does not count. The inline policies of one identity count together.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const INLINE: Readonly<Record<string, readonly [owner: string, most: number]>> = {
  aws_iam_role_policy: ["role", 10_240],
  aws_iam_role: ["role", 10_240],
  aws_iam_group_policy: ["group", 5_120],
  aws_iam_user_policy: ["user", 2_048],
};
const MANAGED = 6_144;
const TRUST = 2_048;
/** As much as AWS raises the quota of trust policies to. */
const LONGEST_TRUST = 4_096;
/** Bytes. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const BUCKET = 20_480;

export const SIZE_RULES: readonly Rule[] = [
  defineRule({
    id: "IAM-022",
    severity: "error",
    title: "Policies are no longer than AWS accepts",
    reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    problems: {
      managed: {
        when: "apply",
        prevents: "LimitExceeded: Cannot exceed quota for PolicySize: 6144",
        cause: "A managed policy has up to 6,144 characters, white space aside.",
      },
      inline: {
        when: "apply",
        prevents: "LimitExceeded: Maximum policy size of 10240 bytes exceeded for role …",
        cause:
          "The inline policies of a role have up to 10,240 characters together, those of a group 5,120, those of a user 2,048.",
      },
      trust: {
        when: "apply",
        prevents: "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048",
        cause: "A trust policy has up to 2,048 characters, or 4,096 where AWS has raised the quota.",
      },
      bucket: {
        when: "apply",
        prevents: "PolicyTooLarge: Policy exceeds the maximum allowed policy size",
        cause: "A bucket policy has up to 20 KB.",
      },
    },
    *check(graph) {
      yield* longPolicies(graph);
      yield* longInline(graph);
    },
  }),
];

type Long = KindOfProblem<"managed" | "inline" | "trust" | "bucket">;

function* longPolicies(graph: Graph): Generator<Long> {
  for (const policy of ownedPolicies(graph)) {
    const { owner: at, attribute } = policy;
    const [kind, most, fix] = limitOf(policy) ?? [];
    if (kind === undefined || most === undefined || fix === undefined || !at.isPlanned) continue;
    const size = leastSize(policy);
    if (size <= most) continue;
    const severity = kind === "trust" && size <= LONGEST_TRUST ? ("warning" as const) : ("error" as const);
    yield {
      kind,
      at,
      message: `has a policy of ${size} characters, and AWS accepts ${most}.`,
      fix,
      attribute,
      severity,
    };
  }
}

function limitOf({ owner, kind }: OwnedPolicy) {
  if (owner.type === "aws_iam_policy") return ["managed", MANAGED, "Split it into several policies."] as const;
  if (kind === "trust") return ["trust", TRUST, "Name fewer principals, or have the quota raised."] as const;
  if (owner.type === "aws_s3_bucket_policy") return ["bucket", BUCKET, "Join statements by patterns."] as const;
  return undefined;
}

function* longInline(graph: Graph): Generator<Long> {
  const byOwner = new Map<string, OwnedPolicy[]>();
  for (const policy of ownedPolicies(graph)) {
    const [what] = INLINE[policy.owner.type] ?? [];
    const identity = what && policy.kind === "permissions" && identityOf(policy.owner, what);
    if (identity) byOwner.set(identity, [...(byOwner.get(identity) ?? []), policy]);
  }
  for (const policies of byOwner.values()) {
    const [what, most] = INLINE[policies[0]?.owner.type ?? ""] ?? ["", Number.POSITIVE_INFINITY];
    const sizes = policies.map(leastSize);
    const size = sizes.reduce((sum, one) => sum + one, 0);
    const largest = policies[sizes.indexOf(Math.max(...sizes))];
    if (size <= most || !largest || !policies.some(({ owner }) => owner.isPlanned)) continue;
    const many = policies.length > 1 ? ` in ${policies.length} policies of its ${what}` : "";
    yield {
      kind: "inline",
      at: largest.owner,
      message: `has ${size} characters of inline policy${many}, and a ${what} may have ${most}.`,
      fix: "Make it managed policies (aws_iam_policy), or join statements by patterns.",
      attribute: largest.attribute,
    };
  }
}

/** Whom an inline policy belongs to. */
function identityOf(owner: Resource, what: string): string | undefined {
  if (owner.type === "aws_iam_role") return owner.address;
  const link = linked(owner.get(what), `aws_iam_${what}`);
  return link.certain && !owner.many ? (link.resources[0]?.address ?? link.literal) : undefined;
}

/** Characters that a policy has without white space, those that can't be known left out. */
function leastSize({ value, statements }: OwnedPolicy): number {
  const decoded = decodeJsonText(value);
  if (isBlock(decoded)) return sizeOf(decoded);
  return statements.reduce((sum, statement) => sum + sizeOfStatement(statement), 0);
}

function sizeOf(value: Value | undefined): number {
  if (isAbsent(value)) return 0;
  if (isList(value)) return value.reduce<number>((sum, one) => sum + sizeOf(one) + 1, 1);
  if (isBlock(value)) return Object.entries(value).reduce((sum, [key, one]) => sum + key.length + 4 + sizeOf(one), 1);
  return (textWithGaps(value)?.replace(/[\s\0]/g, "").length ?? 0) + (typeof value === "boolean" ? 0 : 2);
}

/** Of a document the least that it becomes: its lists and texts. */
function sizeOfStatement({ sid, actions, notActions, resources, notResources, principals }: Statement): number {
  const lists = [actions, notActions, resources, notResources, ...Object.values(principals ?? {})];
  return lists.reduce(
    (sum, list) => sum + sizeOf([...new Set(list ?? [])]),
    (sid?.length ?? 0) + '{"Effect":"Allow"}'.length,
  );
}
