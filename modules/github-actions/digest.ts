import { createHash } from "node:crypto";
import { policy } from "../iam-policy.ts";
import { applyStatements, namedWriteStatements, writeStatements } from "./apply-policy.ts";
import { boundaryStatements } from "./boundary.ts";
import type { CiTarget } from "./names.ts";
import { planStatements } from "./plan-policy.ts";
import { namedReadStatements, readStatements } from "./reads.ts";

/** Tag of the permissions boundary: by what version of the project, and for which settings, it and the roles were made. */
export const DIGEST_TAG = "Digest";

/** Sixteen hexadecimal digits that change with any right of an environment's roles, whatever other environments there are. */
export function digestOf(target: CiTarget): string {
  const alone = { ...target, neighbours: [] };
  const rights = [
    readStatements,
    namedReadStatements,
    writeStatements,
    namedWriteStatements,
    boundaryStatements,
    planStatements,
    applyStatements,
  ];
  const hash = createHash("sha256");
  for (const statementsOf of rights) hash.update(policy(...statementsOf(alone)));
  return hash.digest("hex").slice(0, 16);
}
