import type { Problem, Rule } from "@operation-app/preflight";
import { isBlock } from "@operation-app/preflight/graph";
import { whatIsLost } from "../protected-types.ts";
import { type Replacement, removals, replacements, whatForces } from "./changes.ts";

export const isCognito = (type: string) => type.startsWith("aws_cognito_");

/** Login pages can be made again, unless somebody else has claimed the domain. */
const DOMAIN = "aws_cognito_user_pool_domain";

export const COGNITO_LOSS_RULES: readonly Rule[] = [
  {
    id: "COG-041",
    severity: "error",
    title: "User pools, clients, users and the like are not replaced",
    when: "apply",
    prevents: "no error: it is deleted, with all users of a pool, and an empty one is created",
    cause: "Some attributes can't be updated in place, so Terraform creates another object.",
    reference: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool",
    *check(graph) {
      for (const replacement of replacements(graph)) {
        const { resource, change } = replacement;
        const isImportedClient = change.imported && resource.type === "aws_cognito_user_pool_client"; // COG-040
        const lost = isCognito(resource.type) ? whatIsLost(resource.type, change.before) : undefined;
        if (lost === undefined || isImportedClient || followsItsPool(replacement)) continue;
        yield replaced(replacement, lost);
      }
    },
  },
  {
    id: "COG-042",
    // What is removed from a configuration is mostly meant to go. But a pool can't be restored, so that has to be confirmed.
    severity: "warning",
    title: "User pools, clients, users and the like are not deleted",
    when: "apply",
    prevents: "no error: it is deleted, with all users of a pool",
    cause: "Terraform deletes what is no longer in the configuration, or has another address in it.",
    reference: "https://developer.hashicorp.com/terraform/language/block/removed",
    *check(graph) {
      for (const { address, type, actions, before } of removals(graph)) {
        const lost = isCognito(type) && actions.includes("delete") ? whatIsLost(type, before) : undefined;
        if (lost === undefined) continue;
        yield {
          at: address,
          message: `is deleted. ${lost}`,
          severity: type === "aws_cognito_user_pool" ? "error" : "warning",
          fix: "Put it back, write a moved block if its address changed, or a removed block with destroy = false to keep it in AWS.",
        };
      }
    },
  },
];

/** It is replaced because its pool is: the finding belongs to the pool. */
function followsItsPool({ change, forcedBy }: Replacement): boolean {
  return forcedBy.join() === "user_pool_id" && isBlock(change.after) && change.after.user_pool_id === undefined;
}

function replaced(replacement: Replacement, lost: string): Problem {
  const { resource, forcedBy } = replacement;
  const [first] = forcedBy;
  return {
    at: resource,
    message: `is replaced${first ? `, because of ${whatForces(replacement)}` : ""}. ${lost}`,
    fix: first
      ? `Write ${first} as it is in the state, or add it to ignore_changes in the lifecycle.`
      : "Run terraform untaint on it, and don't request its replacement.",
    attribute: first?.split(".")[0] ?? "",
    severity: resource.type === DOMAIN ? "warning" : "error",
  };
}
