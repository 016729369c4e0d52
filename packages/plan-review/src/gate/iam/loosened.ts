import type { Graph } from "@operation-app/preflight/graph";
import type { Fields } from "../../policy-documents.ts";
import type { ChangedObject } from "../changed-objects.ts";
import type { Found } from "../stop.ts";
import { narrowingTests, type Test } from "./conditions.ts";
import { actsLike, holdsAll, isLike, textsOf } from "./patterns.ts";
import { plannedPolicy, writtenStatements } from "./planned-policy.ts";

/** Roles and endpoints that would ask less of those whom they let in already. */
export function loosenedPolicies(object: ChangedObject, graph: Graph): Found[] {
  if (object.change.change.after === null) return [];
  if (object.type === "aws_iam_role") return loosenedTrust(object, graph);
  return /^aws_vpc_endpoint(_policy)?$/.test(object.type) ? openedEndpoint(object, graph) : [];
}

function loosenedTrust(object: ChangedObject, graph: Graph): Found[] {
  const attribute = "assume_role_policy";
  const was = writtenStatements(object.before[attribute]).filter(isAllow);
  const { statements } = plannedPolicy(object, attribute, graph);
  return statements.filter(isAllow).flatMap((statement) => {
    const partners = was.filter((one) => isOfSame(one, statement));
    const lost = partners.map((one) => loosenedTest(one, statement));
    const [first] = lost;
    if (first === undefined || lost.includes(undefined)) return [];
    const asked = `${first.was.key} = ${first.was.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    return [
      {
        address: object.address,
        action: "login-weakened",
        message:
          first.value === undefined
            ? `would no longer ask for ${asked} (${attribute}).`
            : `would accept ${first.was.key} = ${JSON.stringify(first.value)}, and accepts ${asked} (${attribute}).`,
        fix: "Name each value that is to be accepted, such as repo:OWNER/REPOSITORY:environment:NAME on GitHub.",
      },
    ];
  });
}

function isAllow({ Effect }: Fields): boolean {
  return Effect === "Allow";
}

function isOfSame(before: Fields, after: Fields): boolean {
  const isSame = JSON.stringify(before.Principal) === JSON.stringify(after.Principal);
  return isSame && textsOf(before.Action).some((one) => textsOf(after.Action).some((other) => actsLike(other, one)));
}

/** A test that is gone, or accepts by a wildcard what it did not; undefined where none is. */
function loosenedTest(before: Fields, after: Fields): { readonly was: Test; readonly value?: string } | undefined {
  const left = narrowingTests(after.Condition);
  for (const was of narrowingTests(before.Condition)) {
    const same = left.filter(({ key }) => key === was.key);
    if (same.length === 0) return { was };
    const isWithin = (value: string) => !/[*?]/.test(value) || was.values.some((one) => isLike(one, value));
    const wider = same.map(({ values }) => values.find((value) => !isWithin(value)));
    if (!wider.includes(undefined)) return { was, value: wider[0] as string };
  }
  return undefined;
}

/** An endpoint that let through some calls, or to some resources, and would let through all: data could leave by it. */
function openedEndpoint(object: ChangedObject, graph: Graph): Found[] {
  const before = writtenStatements(object.before.policy);
  const { statements } = plannedPolicy(object, "policy", graph);
  if (before.length === 0 || before.some(letsAll) || !statements.some(letsAll)) return [];
  return [
    {
      address: object.address,
      action: "guard-off",
      message: "would let every call through, and lets only some (policy).",
      fix: "List the actions and resources that are needed.",
    },
  ];
}

const ALL: Fields = { Action: ["*"], Resource: ["*"] };

function letsAll(statement: Fields): boolean {
  return isAllow(statement) && holdsAll(statement, ALL) && narrowingTests(statement.Condition).length === 0;
}
