import type { Rule } from "@operation-app/preflight";
import type { PlannedChange } from "@operation-app/preflight/graph";
import { whatIsLost } from "../protected-types.ts";
import { removals, replacements, whatForces } from "./changes.ts";
import { isCognito } from "./cognito.ts";

const lossOf = ({ type, before }: PlannedChange) => whatIsLost(type, before);

export const DATA_LOSS_RULES: readonly Rule[] = [
  {
    id: "STATE-003",
    severity: "error",
    title: "A resource that holds data is not replaced",
    when: "apply",
    prevents: "no error: it is deleted with its data, and an empty one is created",
    cause: "Some attributes can't be updated in place, so Terraform creates another resource.",
    reference: "https://developer.hashicorp.com/terraform/language/resources/behavior",
    *check(graph) {
      for (const replacement of replacements(graph)) {
        const { resource, change, forcedBy } = replacement;
        if (isCognito(resource.type) || lossOf(change) === undefined) continue;
        const [first] = forcedBy;
        yield {
          at: resource,
          message: first
            ? `is replaced, and its data lost: ${whatForces(replacement)} forces replacement.`
            : "is replaced, and its data lost: it is tainted, or its replacement was requested.",
          fix: first
            ? `Write ${first} as it is in the state; or create a second one, copy the data, and then delete this one.`
            : "Check that it is empty, or run terraform untaint on it.",
          attribute: first?.split(".")[0] ?? "",
          // Mostly one whose creation failed.
          severity: first ? "error" : "warning",
        };
      }
    },
  },
  {
    id: "STATE-004",
    // What is removed from a configuration is mostly meant to go; a replacement hardly ever is.
    severity: "warning",
    title: "A resource that holds data is not deleted unintentionally",
    when: "apply",
    prevents: "no error: it is deleted with its data",
    cause: "Terraform deletes what is no longer in the configuration.",
    reference: "https://developer.hashicorp.com/terraform/language/block/removed",
    *check(graph) {
      for (const removal of removals(graph)) {
        if (!removal.actions.includes("delete") || isCognito(removal.type) || lossOf(removal) === undefined) continue;
        yield {
          at: removal.address,
          message: "is deleted with its contents.",
          fix: "If it should stay, put it back, or write a removed block with destroy = false.",
        };
      }
    },
  },
  {
    id: "STATE-006",
    severity: "warning",
    title: "A resource that holds data or users is not removed from the state unintentionally",
    when: "apply",
    prevents: "no error: Plan: 0 to add, 0 to change, 0 to destroy",
    cause:
      "A removed block with destroy = false removes a resource from the state, which the plan's summary does not count.",
    reference: "https://developer.hashicorp.com/terraform/language/block/removed",
    *check(graph) {
      for (const removal of graph.removals) {
        if (!removal.actions.includes("forget") || lossOf(removal) === undefined) continue;
        yield {
          at: removal.address,
          message: "is removed from the state, so Terraform no longer manages it.",
          fix: "Check that another configuration imports it, or delete the removed block.",
        };
      }
    },
  },
];
