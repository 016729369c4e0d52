import type { Graph, Resource } from "../graph/graph.ts";
import { decodeJsonText } from "../graph/json-text.ts";
import { linked } from "../graph/links.ts";
import { type Block, isAbsent, isBlock, isList, number, text } from "../graph/value.ts";
import type { Problem, Rule } from "../rule.ts";
import { findImages } from "./ecs/images.ts";

const PROPERTIES = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html";
const REFUSED =
  "InvalidParameterException: Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ";

export const ECR_RULES: readonly Rule[] = [
  {
    id: "ECR-001",
    severity: "error",
    title: "Rules of a lifecycle policy have an order",
    when: "apply",
    prevents: `${REFUSED}Rule for tagStatus=ANY must have the lowest priority per storage class'`,
    cause:
      "ECR applies the rules from the lowest rulePriority to the highest, so each has its own, and one for all images comes last.",
    reference: PROPERTIES,
    *check(graph) {
      for (const { policy, rules } of policies(graph)) {
        const priorities = rules.map(({ rulePriority }) => number(rulePriority));
        for (const twice of new Set(
          priorities.filter((one, index) => one !== undefined && priorities.indexOf(one) < index),
        )) {
          yield {
            at: policy,
            message: `has two rules with the rulePriority ${twice}.`,
            fix: "Give each rule a rulePriority of its own.",
            attribute: "policy",
          };
        }
        for (const group of byStorageClass(rules)) {
          const any = group.find((rule) => statusOf(rule) === "any");
          const own = number(any?.rulePriority);
          const later = group
            .map(({ rulePriority }) => number(rulePriority))
            .find((one) => one !== undefined && own !== undefined && one > own);
          if (later !== undefined) {
            yield {
              at: policy,
              message: `has a rule for all images (tagStatus any) with the rulePriority ${own}, and another rule after it with ${later}.`,
              fix: `Give the rule with tagStatus any a rulePriority above ${later}.`,
              attribute: "policy",
            };
          }
        }
      }
    },
  },
  {
    id: "ECR-002",
    severity: "error",
    title: "Rules for tagged images say which tags, and others don't",
    when: "apply",
    prevents: `${REFUSED}Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED'`,
    cause: "A rule for tagged images is about tags that begin with a prefix or match a pattern.",
    reference: PROPERTIES,
    *check(graph) {
      for (const { policy, rules } of policies(graph)) {
        for (const rule of rules) {
          const wrong = wrongTags(rule);
          if (wrong) yield { at: policy, attribute: "policy", ...wrong };
        }
      }
    },
  },
  {
    id: "ECR-003",
    severity: "error",
    title: "Rules of a lifecycle policy are complete",
    when: "apply",
    prevents: `${REFUSED}instance failed to match exactly one schema (matched 0 out of 2)`,
    cause: "ECR takes a property only where it belongs, and null nowhere.",
    reference: PROPERTIES,
    *check(graph) {
      for (const { policy, rules } of policies(graph)) {
        for (const rule of rules) {
          const wrong = wrongShape(rule);
          if (wrong)
            yield {
              at: policy,
              message: `${wrong.what} in the rule with the rulePriority ${number(rule.rulePriority) ?? "?"}.`,
              fix: wrong.fix,
              attribute: "policy",
            };
        }
      }
    },
  },
  {
    id: "ECR-004",
    severity: "error",
    title: "One rule is for untagged images, and one for all",
    when: "apply",
    prevents: `${REFUSED}Only one rule can select Untagged images per storage class'`,
    cause: "ECR takes one rule of each of these kinds.",
    reference: PROPERTIES,
    *check(graph) {
      for (const { policy, rules } of policies(graph)) {
        for (const group of byStorageClass(rules)) {
          for (const status of ["untagged", "any"]) {
            const same = group.filter((rule) => statusOf(rule) === status);
            if (same.length > 1) {
              yield {
                at: policy,
                message: `has ${same.length} rules with the tagStatus ${status}.`,
                fix: "Keep one of them.",
                attribute: "policy",
              };
            }
          }
        }
      }
    },
  },
  {
    id: "ECR-005",
    severity: "warning",
    title: "Old images that still run are kept",
    when: "runtime",
    prevents: "CannotPullContainerError: … not found, when a task is replaced long after its image was pushed",
    cause: "A rule by age deletes images whether they are in use or not.",
    reference: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
    *check(graph) {
      const images = graph.once(findImages);
      for (const { policy, rules } of policies(graph)) {
        const [repository] = linked(policy.get("repository"), "aws_ecr_repository").resources;
        const deployed = images.filter((image) => repository !== undefined && image.repository === repository);
        for (const rule of rules) {
          const selection = selectionOf(rule);
          if (text(selection.countType) !== "sinceImagePushed" || !isExpiry(rule)) continue;
          const hit = deployed.find(({ tag }) => selects(selection, tag));
          if (!hit) continue;
          yield {
            at: policy,
            message: `deletes images ${number(selection.countNumber) ?? "some"} days after their push, ${hit.task.address}'s too while it runs.`,
            fix: 'Count images instead: countType "imageCountMoreThan".',
            attribute: "policy",
          };
          break;
        }
      }
    },
  },
  {
    id: "ECR-006",
    severity: "error",
    title: "Repositories have a name that ECR takes",
    when: "apply",
    prevents:
      "InvalidParameterException: Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
    cause: "The name is a part of the image's address, which is in lower case.",
    reference: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
    *check(graph) {
      for (const repository of graph.ofType("aws_ecr_repository")) {
        const name = text(repository.get("name"));
        if (name === undefined || (isRepositoryName(name) && name.length >= 2 && name.length <= 256)) continue;
        yield {
          at: repository,
          message: `has the name ${JSON.stringify(name)}.`,
          fix: "Write 2 to 256 lower-case letters, digits, and single dots, hyphens, underscores and slashes between them.",
          attribute: "name",
        };
      }
    },
  },
];

