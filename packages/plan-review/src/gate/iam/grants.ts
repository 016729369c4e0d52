import { GAP } from "@operation-app/preflight/graph";
import { listOf, objectOf } from "../../plan.ts";
import type { Fields } from "../../policy-documents.ts";
import { accountOf } from "./accounts.ts";
import {
  accountsInCondition,
  accountsNotRefused,
  isForOthers,
  isTied,
  isTiedToSubject,
  testedKeys,
} from "./conditions.ts";
import { holdsAll } from "./patterns.ts";

/** Access that a statement gives to someone outside the account. */
export interface Grant {
  /** `public`: anyone. `token`: any holder of a token of an identity provider. `account`: another account. */
  readonly kind: "public" | "token" | "account";
  /** The account, or the provider. */
  readonly who: string;
  readonly statement: Fields;
}

/** Who gets access by the statements of a policy, beside the plan's own accounts. */
export function grantsOf(statements: readonly Fields[], isOwn: (account: string) => boolean): Grant[] {
  return statements
    .filter(({ Effect }) => Effect !== "Deny")
    .flatMap((statement): Grant[] => {
      const { Condition: condition } = statement;
      const refusing = refusesOthers(statement, statements);
      if (isForAll(statement) && !isTied(condition) && !refusing) return [{ kind: "public", who: "*", statement }];
      const tokens = isTiedToSubject(condition) ? [] : tokenProviders(statement);
      const left = refusing && isForAll(statement) && !isTied(condition) ? accountsNotRefused(refusing.Condition) : [];
      const accounts = [...new Set([...accountsOf(statement), ...left])].filter((account) => !isOwn(account));
      return [
        ...tokens.map((who): Grant => ({ kind: "token", who, statement })),
        ...accounts.map((who): Grant => ({ kind: "account", who, statement })),
      ];
    });
}

/** Access that is new: for someone else, to more, or with fewer conditions. */
export function newGrants(before: readonly Grant[], after: readonly Grant[]): Grant[] {
  return after.filter((grant) => !before.some((one) => isWithin(grant, one)));
}

function isWithin(grant: Grant, other: Grant): boolean {
  if (grant.kind !== other.kind || grant.who !== other.who || !holdsAll(other.statement, grant.statement)) return false;
  if (other.statement.NotPrincipal !== undefined || grant.statement.NotPrincipal !== undefined) {
    if (JSON.stringify(other.statement.NotPrincipal) !== JSON.stringify(grant.statement.NotPrincipal)) return false;
  }
  const tested = testedKeys(grant.statement.Condition);
  return [...testedKeys(other.statement.Condition)].every((test) => tested.has(test));
}

/** The Deny that limits an Allow to, say, a network or an account. */
function refusesOthers(statement: Fields, statements: readonly Fields[]): Fields | undefined {
  return statements.find(
    (other) =>
      other.Effect === "Deny" &&
      other.NotPrincipal === undefined &&
      isForAll(other) &&
      isForOthers(other.Condition) &&
      holdsAll(other, statement),
  );
}

function isForAll({ Principal: principal, NotPrincipal: others }: Fields): boolean {
  if (others !== undefined) return true;
  return Object.values(objectOf(principal)).some((who) => listOf(who).includes("*"));
}

/** Identity providers that issue tokens to anyone: OIDC, Cognito, Google, Amazon and Facebook. */
function tokenProviders({ Principal: principal }: Fields): string[] {
  return listOf(objectOf(principal).Federated)
    .map(String)
    .filter((who) => who.includes(":oidc-provider/") || /^(?!arn:)[\w.-]+\.\w+$/.test(who))
    .map((who) => who.replace(/^.*:oidc-provider\//, ""));
}

function accountsOf(statement: Fields): string[] {
  const named = listOf(objectOf(statement.Principal).AWS).flatMap((who) => accountOf(String(who)) ?? []);
  const isNarrowed = isForAll(statement) || String(listOf(objectOf(statement.Principal).AWS)[0] ?? "").includes(GAP);
  const tied = isNarrowed ? accountsInCondition(statement.Condition).filter((one) => /^\d{12}$/.test(one)) : [];
  return [...named, ...tied];
}
