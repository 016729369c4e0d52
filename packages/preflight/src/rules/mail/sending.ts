import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { block, blocks, referencesIn, type Value } from "../../graph/value.ts";
import {
  allows,
  arn,
  attachedPolicy,
  namePattern,
  type Permissions,
  permissionsOf,
  roleMay,
  type Target,
  targetOf,
} from "../../iam/permissions.ts";
import { type Policy, readPolicy } from "../../iam/policy.ts";
import { defineRule, type Failure, type KindOfProblem, type Rule } from "../../rule.ts";
import { isAwsKey } from "../alarms/telling.ts";
import { attributeRule, like, oneOf } from "../shared/attribute-rule.ts";
import { admissionOf } from "../shared/receivers.ts";
import { configurationSetOf, domainIdentities, IDENTITIES } from "./names.ts";

const RIGHTS = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html";
const SENDS = ["ses:SendEmail", "ses:SendRawEmail"];
const SES = "ses.amazonaws.com";

export const SENDING_RULES: readonly Rule[] = [
  defineRule({
    id: "MAIL-005",
    severity: "error",
    title: "Who may send for a domain may do so with its configuration set, and by the way that is used",
    reference: RIGHTS,
    problems: {
      set: {
        when: "runtime",
        prevents:
          "AccessDeniedException: User `…` is not authorized to perform `ses:SendEmail' on resource `arn:aws:ses:…:configuration-set/…'",
        cause:
          "A mail of an identity that has a default configuration set is sent with it, which takes a right of its own.",
      },
      identity: {
        when: "runtime",
        prevents:
          "AccessDeniedException: User `…` is not authorized to perform `ses:SendEmail' on resource `arn:aws:ses:…:identity/…'",
        cause: "A mail is sent by an identity; the right to use a configuration set alone sends nothing.",
      },
      smtp: {
        when: "runtime",
        prevents: "554 Access denied: User `…' is not authorized to perform `ses:SendRawEmail' on resource `…'",
        cause: "SMTP is ses:SendRawEmail, whatever the mail is like.",
      },
    },
    *check(graph) {
      const senders = [...graph.ofType("aws_iam_role").map((role) => roleSender(graph, role)), ...userSenders(graph)];
      for (const { identity, set } of identitiesWithSets(graph)) {
        for (const sender of senders) {
          const problem = rightsProblem(sender, identity, set);
          if (problem) yield problem;
        }
      }
      for (const user of smtpUsers(graph)) {
        const policy = userPolicy(graph, user);
        const mayRaw = allows(policy, "ses:SendRawEmail", ANY_IDENTITY);
        if (mayRaw !== "no" || allows(policy, "ses:SendEmail", ANY_IDENTITY) === "no") continue;
        yield {
          kind: "smtp",
          at: user,
          message: "has an access key that is used as an SMTP password, and may call ses:SendEmail only.",
          fix: "Allow ses:SendRawEmail as well.",
        };
      }
    },
  }),
  defineRule({
    id: "MAIL-007",
    severity: "error",
    title: "SES may write to the topic of its bounces and complaints",
    reference: "https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html",
    problems: {
      policy: topicFailure("A policy of the topic's own replaces the one that lets its account in, and with it SES."),
      key: topicFailure("The policy of AWS's own key alias/aws/sns can't be changed, and lets SES not use it."),
    },
    *check(graph) {
      for (const { at, topic, attribute } of toldTopics(graph)) {
        if (isAwsKey(topic.get("kms_master_key_id"))) {
          const message = `writes to ${topic.address}, which is encrypted with alias/aws/sns.`;
          const fix = `Give ${topic.address} an aws_kms_key whose policy lets ${SES} use it.`;
          yield { kind: "key", at, message, fix, attribute };
          continue;
        }
        const admission = admissionOf(graph, topic, SES);
        if (!admission || admission.isIn || !admission.hasPolicy) continue;
        const message = `writes to ${topic.address}, whose policy does not name ${SES}.`;
        yield { kind: "policy", at, message, fix: `Let the service ${SES} call sns:Publish there.`, attribute };
      }
    },
  }),
  attributeRule({
    id: "MAIL-008",
    severity: "error",
    title: "SES takes the names and choices of an identity and a configuration set",
    when: "plan",
    prevents: 'expected delivery_options.0.tls_policy to be one of ["REQUIRE" "OPTIONAL"], got Require',
    cause: "The two versions of SES's API write the same choice differently.",
    reference: "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateConfigurationSet.html",
    checks: [
      {
        types: ["aws_sesv2_configuration_set"],
        attribute: "delivery_options.tls_policy",
        takes: oneOf("REQUIRE", "OPTIONAL"),
        bad: { delivery_options: { tls_policy: "Require" } },
        good: { delivery_options: { tls_policy: "REQUIRE" } },
      },
      {
        types: ["aws_ses_configuration_set"],
        attribute: "delivery_options.tls_policy",
        takes: oneOf("Require", "Optional"),
        bad: { delivery_options: { tls_policy: "REQUIRE" } },
        good: { delivery_options: { tls_policy: "Require" } },
      },
      {
        types: ["aws_sesv2_email_identity_mail_from_attributes"],
        attribute: "behavior_on_mx_failure",
        takes: oneOf("USE_DEFAULT_VALUE", "REJECT_MESSAGE"),
        prevents: "expected behavior_on_mx_failure to be one of […], got RejectMessage",
        bad: { behavior_on_mx_failure: "RejectMessage" },
        good: { behavior_on_mx_failure: "REJECT_MESSAGE" },
      },
      {
        types: ["aws_sesv2_email_identity"],
        attribute: "dkim_signing_attributes.next_signing_key_length",
        takes: oneOf("RSA_1024_BIT", "RSA_2048_BIT"),
        prevents: "expected next_signing_key_length to be one of […], got 2048",
        bad: { dkim_signing_attributes: { next_signing_key_length: "2048" } },
        good: { dkim_signing_attributes: { next_signing_key_length: "RSA_2048_BIT" } },
      },
      {
        types: ["aws_sesv2_configuration_set"],
        attribute: "configuration_set_name",
        takes: like(/^[A-Za-z0-9_-]{1,64}$/, "up to 64 letters, digits, hyphens and underscores"),
        when: "apply",
        prevents: "BadRequestException: Configuration set name <example.com> contains invalid characters.",
        cause: "The name of a configuration set is no domain.",
        bad: { configuration_set_name: "example.com" },
        good: { configuration_set_name: "example-com" },
      },
    ],
  }),
];