/** In single steps, so that no text takes long. */
function isRepositoryName(name: string): boolean {
  return name
    .split("/")
    .every(
      (part) =>
        /^[a-z0-9]/.test(part) &&
        /[a-z0-9]$/.test(part) &&
        /^[a-z0-9._-]+$/.test(part) &&
        !/[._-]{2}/.test(part.replaceAll("__", "a").replace(/-+/g, "-")),
    );
}

/** Lifecycle policies whose rules can all be read. */
function policies(graph: Graph): { policy: Resource; rules: readonly Block[] }[] {
  return graph.ofType("aws_ecr_lifecycle_policy").flatMap((policy) => {
    const decoded = policy.isPlanned ? decodeJsonText(policy.get("policy")) : undefined;
    const rules = isBlock(decoded) ? decoded.rules : undefined;
    return isList(rules) && rules.every(isBlock) ? [{ policy, rules }] : [];
  });
}

function selectionOf(rule: Block): Block {
  return isBlock(rule.selection) ? rule.selection : {};
}

function statusOf(rule: Block): string | undefined {
  return text(selectionOf(rule).tagStatus);
}

/** Rules are ranked among those for the same storage class. */
function byStorageClass(rules: readonly Block[]): Block[][] {
  const groups = new Map<string, Block[]>();
  for (const rule of rules) {
    const storage = text(selectionOf(rule).storageClass) ?? "standard";
    groups.set(storage, [...(groups.get(storage) ?? []), rule]);
  }
  return [...groups.values()];
}

function isExpiry(rule: Block): boolean {
  return isBlock(rule.action) && text(rule.action.type) === "expire";
}

