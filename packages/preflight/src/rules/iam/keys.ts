import { byLink } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { isAbsent, items, referencesIn, text } from "../../graph/value.ts";
import { type Policy, readPolicy } from "../../iam/policy.ts";
import type { Rule } from "../../rule.ts";

export const KEY_RULES: readonly Rule[] = [
  {
    id: "IAM-008",
    severity: "error",
    title: "A log group's key lets CloudWatch Logs use it",
    when: "apply",
    prevents:
      "AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:…'",
    cause:
      "The service itself encrypts, so the key's policy has to name logs.<region>.amazonaws.com; the default policy does not.",
    reference: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    *check(graph) {
      for (const group of graph.ofType("aws_cloudwatch_log_group")) {
        const link = linked(group.get("kms_key_id"), "aws_kms_key");
        const [key] = link.resources;
        if (!key || !link.certain || keyServes(graph, key, /^logs(\.|$)/)) continue;
        yield {
          at: group,
          message: `is encrypted with ${key.address}, whose policy does not name CloudWatch Logs.`,
          fix: `Let the service logs.<region>.amazonaws.com use the key in the policy of ${key.address}.`,
          attribute: "kms_key_id",
        };
      }
    },
  },
];

/** The customer key that a secret or parameter is encrypted with; undefined for AWS's own keys. */
export function keyOf(kept: Resource): Resource | undefined {
  const written = kept.get("kms_key_id") ?? kept.get("key_id");
  const alias = linked(written, "aws_kms_alias").resources[0];
  const key = linked(alias ? alias.get("target_key_id") : written, "aws_kms_key");
  return key.certain ? key.resources[0] : undefined;
}

/** A grant or the key's own policy may let the role decrypt; a policy that is not written leaves it to the role's. */
export function keyMayGrant(graph: Graph, key: Resource, role: Resource): boolean {
  if (graph.ofType("aws_kms_grant").some((grant) => mayGrant(grant, key, role))) return true;
  const policy = keyPolicyOf(graph, key);
  if (!policy?.complete) return policy !== undefined;
  const named = policy.statements
    .filter(({ allow }) => allow)
    .flatMap(({ principals }) => Object.values(principals ?? {}).flat());
  return named.some((who) => {
    const known = text(who);
    if (known !== undefined) return known === "*" || !/:root$|^\d{12}$|amazonaws\.com$/.test(known);
    const references = referencesIn(who).flatMap(({ resources }) => resources);
    return references.length === 0 || references.includes(role);
  });
}

/** A grant may be of that key to that role. */
function mayGrant(grant: Resource, key: Resource, role: Resource): boolean {
  const [keys, grantees] = [
    linked(grant.get("key_id"), "aws_kms_key"),
    linked(grant.get("grantee_principal"), "aws_iam_role"),
  ];
  const isOther = grantees.certain && grantees.resources.length > 0 && !grantees.resources.includes(role);
  const operations = items(grant.get("operations"));
  const decrypts = !operations.complete || operations.items.some((one) => (text(one) ?? "Decrypt") === "Decrypt");
  return decrypts && !isOther && (keys.resources.length === 0 || keys.resources.includes(key));
}

const policiesByKey = byLink("aws_kms_key_policy", "key_id", "aws_kms_key");

/** The policy that is written for a key, on it or beside it. */
function keyPolicyOf(graph: Graph, key: Resource): Policy | undefined {
  const [beside] = graph.once(policiesByKey).get(key) ?? [];
  const value = beside?.get("policy") ?? key.get("policy");
  return isAbsent(value) ? undefined : readPolicy(graph, value);
}

/** Whether the policy of a key names a service. One that is not written names none. */
export function keyServes(graph: Graph, key: Resource, service: RegExp): boolean {
  const policy = keyPolicyOf(graph, key);
  if (!policy?.complete) return policy !== undefined;
  return policy.statements.some(
    ({ allow, principals }) =>
      allow &&
      Object.values(principals ?? {})
        .flat()
        .map(text)
        .some((who) => who === undefined || who === "*" || service.test(who)),
  );
}
