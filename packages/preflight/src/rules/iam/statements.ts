import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { text } from "../../graph/value.ts";
import { unknownAction } from "../../iam/action-names.ts";
import type { Statement } from "../../iam/policy.ts";
import { idleActions } from "../../iam/s3-resources.ts";
import { meantPrincipal } from "../../iam/service-principals.ts";
import { ownedPolicies, type WrittenStatements, writtenStatements } from "../../iam/written.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { quoted } from "../shared/attributes.ts";

const ELEMENTS = "https://docs.aws.amazon.com/IAM/latest/UserGuide";

/** Rules of what stands in the statements of policies, each judged where it is written. */
export const STATEMENT_RULES: readonly Rule[] = [
  defineRule({
    id: "IAM-020",
    severity: "error",
    title: "Actions have a service and a name that IAM knows",
    reference: `${ELEMENTS}/reference_policies_elements_action.html`,
    problems: {
      vendor: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        cause: "An action is the prefix of a service, a colon, and a name.",
      },
      unknown: {
        when: "runtime",
        prevents: "AccessDenied: User: … is not authorized to perform: …",
        cause: "IAM accepts actions that do not exist, and such a statement allows or denies nothing.",
        severity: "warning",
      },
    },
    *check(graph) {
      for (const { at, attribute, statements } of writtenStatements(graph)) {
        const actions = statements.flatMap(({ actions, notActions }) => [...(actions ?? []), ...(notActions ?? [])]);
        for (const action of new Set(actions.map(text))) {
          const wrong = action === undefined ? undefined : whyNoAction(action);
          if (wrong) yield { ...wrong, at, attribute };
        }
      }
    },
  }),
  defineRule({
    id: "IAM-021",
    severity: "error",
    title: "Statement ids are letters and digits, and differ",
    reference: `${ELEMENTS}/reference_policies_elements_sid.html`,
    problems: {
      characters: {
        when: "apply",
        prevents:
          "MalformedPolicyDocument: Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        cause: "IAM takes no spaces, hyphens or underscores in a Sid; some services do, in policies of their own.",
      },
      twice: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Statement IDs (SID) in a single policy must be unique.",
        cause: "A Sid identifies a statement in its policy.",
      },
    },
    *check(graph) {
      for (const { owner, attribute, kind, statements } of ownedPolicies(graph)) {
        if (kind === "resource" || !owner.isPlanned) continue;
        const wrong = sidsOf(statements).filter((sid) => !/^[0-9A-Za-z]*$/.test(sid));
        if (wrong.length === 0) continue;
        const message = `has the Sid ${quoted(new Set(wrong))}.`;
        yield { kind: "characters", at: owner, message, fix: "Write letters and digits only.", attribute };
      }
      for (const { at, attribute, kind, statements } of writtenStatements(graph)) {
        if (kind === "resource") continue;
        const sids = sidsOf(statements);
        const twice = new Set(sids.filter((sid, index) => sids.indexOf(sid) !== index));
        if (twice.size === 0) continue;
        const message = `has several statements with the Sid ${quoted(twice)}.`;
        yield { kind: "twice", at, message, fix: "Give each statement its own Sid, or none.", attribute };
      }
    },
  }),
  {
    id: "IAM-026",
    severity: "warning",
    title: "Actions on objects name objects, and actions on buckets name buckets",
    when: "runtime",
    prevents: "AccessDenied: User: … is not authorized to perform: s3:GetObject on resource: …",
    cause: "A bucket is named by its ARN, and its objects by the ARN, a slash and their keys: neither holds the other.",
    reference: "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html",
    *check(graph) {
      const ofBuckets = documentsOfBuckets(graph);
      for (const { at, attribute, kind, statements } of writtenStatements(graph)) {
        if (kind === "resource" || ofBuckets.has(at)) continue;
        for (const { action, takes } of statements.flatMap(idleActions))
          yield { at, attribute, ...MISNAMED[takes](action) };
      }
    },
  },
  defineRule({
    id: "IAM-023",
    severity: "error",
    title: "Policies name principals, and trust policies actions, that IAM accepts",
    reference: `${ELEMENTS}/reference_policies_elements_principal.html`,
    problems: {
      action: {
        when: "apply",
        prevents: "MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.",
        cause: "A trust policy says who may assume the role; what the role may do is in its other policies.",
      },
      principal: {
        when: "apply",
        prevents: 'MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"ecs-tasks"',
        cause:
          "A service is named by its host name under amazonaws.com, an account by its twelve digits, a role or user by its ARN.",
      },
      misspelled: {
        when: "apply",
        prevents: 'MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"ecs.tasks.amazonaws.com"',
        cause: "IAM, S3, SNS and SQS refuse a policy with a service that AWS does not have.",
      },
    },
    *check(graph) {
      yield* eachTrust(graph, wrongTrust);
      yield* misspelledServices(graph);
    },
  }),
  defineRule({
    id: "IAM-024",
    severity: "error",
    title: "Conditions use operators that IAM has",
    reference: `${ELEMENTS}/reference_policies_elements_condition_operators.html`,
    problems: {
      operator: {
        when: "apply",
        prevents: "MalformedPolicyDocument: Invalid Condition type : StringEqual.",
        cause: "IAM compares by a fixed set of operators.",
      },
    },
    *check(graph) {
      for (const { at, attribute, statements } of writtenStatements(graph)) {
        const operators = new Set(statements.flatMap(({ conditions }) => Object.keys(conditions)));
        const wrong = [...operators].filter((operator) => !OPERATOR.test(operator));
        if (wrong.length === 0) continue;
        const message = `has a condition with the operator ${quoted(wrong)}.`;
        yield { kind: "operator", at, message, fix: 'Write one such as "StringEquals" or "ArnLike".', attribute };
      }
    },
  }),
];

