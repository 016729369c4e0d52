import type { Resource } from "../../graph/graph.ts";
import { flag, isEmpty, text, type Value } from "../../graph/value.ts";
import { matchesAction } from "../../iam/permissions.ts";
import { type Policy, readPolicy, type Statement } from "../../iam/policy.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { attributeRule, like } from "../shared/attribute-rule.ts";

const LOCKED_OUT =
  "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.";
const CHANGE = "kms:PutKeyPolicy";

export const KEY_POLICY_RULES: readonly Rule[] = [
  defineRule({
    id: "KMS-001",
    severity: "error",
    title: "The policy of a key leaves somebody who is allowed to change it",
    reference: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    problems: {
      nobody: {
        when: "apply",
        prevents: LOCKED_OUT,
        cause:
          "Without a statement for the account, or for the identity that runs Terraform, nobody could change the key again.",
      },
      denied: {
        when: "apply",
        prevents: LOCKED_OUT,
        cause: "A statement that denies it to everybody denies it to the account too.",
      },
    },
    *check(graph) {
      for (const key of graph.ofType("aws_kms_key", "aws_kms_key_policy").filter(({ isPlanned }) => isPlanned)) {
        const written = key.get("policy");
        if (isEmpty(written) || flag(key.get("bypass_policy_lockout_safety_check"), false) !== false) continue;
        const problem = lockout(key, readPolicy(graph, written));
        if (problem) yield problem;
      }
    },
  }),
  {
    id: "KMS-002",
    severity: "error",
    title: "Only symmetric keys rotate by themselves",
    when: "apply",
    prevents: "UnsupportedOperationException at EnableKeyRotation",
    cause: "KMS makes new material for symmetric encryption keys only.",
    reference: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    *check(graph) {
      for (const key of graph.ofType("aws_kms_key").filter(({ isPlanned }) => isPlanned)) {
        const spec = text(key.get("customer_master_key_spec"));
        if (!spec || spec === "SYMMETRIC_DEFAULT" || flag(key.get("enable_key_rotation"), false) !== true) continue;
        yield {
          at: key,
          message: `has enable_key_rotation = true and customer_master_key_spec = "${spec}".`,
          fix: "Take enable_key_rotation out.",
          attribute: "enable_key_rotation",
        };
      }
    },
  },
  attributeRule({
    id: "KMS-003",
    severity: "error",
    title: "The name of an alias begins with alias/, and not with alias/aws/",
    when: "plan",
    prevents: "\"name\" must begin with 'alias/' and be comprised of only [a-zA-Z0-9/_-]",
    cause: "alias/aws/ is for AWS's own keys.",
    reference: "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
    checks: [
      {
        types: ["aws_kms_alias"],
        attribute: "name",
        takes: like(
          /^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/,
          "alias/ and letters, digits, slashes, hyphens and underscores",
        ),
        bad: { name: "shop" },
        good: { name: "alias/shop" },
      },
    ],
  }),
  defineRule({
    id: "ECR-010",
    severity: "error",
    title: "The policy of a repository has principals, calls of ECR, and no resource",
    reference: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    problems: {
      resource: {
        when: "apply",
        prevents: invalid(),
        cause: "The policy of a repository is about that repository, so it names none.",
      },
      principal: {
        when: "apply",
        prevents: invalid(),
        cause: "The policy of a repository says who may pull from it.",
      },
      action: { when: "apply", prevents: invalid(), cause: "The policy of a repository allows calls of ECR only." },
    },
    *check(graph) {
      for (const policy of graph.ofType("aws_ecr_repository_policy").filter(({ isPlanned }) => isPlanned)) {
        const { statements } = readPolicy(graph, policy.get("policy"));
        const found = new Map(statements.flatMap((one) => repositoryProblem(one) ?? []).map((one) => [one.kind, one]));
        for (const problem of found.values()) yield { ...problem, at: policy, attribute: "policy" };
      }
    },
  }),
];

function invalid(): string {
  return "InvalidParameterException: Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'";
}

function lockout(key: Resource, { statements, complete }: Policy): KindOfProblem<"nobody" | "denied"> | undefined {
  const about = statements.filter((one) => matchesAction(one, CHANGE) !== "no");
  const denied = about.find((one) => !one.allow && !one.hasConditions && isForEverybody(one));
  if (denied && matchesAction(denied, CHANGE) === "yes") {
    return {
      kind: "denied",
      at: key,
      message: `denies ${CHANGE} to everybody in its policy.`,
      fix: "Limit the statement with Effect Deny to those it is for.",
      attribute: "policy",
    };
  }
  if (!complete || about.some((one) => one.allow && isForSomebody(one))) return undefined;
  return {
    kind: "nobody",
    at: key,
    message: `allows ${CHANGE} to nobody in its policy, neither to an account nor to a role or user of one.`,
    fix: 'Add a statement with Principal { AWS = "arn:aws:iam::<account>:root" }, Action "kms:*" and Resource "*".',
    attribute: "policy",
  };
}

function isForEverybody({ principals = {} }: Statement): boolean {
  return Object.entries(principals).some(([kind, who]) => (kind === "AWS" || kind === "*") && who.some(isStar));
}

function isStar(value: Value): boolean {
  return text(value) === "*";
}

/** Whether a statement is for an account, a role or a user: a service changes no policies. */
function isForSomebody({ principals = {} }: Statement): boolean {
  return Object.entries(principals).some(([kind, who]) => kind !== "Service" && kind !== "Federated" && who.length > 0);
}

function repositoryProblem({ resources, notResources, principals, hasNotPrincipal, actions }: Statement) {
  if (resources ?? notResources) {
    return {
      kind: "resource" as const,
      message: "has a statement with Resource.",
      fix: "Take Resource out of the statement.",
    };
  }
  if (!principals && !hasNotPrincipal) {
    return {
      kind: "principal" as const,
      message: "has a statement without Principal.",
      fix: 'Add Principal, such as { AWS = "arn:aws:iam::<account>:root" }.',
    };
  }
  const foreign = (actions ?? []).map(text).find((name) => name !== undefined && name !== "*" && !/^ecr:/i.test(name));
  if (foreign === undefined) return undefined;
  return {
    kind: "action" as const,
    message: `allows "${foreign}", which is no call of ECR.`,
    fix: "Write actions that begin with ecr:.",
  };
}
