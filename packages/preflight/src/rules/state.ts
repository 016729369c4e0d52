import type { Graph, Resource } from "../graph/graph.ts";
import { flag, isBlock, isEmpty, isWritten, text } from "../graph/value.ts";
import type { Problem, Rule } from "../rule.ts";
import {
  COGNITO_TYPES,
  holdsData,
  type Renaming,
  removals,
  renamings,
  replacements,
  whatForces,
} from "./shared/changes.ts";

/** More than this are told of in one sentence. */
const MOST_TOLD_APART = 3;

export const STATE_RULES: readonly Rule[] = [
  {
    id: "STATE-001",
    severity: "warning",
    title: "A state in S3 is locked while it is written",
    when: "apply",
    prevents: "no error: of two runs at once, the later one overwrites what the earlier one has written",
    cause: "The S3 backend locks only when it is told to.",
    reference: "https://developer.hashicorp.com/terraform/language/backend/s3#state-locking",
    *check({ backend }) {
      if (backend?.type !== "s3") return;
      const { bucket, use_lockfile, dynamodb_table } = backend.settings;
      // Without a bucket, the settings are given on the command line, and perhaps the lock with them.
      if (!isWritten(bucket) || flag(use_lockfile, false) !== false || !isEmpty(dynamodb_table)) return;
      yield {
        at: "terraform.backend.s3",
        message: "has neither use_lockfile nor dynamodb_table.",
        fix: "Set use_lockfile to true (Terraform 1.10 or later).",
        attribute: "use_lockfile",
      };
    },
  },
  {
    id: "STATE-002",
    // Where the bucket is there already, because the state was moved into it later, everything works until it is destroyed.
    severity: "warning",
    title: "A configuration does not make the bucket of its own state",
    when: "apply",
    prevents:
      "Error: Failed to get existing workspaces: S3 bucket does not exist. … NoSuchBucket: The specified bucket does not exist",
    cause: "Terraform opens the state before it makes anything.",
    reference: "https://developer.hashicorp.com/terraform/language/backend/s3",
    *check(graph) {
      if (graph.backend?.type !== "s3") return;
      const { bucket, dynamodb_table } = graph.backend.settings;
      for (const [type, attribute, name] of [
        ["aws_s3_bucket", "bucket", text(bucket)],
        ["aws_dynamodb_table", "name", text(dynamodb_table)],
      ] as const) {
        for (const resource of name ? graph.ofType(type) : []) {
          if (text(resource.get(attribute)) !== name) continue;
          // What is imported is there before.
          if (graph.imports.includes(resource.address) || resource.change?.imported) continue;
          yield {
            at: resource,
            message: `is "${name}", which the backend of this configuration needs before it can make anything.`,
            fix: "Make it in a configuration of its own, or import it (an import block).",
            attribute,
          };
        }
      }
    },
  },
  {
    id: "STATE-003",
    severity: "error",
    title: "What holds data is not replaced",
    when: "apply",
    prevents: "no error: it is deleted with its data, and an empty one is made",
    cause: "Some attributes can't be changed in place, so Terraform makes another resource.",
    reference: "https://developer.hashicorp.com/terraform/language/resources/behavior",
    *check(graph) {
      for (const replacement of replacements(graph)) {
        const { resource, change, forcedBy } = replacement;
        if (!holdsData(change)) continue;
        const [first] = forcedBy;
        yield {
          at: resource,
          message: first
            ? `is replaced, and its data lost: ${whatForces(replacement)} forces replacement.`
            : "is replaced, and its data lost: it is tainted, or its replacement was asked for.",
          fix: first
            ? `Write ${first} as it is in the state; or make a second one, take the data over, and let go of this one.`
            : "Check that it holds nothing, or take the mark off it with terraform untaint.",
          attribute: first?.split(".")[0] ?? "",
          // Mostly one whose creation has failed.
          severity: first ? "error" : "warning",
        };
      }
    },
  },
  {
    id: "STATE-004",
    // What is taken out of a configuration is mostly meant to go; a replacement hardly ever is.
    severity: "warning",
    title: "What holds data is not deleted unawares",
    when: "apply",
    prevents: "no error: it is deleted with its data",
    cause: "What is no longer in the configuration Terraform deletes.",
    reference: "https://developer.hashicorp.com/terraform/language/block/removed",
    *check(graph) {
      for (const removal of removals(graph)) {
        if (!removal.actions.includes("delete") || !holdsData(removal)) continue;
        yield {
          at: removal.address,
          message: "is deleted with what it holds.",
          fix: "If it should stay, put it back, or write a removed block with destroy = false.",
        };
      }
    },
  },
  {
    id: "STATE-005",
    severity: "warning",
    title: "A resource whose address changes is moved, not made again",
    when: "apply",
    prevents: "no error: the plan destroys the resource at its old address and makes it again at the new one",
    cause:
      "In a state, a resource is what its address says; a changed name, module or construct path makes another one of it.",
    reference: "https://github.com/hashicorp/terraform-cdk/issues/219",
    check: unmovedResources,
  },
  {
    id: "STATE-006",
    severity: "warning",
    title: "What holds data or users is not forgotten unawares",
    when: "apply",
    prevents: "no error: Plan: 0 to add, 0 to change, 0 to destroy",
    cause:
      "A removed block with destroy = false drops a resource from the state, which the plan's summary does not count.",
    reference: "https://developer.hashicorp.com/terraform/language/block/removed",
    *check(graph) {
      for (const removal of graph.removals) {
        if (!removal.actions.includes("forget") || !(holdsData(removal) || COGNITO_TYPES.includes(removal.type)))
          continue;
        yield {
          at: removal.address,
          message: "is dropped from the state, and Terraform knows nothing of it afterwards.",
          fix: "Check that another configuration takes it over, or take the removed block out.",
        };
      }
    },
  },
];

function* unmovedResources(graph: Graph): Generator<Problem> {
  const all = renamings(graph);
  const isPrecious = (one: Renaming) =>
    holdsData(one.from) || COGNITO_TYPES.includes(one.from.type) || isInItsOwnWay(one);
  for (const renaming of all.filter(isPrecious)) yield { ...problemOf(renaming), severity: "error" };
  const others = all.filter((renaming) => !isPrecious(renaming));
  const [first] = others;
  if (!first || others.length <= MOST_TOLD_APART) {
    for (const renaming of others) yield problemOf(renaming);
    return;
  }
  const problem = problemOf(first);
  yield { ...problem, message: problem.message.replace(/\.$/, `; so are ${others.length - 1} others.`) };
}

/** The old one is still there when the new one is made, and no VPC has two subnets of the same range: InvalidSubnet.Conflict. */
function isInItsOwnWay({ from, to }: Renaming): boolean {
  if (from.type !== "aws_subnet" || !isBlock(from.before) || !isBlock(to.change?.after)) return false;
  return typeof from.before.vpc_id === "string" && from.before.vpc_id === to.change.after.vpc_id;
}

function problemOf({ from, to }: { readonly from: { readonly address: string }; readonly to: Resource }): Problem {
  return {
    at: to,
    message: `is made anew while the same is destroyed as ${from.address}.`,
    fix: `Write moved { from = ${from.address}, to = ${to.address} } (moveFromId("${from.address}") in CDKTF).`,
  };
}
