import { GAP } from "../../../../preflight/src/graph/value.ts";
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

/** Something that a statement allows to somebody of whom it is to be told. */
export interface Grant {
  /** `public`: anybody. `token`: whoever gets a token of an OIDC provider. `account`: another account. */
  readonly kind: "public" | "token" | "account";
  /** The account, or the provider. */
  readonly who: string;
  readonly statement: Fields;
}

/** Whom the statements of a policy let in: everybody, and accounts that are not the plan's own. */
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

/** What is allowed that was not: to somebody else, more of it, or with a condition less. */
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

/** The statement that refuses what another one allows to all but a network or an account, say. */
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

/** Providers of tokens that anybody may get: OIDC, and the log-ins of Cognito, Google, Amazon and Facebook. */
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
