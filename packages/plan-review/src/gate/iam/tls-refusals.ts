import type { Graph } from "@operation-app/preflight/graph";
import type { Fields } from "../../policy-documents.ts";
import type { ChangedObject } from "../changed-objects.ts";
import type { Found } from "../stop.ts";
import { testedKeys, testsOf } from "./conditions.ts";
import { POLICY_ATTRIBUTES } from "./opened-policies.ts";
import { holdsAll } from "./patterns.ts";
import { plannedPolicy, writtenStatements } from "./planned-policy.ts";

/** Policies that would no longer deny requests without TLS. */
export function lostTlsRefusals(object: ChangedObject, graph: Graph, goneBuckets: ReadonlySet<unknown>): Found[] {
  const { address, before } = object;
  if (goneBuckets.has(before.bucket ?? null)) return [];
  return POLICY_ATTRIBUTES.flatMap((attribute) => {
    const refused = writtenStatements(before[attribute]).filter(refusesWithoutTls);
    if (refused.length === 0) return [];
    const planned = plannedPolicy(object, attribute, graph);
    if (planned.isOpen) return []; // noted as known after apply
    const left = planned.statements.filter(refusesWithoutTls);
    if (refused.every((one) => left.some((other) => refusesAsMuch(other, one)))) return [];
    const message = `would accept unencrypted requests (${attribute} denies fewer of those without aws:SecureTransport).`;
    return [{ address, action: "encryption-off" as const, message, fix: `Keep that Deny in ${attribute}.` }];
  });
}

function refusesWithoutTls({ Effect, Condition: condition }: Fields): boolean {
  return (
    Effect === "Deny" &&
    testsOf(condition).some(
      ({ operator, key, values }) =>
        /^Bool(IfExists)?$/i.test(operator) && key === "aws:securetransport" && values.join().toLowerCase() === "false",
    )
  );
}

/** For the same actions, resources, principals and conditions, or more. */
function refusesAsMuch(statement: Fields, other: Fields): boolean {
  const isOfAll = JSON.stringify(statement.Principal)?.includes('"*"');
  const isOfSame = JSON.stringify(statement.Principal) === JSON.stringify(other.Principal);
  const tested = testedKeys(other.Condition);
  const isNotLess = [...testedKeys(statement.Condition)].every(
    (test) => tested.has(test) || /aws:securetransport$/.test(test),
  );
  return (isOfAll || isOfSame) && isNotLess && holdsAll(statement, other);
}
