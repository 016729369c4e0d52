import type { Problem, Rule } from "@operation-app/preflight";
import type { Graph } from "@operation-app/preflight/graph";
import { isBlock } from "@operation-app/preflight/graph";
import { whatIsLost } from "../protected-types.ts";
import { type Renaming, renamings } from "./changes.ts";

/** More than these are summed up in one finding. */
const MAX_LISTED = 3;

export const ADDRESS_RULES: readonly Rule[] = [
  {
    id: "STATE-005",
    severity: "warning",
    title: "A resource whose address changes is moved, not created again",
    when: "apply",
    prevents: "no error: the plan destroys the resource at its old address and creates it again at the new one",
    cause:
      "The state knows a resource by its address; another name, module or construct path makes it another resource.",
    reference: "https://github.com/hashicorp/terraform-cdk/issues/219",
    check: unmovedResources,
  },
];

function* unmovedResources(graph: Graph): Generator<Problem> {
  const all = renamings(graph);
  const isPrecious = (one: Renaming) => whatIsLost(one.from.type, one.from.before) !== undefined || isInItsOwnWay(one);
  for (const renaming of all.filter(isPrecious)) yield { ...problemOf(renaming), severity: "error" };
  const others = all.filter((renaming) => !isPrecious(renaming));
  const [first] = others;
  if (!first || others.length <= MAX_LISTED) {
    for (const renaming of others) yield problemOf(renaming);
    return;
  }
  const problem = problemOf(first);
  yield { ...problem, message: problem.message.replace(/\.$/, `; so are ${others.length - 1} others.`) };
}

/** A VPC can't have two subnets of the same range, and the old one still exists: InvalidSubnet.Conflict. */
function isInItsOwnWay({ from, to }: Renaming): boolean {
  if (from.type !== "aws_subnet" || !isBlock(from.before) || !isBlock(to.change?.after)) return false;
  return typeof from.before.vpc_id === "string" && from.before.vpc_id === to.change.after.vpc_id;
}

function problemOf({ from, to }: Renaming): Problem {
  return {
    at: to,
    message: `is created while the same resource is destroyed as ${from.address}.`,
    fix: `Write moved { from = ${from.address}, to = ${to.address} } (moveFromId("${from.address}") in CDKTF).`,
  };
}