function topicFailure(cause: string): Failure {
  return {
    when: "apply",
    prevents:
      "InvalidParameterValue: An invalid or out-of-range value was supplied for the input parameter. Could not publish to SNS topic",
    cause,
  };
}

/** Who sends, and what may be done. */
interface Sender {
  readonly at: Resource;
  readonly may: (action: string, target: Target) => "yes" | "no" | "maybe";
}

function roleSender(graph: Graph, at: Resource): Sender {
  const permissions: Permissions = permissionsOf(graph, at);
  return { at, may: (action, target) => roleMay(permissions, action, target) };
}

function userSenders(graph: Graph): Sender[] {
  return graph.ofType("aws_iam_user").map((at) => {
    const policy = userPolicy(graph, at);
    return { at, may: (action, target) => allows(policy, action, target) };
  });
}

/** What the policies of a user say that are attached to it; a group may say more. */
function userPolicy(graph: Graph, user: Resource): Policy {
  const isOf = (one: Resource) => linkedResource(one.get("user"), "aws_iam_user") === user;
  const policies = [
    ...graph
      .ofType("aws_iam_user_policy")
      .filter(isOf)
      .map((one) => readPolicy(graph, one.get("policy"))),
    ...graph
      .ofType("aws_iam_user_policy_attachment")
      .filter(isOf)
      .map((one) => attachedPolicy(graph, one.get("policy_arn"))),
  ];
  const others = graph.ofType("aws_iam_user_group_membership", "aws_iam_group_membership", "aws_iam_policy_attachment");
  return {
    statements: policies.flatMap(({ statements }) => statements),
    complete:
      policies.every(({ complete }) => complete) && others.length === 0 && !user.many && !graph.isHandedOn(user),
  };
}

const ANY_IDENTITY: Target = { resource: undefined, arns: [arn("ses", "identity/", "example.com")] };

function* identitiesWithSets(graph: Graph) {
  const domains = new Map(domainIdentities(graph).map(({ resource, domain }) => [resource, domain]));
  for (const identity of graph.ofType(IDENTITIES[0])) {
    const set = configurationSetOf(identity.get("configuration_set_name"));
    if (set && domains.has(identity)) yield { identity, set };
  }
}

function rightsProblem(
  { at, may }: Sender,
  identity: Resource,
  set: Resource,
): KindOfProblem<"set" | "identity"> | undefined {
  const identityTarget = targetOf(identity, arn("ses", "identity/", ...namePattern(identity, "email_identity")));
  const nameAttribute = set.type === "aws_sesv2_configuration_set" ? "configuration_set_name" : "name";
  const setTarget = targetOf(set, arn("ses", "configuration-set/", ...namePattern(set, nameAttribute)));
  for (const action of SENDS) {
    const [asIdentity, withSet] = [may(action, identityTarget), may(action, setTarget)];
    const [granted, refused, kind] =
      withSet === "no" ? [identity, set, "set" as const] : [set, identity, "identity" as const];
    if (!(asIdentity === "yes" && withSet === "no") && !(asIdentity === "no" && withSet === "yes")) continue;
    return {
      kind,
      at,
      message: `may call ${action} on ${granted.address}, and not on ${refused.address}, with which it sends.`,
      fix: `Add the ARN of ${refused.address} to the statement.`,
    };
  }
  return undefined;
}

/** Users whose key is turned into a password for SMTP, and kept or handed on. */
function smtpUsers(graph: Graph): ReadonlySet<Resource> {
  const keepers = graph.ofType("aws_secretsmanager_secret_version", "aws_ssm_parameter", "aws_ecs_task_definition");
  const kept = keepers.flatMap((one) => Object.values(one.values).flatMap(referencesIn));
  const keys = kept
    .filter(({ attribute }) => attribute.startsWith("ses_smtp_password"))
    .flatMap(({ resources }) => resources);
  return new Set(keys.flatMap((key) => linkedResource(key.get("user"), "aws_iam_user") ?? []));
}

interface Told {
  readonly at: Resource;
  readonly topic: Resource;
  readonly attribute: string;
}

/** Topics that SES is to write to. */
function* toldTopics(graph: Graph): Generator<Told> {
  const told = (at: Resource, value: Value | undefined, attribute: string): Told[] => {
    const topic = at.isPlanned ? linkedResource(value, "aws_sns_topic") : undefined;
    return topic ? [{ at, topic, attribute }] : [];
  };
  for (const at of graph.ofType("aws_ses_identity_notification_topic"))
    yield* told(at, at.get("topic_arn"), "topic_arn");
  for (const at of graph.ofType("aws_ses_event_destination"))
    for (const one of blocks(at.get("sns_destination")).blocks) yield* told(at, one.topic_arn, "sns_destination");
  for (const at of graph.ofType("aws_sesv2_configuration_set_event_destination"))
    yield* told(at, block(block(at.get("event_destination"))?.sns_destination)?.topic_arn, "event_destination");
}
