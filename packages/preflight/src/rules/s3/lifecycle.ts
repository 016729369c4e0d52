import { type Block, block, blocks, flag, isEmpty, isWritten, number, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { repeats } from "../shared/attributes.ts";

const TRANSITIONS =
  "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html";

/** Classes for data that is hardly read, which take nothing younger than 30 days. */
const INFREQUENT = new Set(["STANDARD_IA", "ONEZONE_IA"]);
const YOUNGEST = 30;

type Kind = "young" | "early" | "close" | "empty" | "tags" | "marker";
type Wrong = Pick<KindOfProblem<Kind>, "kind" | "message" | "fix">;

export const LIFECYCLE_RULES: readonly Rule[] = [
  defineRule({
    id: "BKT-003",
    severity: "error",
    title: "S3 accepts the rules of a lifecycle",
    reference: TRANSITIONS,
    problems: {
      young: {
        when: "apply",
        prevents:
          "InvalidArgument: 'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
        cause: "S3 moves objects to a class for infrequent access after 30 days at the earliest.",
      },
      early: {
        when: "apply",
        prevents:
          "InvalidArgument: 'Days' in the Expiration action for filter '…' must be greater than 'Days' in the Transition action",
        cause: "An object is deleted after it has been moved.",
      },
      close: {
        when: "apply",
        prevents:
          "InvalidArgument: 'Days' in the Transition action for StorageClass 'GLACIER' for filter '…' must be 30 days more than … in the Transition action for StorageClass 'STANDARD_IA'",
        cause: "An object stays for 30 days in a class for infrequent access.",
      },
      empty: {
        when: "apply",
        prevents: "InvalidRequest: At least one action needs to be specified in a rule",
        cause: "A rule moves or deletes something.",
      },
      tags: {
        when: "apply",
        prevents: "InvalidRequest: AbortIncompleteMultipartUpload cannot be specified with Tags.",
        cause: "Uploads that are not complete, and markers of deleted objects, have no tags.",
      },
      marker: {
        when: "apply",
        prevents:
          "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema",
        cause: "expired_object_delete_marker stands alone in an expiration.",
      },
      twice: {
        when: "apply",
        prevents: "InvalidArgument: Rule ID must be unique. Found same ID for more than one rule",
        cause: "A rule has an id of its own.",
      },
    },
    *check(graph) {
      for (const lifecycle of graph
        .ofType("aws_s3_bucket_lifecycle_configuration")
        .filter(({ isPlanned }) => isPlanned)) {
        const { blocks: rules } = blocks(lifecycle.get("rule"));
        for (const rule of rules) {
          for (const wrong of wrongsOf(rule)) {
            const name = text(rule.id);
            yield {
              ...wrong,
              at: lifecycle,
              message: `${wrong.message} in the rule ${name === undefined ? "…" : `"${name}"`}.`,
              attribute: "rule",
            };
          }
        }
        for (const { one } of repeats(rules, ({ id }) => text(id) || undefined)) {
          yield {
            kind: "twice",
            at: lifecycle,
            message: `has two rules with id = "${text(one.id)}".`,
            fix: "Give each rule an id of its own.",
            attribute: "rule",
          };
        }
      }
    },
  }),
];

function* wrongsOf(rule: Block): Generator<Wrong> {
  yield* transitionWrongs(rule);
  const actions = [
    "abort_incomplete_multipart_upload",
    "expiration",
    "noncurrent_version_expiration",
    "noncurrent_version_transition",
    "transition",
  ];
  if (actions.every((name) => isEmpty(rule[name]))) {
    yield { kind: "empty", message: "does nothing", fix: "Add expiration, transition, or another action." };
  }
  const expiration = block(rule.expiration);
  const hasMarker = flag(expiration?.expired_object_delete_marker, false) === true;
  if (hasMarker && (number(expiration?.days) ?? 0) > 0) {
    yield {
      kind: "marker",
      message: "has expired_object_delete_marker = true beside days",
      fix: "Write them into two rules.",
    };
  }
  const filter = block(rule.filter);
  const isByTag = isWritten(filter?.tag) || isWritten(block(filter?.and)?.tags);
  const untagged = isWritten(rule.abort_incomplete_multipart_upload) ? "abort_incomplete_multipart_upload" : undefined;
  const what = untagged ?? (hasMarker ? "expired_object_delete_marker" : undefined);
  if (isByTag && what !== undefined) {
    yield { kind: "tags", message: `has ${what} and a filter by tags`, fix: `Move ${what} into a rule without tags.` };
  }
}

interface Move {
  readonly days: number;
  readonly to: string;
}

function* transitionWrongs(rule: Block): Generator<Wrong> {
  for (const [name, unit, end] of [
    ["transition", "days", "expiration"],
    ["noncurrent_version_transition", "noncurrent_days", "noncurrent_version_expiration"],
  ] as const) {
    const moves = movesOf(rule[name], unit);
    for (const { days, to } of moves.filter((one) => INFREQUENT.has(one.to) && one.days < YOUNGEST)) {
      yield {
        kind: "young",
        message: `moves objects to ${to} after ${days} days`,
        fix: `Write ${YOUNGEST} days or more.`,
      };
    }
    for (const [index, { days, to }] of moves.entries()) {
      const before = moves[index - 1];
      if (!before || !INFREQUENT.has(before.to) || days - before.days >= YOUNGEST) continue;
      yield {
        kind: "close",
        message: `moves objects to ${before.to} after ${before.days} days, and to ${to} after ${days}`,
        fix: `Write ${before.days + YOUNGEST} days or more for ${to}.`,
      };
    }
    const last = moves.at(-1);
    const expires = number(block(rule[end])?.[unit]);
    if (!last || expires === undefined || expires === 0 || expires > last.days) continue;
    yield {
      kind: "early",
      message: `deletes objects after ${expires} days, and moves them to ${last.to} after ${last.days}`,
      fix: `Delete them after ${last.days + 1} days or later, or leave the move out.`,
    };
  }
}

/** Moves whose days are known, the earliest first. */
function movesOf(value: Block[string] | undefined, unit: string): readonly Move[] {
  return blocks(value)
    .blocks.flatMap((one) => {
      const [days, to] = [number(one[unit]), text(one.storage_class)];
      return days === undefined || to === undefined ? [] : [{ days, to }];
    })
    .sort((a, b) => a.days - b.days);
}