function wrongShape(rule: Block): { what: string; fix: string } | undefined {
  const selection = selectionOf(rule);
  const parts: readonly (readonly [Block, readonly string[]])[] = [
    [rule, ["rulePriority", "selection", "action"]],
    ...(isBlock(rule.selection) ? [[selection, ["tagStatus", "countType", "countNumber"]] as const] : []),
    ...(isBlock(rule.action) ? [[rule.action, ["type"]] as const] : []),
  ];
  for (const [part, required] of parts) {
    const missing = required.filter((name) => part[name] === undefined);
    if (missing.length > 0) return { what: `has no ${missing.join(" and no ")}`, fix: `Add ${missing.join(" and ")}.` };
    const empty = Object.keys(part).filter((name) => part[name] === null);
    if (empty.length > 0)
      return { what: `has ${empty.join(" and ")} = null`, fix: `Leave ${empty.join(" and ")} out.` };
  }
  const count = number(selection.countNumber);
  if (count !== undefined && count < 1)
    return { what: `has a countNumber of ${count}`, fix: "Set countNumber to 1 or more." };
  const type = text(selection.countType);
  if (type === "imageCountMoreThan" && !isAbsent(selection.countUnit))
    return { what: "has a countUnit with imageCountMoreThan", fix: "Leave countUnit out." };
  if (type === "sinceImagePushed" && selection.countUnit === undefined)
    return { what: "has no countUnit with sinceImagePushed", fix: 'Add countUnit = "days".' };
  return undefined;
}

/** Whether a selection is about an image with a tag; where the tag is not known, only what is about all of them. */
function selects(selection: Block, tag: string | undefined): boolean {
  const status = text(selection.tagStatus);
  if (status === "any") return true;
  if (status !== "tagged") return false;
  const patterns = texts(selection, "tagPatternList");
  const prefixes = texts(selection, "tagPrefixList");
  const tests = [...(patterns ?? []).map(toTest), ...(prefixes ?? []).map((prefix) => toTest(`${prefix}*`))];
  return tests.length > 0 && tests.every((matches) => matches(tag));
}

function texts(selection: Block, name: string): string[] | undefined {
  const list = selection[name];
  const found = isList(list) ? list.map(text) : [];
  return found.includes(undefined) ? undefined : (found as string[]);
}

/** A pattern of tags, in which `*` stands for anything. */
function toTest(pattern: string): (tag: string | undefined) => boolean {
  if (/^\*+$/.test(pattern)) return () => true;
  const [first = "", ...others] = pattern.split("*");
  return (tag) => {
    if (tag === undefined || !tag.startsWith(first)) return false;
    let from = first.length;
    for (const piece of others) {
      const found = tag.indexOf(piece, from);
      if (found < 0) return false;
      from = found + piece.length;
    }
    return others.length === 0 ? tag === first : others.at(-1) === "" || tag.endsWith(others.at(-1) as string);
  };
}

/** What is wrong with the tags that a rule selects. */
function wrongTags(rule: Block): Pick<Problem, "message" | "fix"> | undefined {
  const selection = selectionOf(rule);
  const lists = ["tagPrefixList", "tagPatternList"].filter((name) => selection[name] !== undefined);
  const status = statusOf(rule);
  const label = `the rule with the rulePriority ${number(rule.rulePriority) ?? "?"}`;
  if (status === "untagged" || status === "any") {
    const names = lists.join(" and ");
    return lists.length === 0
      ? undefined
      : { message: `has ${names} in ${label}, which is for ${status} images.`, fix: `Drop ${names}.` };
  }
  if (status !== "tagged") return undefined;
  if (lists.map((name) => selection[name]).every((list) => isList(list) && list.length === 0)) {
    return {
      message: `has neither tagPrefixList nor tagPatternList in ${label}, which is for tagged images.`,
      fix: 'Add tagPatternList, such as ["*"].',
    };
  }
  return lists.length === 2
    ? { message: `has both tagPrefixList and tagPatternList in ${label}.`, fix: "Keep one of the two." }
    : undefined;
}