/** Documents that policies of buckets take: BKT-004 is about these. */
function documentsOfBuckets(graph: Graph): ReadonlySet<Resource> {
  const policies = graph.ofType("aws_s3_bucket_policy");
  return new Set(policies.flatMap((one) => linked(one.get("policy"), "data.aws_iam_policy_document").resources));
}

const MISNAMED = {
  object: (action: string) => ({
    message: `has the action "${action}", which is for objects, in a statement that names buckets only.`,
    fix: "Add the ARN of the bucket with /* to the resources.",
  }),
  bucket: (action: string) => ({
    message: `has the action "${action}", which is for buckets, in a statement that names objects only.`,
    fix: "Add the ARN of the bucket without /* to the resources.",
  }),
  account: (action: string) => ({
    message: `has the action "${action}", which is for the whole account, in a statement that names buckets.`,
    fix: 'Give it a statement of its own, with "*" as the resource.',
  }),
};

const ACTION = /^[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+$/;

function whyNoAction(action: string): Omit<KindOfProblem<"vendor" | "unknown">, "at"> | undefined {
  if (action === "*" || action === "") return undefined;
  if (!ACTION.test(action)) {
    const right = action.replace(/[./]/, ":");
    const fix = `Write ${ACTION.test(right) ? `"${right}"` : 'a service and an action, such as "s3:GetObject"'}.`;
    return { kind: "vendor", message: `has the action "${action}".`, fix };
  }
  const unknown = unknownAction(action);
  if (!unknown) return undefined;
  const message =
    unknown.what === "service"
      ? `has the action "${action}", of a service that IAM does not have.`
      : `has the action "${action}", which IAM does not have.`;
  return { kind: "unknown", message, fix: `Write ${unknown.nearest ? `"${unknown.nearest}"` : "one that it has"}.` };
}

function sidsOf(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ sid }) => (sid === undefined || sid === "" ? [] : [sid]));
}

function* eachTrust<Wrong>(
  graph: Graph,
  find: (statement: Statement) => Iterable<Wrong>,
): Generator<Wrong & Pick<WrittenStatements, "at" | "attribute">> {
  for (const { owner: at, attribute, kind, statements } of ownedPolicies(graph)) {
    if (kind !== "trust" || !at.isPlanned) continue;
    for (const statement of statements) {
      for (const wrong of find(statement)) yield { ...wrong, at, attribute };
    }
  }
}

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html */
const TRUST_ACTION = /^(?:\*|sts:(?:\*|assume.*|tagsession|setsourceidentity|setcontext|get.*))$/i;

function* wrongTrust({
  actions,
  principals,
}: Statement): Generator<{ kind: "action" | "principal"; message: string; fix: string }> {
  const others = (actions ?? []).map(text).filter((action) => action?.includes(":") && !TRUST_ACTION.test(action));
  if (others.length > 0) {
    const fix = 'Write "sts:AssumeRole", and the other actions in a policy of the role.';
    yield { kind: "action", message: `has ${quoted(others as string[])} in its trust policy.`, fix };
  }
  for (const [kind, form, fix] of PRINCIPALS) {
    const wrong = (principals?.[kind] ?? []).map(text).filter((one) => one !== undefined && !form.test(one));
    if (wrong.length > 0)
      yield { kind: "principal", message: `trusts the ${kind} principal ${quoted(wrong as string[])}.`, fix };
  }
}

function* misspelledServices(graph: Graph): Generator<KindOfProblem<"misspelled">> {
  for (const { owner: at, attribute, kind, statements } of ownedPolicies(graph)) {
    if (kind === "permissions" || !at.isPlanned) continue;
    const named = statements.flatMap(({ principals }) => (principals?.Service ?? []).flatMap((one) => text(one) ?? []));
    for (const principal of new Set(named)) {
      const meant = meantPrincipal(principal);
      if (meant === undefined) continue;
      const message = `names the service "${principal}", which AWS does not have.`;
      yield { kind: "misspelled", at, attribute, message, fix: `Write "${meant}".` };
    }
  }
}

const PRINCIPALS: readonly (readonly [kind: string, form: RegExp, fix: string])[] = [
  [
    "Service",
    /^\*$|\.(?:amazonaws\.[a-z.]+|amazon\.com|aws\.[a-z]+|(?:s?c2s|hci|adc-e)\.[a-z.]+)$/,
    'Write the host name of the service, such as "ecs-tasks.amazonaws.com".',
  ],
  [
    "AWS",
    /^(?:\*|\d{12}|A[A-Z0-9]{15,}|arn:[^:]*:(?!iam:|sts:).*|arn:[^:]*:(?:iam|sts)::(?:\d{12}|aws|cloudfront):.+)$/,
    "Write an account of twelve digits, or the ARN of a role or user.",
  ],
];

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATOR =
  /^(?:ForAllValues:|ForAnyValue:)?(?:String(?:Not)?(?:Equals(?:IgnoreCase)?|Like)|(?:Numeric|Date)(?:(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like)|Null)(?:IfExists)?$/i;
