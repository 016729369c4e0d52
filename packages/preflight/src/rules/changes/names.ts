import type { Graph, PlannedChange, Resource } from "../../graph/graph.ts";
import { isBlock, type Json } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { UNIQUE, UNIQUE_BY_TYPE, type Unique } from "../shared/unique.ts";

/** What a change made anew shares with what was there: attributes and values; undefined where it is not the same. */
function takenName(unique: Unique, before: Json | undefined, after: Json | undefined): string | undefined {
  if (!isBlock(before) || !isBlock(after)) return undefined;
  // In another region the name is free.
  if ((before.region ?? "") !== (after.region ?? "") && !isGlobal(unique)) return undefined;
  const pairs = unique.by.map((name) => [name, before[name], after[name]] as const);
  if (pairs.some(([, old, now]) => now === undefined || (old ?? "") !== (now ?? ""))) return undefined;
  const [name, , value] = pairs.filter(([, , now]) => now !== null && now !== "").at(-1) ?? [];
  return name === undefined ? undefined : `${name} = ${JSON.stringify(value)}`;
}

/** Buckets have their names in all regions. */
function isGlobal({ types }: Unique): boolean {
  return types.includes("aws_s3_bucket");
}

const REFUSALS = Object.fromEntries(
  UNIQUE.flatMap(({ types: [type = ""], refusal }) => [
    [
      type,
      {
        when: "apply",
        prevents: refusal,
        cause: "With create_before_destroy the new one is created while the old one still has its name.",
      },
    ],
  ]),
) as Record<string, { when: "apply"; prevents: string; cause: string }>;

export const NAME_RULES: readonly Rule[] = [
  defineRule({
    id: "CHG-002",
    severity: "error",
    title: "What is created before the old one is deleted has another name",
    reference: "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy",
    problems: REFUSALS,
    *check(graph) {
      if (graph.kind !== "plan") return;
      for (const resource of graph.ofType(...UNIQUE_BY_TYPE.keys())) {
        const { change } = resource;
        const unique = UNIQUE_BY_TYPE.get(resource.type);
        if (change?.actions.join() !== "create,delete" || !unique) continue;
        const taken = takenName(unique, change.before, change.after);
        if (taken === undefined) continue;
        yield {
          kind: unique.types[0] ?? "",
          at: resource,
          message: `is created before the old one is deleted, and keeps ${taken}.`,
          fix:
            FIXES[resource.type] ?? "Write name_prefix instead of name, or a name that changes with what replaces it.",
          attribute: unique.by.at(-1) ?? "",
        };
      }
    },
  }),
  defineRule({
    id: "CHG-003",
    severity: "error",
    title: "A name is not deleted and taken again in one plan",
    reference: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    problems: {
      secret: {
        when: "apply",
        prevents:
          "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
        cause: "A deleted secret keeps its name until its recovery window is over.",
      },
      moved: {
        when: "apply",
        severity: "warning",
        prevents: "… already exists, where Terraform creates before it has deleted",
        cause: "Terraform deletes one address and creates another at the same time, in no order.",
      },
    },
    *check(graph) {
      if (graph.kind !== "plan") return;
      for (const resource of graph.ofType(...UNIQUE_BY_TYPE.keys())) {
        const problem = retakenName(graph, resource);
        if (problem) yield problem;
      }
    },
  }),
];

const FIXES: Readonly<Record<string, string>> = {
  aws_subnet: "Take another cidr_block, or leave create_before_destroy out.",
  aws_nat_gateway: "Give it another Elastic IP address, or leave create_before_destroy out.",
  aws_route: "Leave create_before_destroy out.",
  aws_route_table_association: "Leave create_before_destroy out.",
  aws_efs_mount_target: "Leave create_before_destroy out.",
  aws_lb_listener: "Leave create_before_destroy out, or take another port.",
  aws_lb_listener_rule: "Leave create_before_destroy out, or take another priority.",
};

function retakenName(graph: Graph, resource: Resource): KindOfProblem<"secret" | "moved"> | undefined {
  const { change, type } = resource;
  const unique = UNIQUE_BY_TYPE.get(type);
  const old = change && unique && previousOwner(graph, unique, change);
  const name = old && takenName(unique, old.before, change.after);
  if (!old || name === undefined) return undefined;
  const isReplaced = old === change;
  return {
    kind: type === SECRET && staysTaken(old) ? "secret" : "moved",
    at: resource,
    message: isReplaced
      ? `is replaced, and created with ${name}, which the old one keeps while it waits for its deletion.`
      : `is created with ${name}, which ${old.address} has, and that is deleted in the same plan.`,
    fix: isReplaced
      ? "Give the secret another name, or set recovery_window_in_days to 0 in an apply before this one."
      : `Add a moved block from ${old.address} to ${resource.address}, or take another name.`,
    attribute: unique.by.at(-1) ?? "",
  };
}

/** What has a name now, and is deleted in the plan that gives it to another. */
function previousOwner(graph: Graph, unique: Unique, change: PlannedChange): PlannedChange | undefined {
  const actions = change.actions.join();
  if (actions === "delete,create") return change.type === SECRET && staysTaken(change) ? change : undefined;
  if (actions !== "create") return undefined;
  const candidates = graph.once(deletedByName).get(nameIn(unique, change.after) ?? "") ?? [];
  return candidates.find(({ before }) => takenName(unique, before, change.after) !== undefined);
}

const SECRET = "aws_secretsmanager_secret";

/** What is deleted, by its kind and by what is taken once. */
function deletedByName(graph: Graph): ReadonlyMap<string, readonly PlannedChange[]> {
  const found = new Map<string, PlannedChange[]>();
  for (const removal of graph.removals) {
    const unique = UNIQUE_BY_TYPE.get(removal.type);
    const name = unique && removal.actions.includes("delete") ? nameIn(unique, removal.before) : undefined;
    if (name === undefined) continue;
    const all = found.get(name) ?? [];
    all.push(removal);
    found.set(name, all);
  }
  return found;
}

function nameIn({ types: [kind = ""], by }: Unique, values: Json | undefined): string | undefined {
  return isBlock(values) ? JSON.stringify([kind, ...by.map((name) => values[name] ?? "")]) : undefined;
}

/** Secrets Manager keeps a deleted secret for 30 days, unless it is told otherwise. */
function staysTaken({ before }: PlannedChange): boolean {
  return isBlock(before) && before.recovery_window_in_days !== 0;
}
