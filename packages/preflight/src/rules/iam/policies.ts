import { distance } from "fastest-levenshtein";
import type { Graph } from "../../graph/graph.ts";
import { decodeJsonText } from "../../graph/json-text.ts";
import { Expression, isBlock, isWritten, text, type Value } from "../../graph/value.ts";
import { MANAGED_POLICIES, SERVICE_ROLE_POLICIES } from "../../iam/managed-policies.ts";
import type { Statement } from "../../iam/policy.ts";
import { ownedPolicies } from "../../iam/written.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";

const VERSIONS = ["2012-10-17", "2008-10-17"];

function* malformedPolicies(graph: Graph): Generator<KindOfProblem<Malformed>> {
  for (const { owner, attribute, kind, value, statements } of ownedPolicies(graph)) {
    if (kind === "resource") continue;
    const wrong = [whyNoPolicy(value), ...statements.map((one) => whyMalformed(one, kind))].filter(
      (one) => one !== undefined,
    );
    for (const [message, malformed] of new Map(wrong.map(([malformed, message]) => [message, malformed]))) {
      yield { kind: malformed, at: owner, message: `has ${message}.`, fix: FIX[kind], attribute };
    }
  }
}

const FIX = {
  permissions:
    'Write a policy of Version "2012-10-17" whose statements have Effect ("Allow" or "Deny"), Action and Resource.',
  trust: 'Write a policy of Version "2012-10-17" whose statements have Effect, Action and Principal, and no Resource.',
};

type Malformed = "syntax" | "missing" | "principal" | "trust" | "arn";
type Why = readonly [Malformed, message: string] | undefined;

/** What is wrong with the text as a whole. */
function whyNoPolicy(value: Value | undefined): Why {
  const isText = value instanceof Expression ? value.parts !== undefined && value.only === undefined : isWritten(value);
  if (!isText) return undefined;
  const decoded = decodeJsonText(value);
  if (decoded === undefined) return ["syntax", "a policy that is not JSON"];
  const version = isBlock(decoded) ? text(decoded.Version) : undefined;
  return version === undefined || VERSIONS.includes(version)
    ? undefined
    : ["syntax", `the policy version "${version}", which IAM does not know`];
}

function whyMalformed(statement: Statement, kind: "permissions" | "trust"): Why {
  const { actions, notActions, resources, notResources, principals, effect } = statement;
  if (effect !== undefined && effect !== "Allow" && effect !== "Deny")
    return ["syntax", `a statement with the effect "${effect}"`];
  if (!actions && !notActions) return ["missing", "a statement without Action"];
  if (kind === "trust" && !principals) return ["trust", "a trust policy without Principal"];
  if (kind === "trust")
    return resources && ["trust", "a trust policy with Resource, which belongs in a permissions policy"];
  if (principals) return ["principal", "a statement with Principal, which belongs in a trust policy"];
  if (!resources && !notResources) return ["missing", "a statement without Resource"];
  const noArn = (resources ?? []).map(whyNoArn).find((why) => why !== undefined);
  return noArn === undefined ? undefined : ["arn", noArn];
}

/** Attributes that look like an ARN and are none. */
const NO_ARNS = new Set(["repository_url", "name", "url", "dns_name", "address", "endpoint", "bucket", "domain"]);

function whyNoArn(value: Value): string | undefined {
  const known = text(value);
  if (known !== undefined)
    return known === "*" || known.startsWith("arn:") || known.startsWith("*") || known === ""
      ? undefined
      : `"${known}" as Resource, which is no ARN`;
  const only = value instanceof Expression ? value.only : undefined;
  return only && NO_ARNS.has(only.attribute)
    ? `the ${only.attribute} of ${only.resources[0]?.address} as Resource, which is no ARN`
    : undefined;
}

const KNOWN_POLICIES = [...new Set([...Object.keys(MANAGED_POLICIES), ...SERVICE_ROLE_POLICIES])];

/** The policy of AWS's that a name means which is one letter off, or stops short of "Policy". */
function meantPolicy(name: string): string | undefined {
  if (KNOWN_POLICIES.includes(name) || name.length < 12) return undefined;
  return KNOWN_POLICIES.find(
    (known) => known.toLowerCase() !== name.toLowerCase() && (known === `${name}Policy` || distance(known, name) === 1),
  );
}

/** The ARN that one of a policy of AWS's should be; undefined where it is right, or can't be judged. */
function rightArnOf(arn: string): string | undefined {
  const [, path = "", name = ""] = /^arn:[^:]*:iam::aws:policy\/(.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (name === "") return undefined;
  const meant = meantPolicy(name) ?? name;
  const isService = SERVICE_ROLE_POLICIES.has(meant);
  const hasPath = isService ? path === "service-role/" : !(meant in MANAGED_POLICIES) || path === "";
  if (meant === name && hasPath) return undefined;
  return arn.replace(`policy/${path}${name}`, `policy/${isService ? "service-role/" : ""}${meant}`);
}

export const POLICY_RULES: readonly Rule[] = [
  defineRule({
    id: "IAM-007",
    severity: "error",
    title: "Policies are whole",
    reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html",
    problems: {
      syntax: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Syntax errors in policy.",
        cause: "IAM reads a policy of its own grammar only.",
      },
      missing: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Policy statement must contain resources. (or: actions)",
        cause: "A statement has Effect, Action and, outside of a trust policy, Resource.",
      },
      principal: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Policy document should not specify a principal.",
        cause: "The policy of a role says what the role may do; who may assume it is in assume_role_policy.",
      },
      trust: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Has prohibited field Resource (or: Missing required field Principal)",
        cause: "A trust policy says who may assume the role, and nothing else.",
      },
      arn: {
        when: "apply",
        prevents: 'MalformedPolicyDocument: Resource … must be in ARN format or "*".',
        cause: "Policies name resources by their ARN.",
      },
    },
    check: malformedPolicies,
  }),
  {
    id: "IAM-009",
    severity: "error",
    title: "AWS's own policies are named as AWS names them",
    when: "apply",
    prevents:
      "NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy does not exist or is not attachable.",
    cause: "AWS's policies are named exactly, path included: some of them are under service-role/.",
    reference: "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSTaskExecutionRolePolicy.html",
    *check(graph) {
      for (const attachment of graph.ofType("aws_iam_role_policy_attachment", "aws_iam_policy_attachment")) {
        const arn = text(attachment.get("policy_arn"));
        const right = arn && rightArnOf(arn);
        if (!right) continue;
        yield {
          at: attachment,
          message: `attaches ${arn}, which does not exist.`,
          fix: `Write ${right}.`,
          attribute: "policy_arn",
        };
      }
    },
  },
];
