import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { blocks, type Value } from "../graph/value.ts";
import { readOwnStatements, readPolicy, type Statement } from "./policy.ts";

/** `permissions`: what somebody may. `trust`: who may assume a role. `resource`: who may do what with a thing. */
type PolicyKind = "permissions" | "trust" | "resource";

/** Attributes that hold a policy. */
const OWNERS: readonly (readonly [type: string, attribute: string, kind: PolicyKind])[] = [
  ["aws_iam_role_policy", "policy", "permissions"],
  ["aws_iam_user_policy", "policy", "permissions"],
  ["aws_iam_group_policy", "policy", "permissions"],
  ["aws_iam_policy", "policy", "permissions"],
  ["aws_iam_role", "assume_role_policy", "trust"],
  ["aws_s3_bucket_policy", "policy", "resource"],
  ["aws_sqs_queue", "policy", "resource"],
  ["aws_sqs_queue_policy", "policy", "resource"],
  ["aws_sns_topic", "policy", "resource"],
  ["aws_sns_topic_policy", "policy", "resource"],
  ["aws_kms_key", "policy", "resource"],
  ["aws_kms_key_policy", "policy", "resource"],
  ["aws_ecr_repository_policy", "policy", "resource"],
  ["aws_secretsmanager_secret", "policy", "resource"],
  ["aws_secretsmanager_secret_policy", "policy", "resource"],
  ["aws_vpc_endpoint", "policy", "resource"],
  ["aws_vpc_endpoint_policy", "policy", "resource"],
  ["aws_cloudwatch_log_resource_policy", "policy_document", "resource"],
];

/** The text of a policy, and what holds it. */
export interface OwnedPolicy {
  readonly owner: Resource;
  readonly attribute: string;
  readonly kind: PolicyKind;
  readonly value: Value | undefined;
  /** As far as they can be read, those that it takes from documents among them. */
  readonly statements: readonly Statement[];
}

export function ownedPolicies(graph: Graph): readonly OwnedPolicy[] {
  return graph.once(collectOwned);
}

function collectOwned(graph: Graph): OwnedPolicy[] {
  const own = OWNERS.flatMap(([type, attribute, kind]) =>
    graph.ofType(type).map((owner) => ({ owner, attribute, kind, value: owner.get(attribute) })),
  );
  const inline = graph.ofType("aws_iam_role").flatMap((owner) =>
    blocks(owner.get("inline_policy")).blocks.map(({ policy }) => {
      return { owner, attribute: "inline_policy", kind: "permissions" as const, value: policy };
    }),
  );
  return [...own, ...inline].map((one) => ({ ...one, statements: readPolicy(graph, one.value).statements }));
}

/** Statements at the place where they are written: in the text of a policy, or in a document that others take. */
export interface WrittenStatements {
  readonly at: Resource;
  readonly attribute: string;
  /** undefined: a document, which may be used as any. */
  readonly kind: PolicyKind | undefined;
  readonly statements: readonly Statement[];
}

export function writtenStatements(graph: Graph): readonly WrittenStatements[] {
  return graph.once(collectWritten);
}

const DOCUMENT = "data.aws_iam_policy_document";

function collectWritten(graph: Graph): WrittenStatements[] {
  const texts = ownedPolicies(graph).filter(
    ({ owner, value }) => owner.isPlanned && linked(value, DOCUMENT).resources.length === 0,
  );
  return [
    ...texts.map(({ owner, attribute, kind, statements }) => ({ at: owner, attribute, kind, statements })),
    ...graph.ofType(DOCUMENT).map((at) => {
      return { at, attribute: "statement", kind: undefined, statements: readOwnStatements(at) };
    }),
  ];
}
