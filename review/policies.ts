import { listOf, objectOf } from "./plan.ts";

type Fields = Readonly<Record<string, unknown>>;

/** An IAM policy document. */
export function isPolicy(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "Statement" in value;
}

/** Statements of a policy document, in one form: lists for what may be one or several, in their order. */
export function statementsOf(policy: unknown): Fields[] {
  const { Statement: written } = objectOf(policy);
  return (Array.isArray(written) ? written : [written]).filter((one) => one !== undefined).map((one) => normal(one));
}

function normal(statement: unknown): Fields {
  return Object.fromEntries(
    Object.entries(objectOf(statement)).map(([field, value]) => {
      if (/^(Not)?(Action|Resource)$/.test(field)) return [field, sorted(value)];
      if (/^(Not)?Principal$/.test(field)) return [field, typeof value === "string" ? { AWS: [value] } : lists(value)];
      if (field === "Condition") {
        return [field, Object.fromEntries(Object.entries(objectOf(value)).map(([test, keys]) => [test, lists(keys)]))];
      }
      return [field, value];
    }),
  );
}

function lists(value: unknown): Fields {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, items]) => [key, sorted(items)]));
}

function sorted(value: unknown): unknown[] {
  return (Array.isArray(value) ? [...value] : [value])
    .map((item) => (typeof item === "object" ? item : String(item)))
    .sort();
}

/**
 * Two policies with their statements by name, so that each is compared with what it was: known by its `Sid`, else by what
 * it is about.
 */
export function statementsByName(before: Fields, after: Fields): [Fields, Fields] {
  const [old, planned] = [statementsOf(before), statementsOf(after)];
  const there = new Set(planned.map(key));
  const same = new Set(old.map(key).filter((one) => there.has(one)));
  const [gone, added] = [old, planned].map((list) => list.filter((one) => !same.has(key(one)))) as [Fields[], Fields[]];
  const left: Record<string, unknown> = {};
  const right: Record<string, unknown> = {};
  const open = [...added];
  for (const [index, statement] of gone.entries()) {
    const partner = open.find((one) => isSameSubject(statement, one));
    const name = nameOf(statement, index);
    left[name] = statement;
    if (partner === undefined) continue;
    open.splice(open.indexOf(partner), 1);
    right[name] = partner;
  }
  for (const [index, statement] of open.entries()) right[nameOf(statement, gone.length + index)] = statement;
  return [
    { ...before, Statement: left },
    { ...after, Statement: right },
  ];
}

function key(statement: Fields): string {
  return JSON.stringify(Object.entries(statement).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nameOf({ Sid }: Fields, index: number): string {
  return `[${typeof Sid === "string" && Sid !== "" ? Sid : index}]`;
}

function isSameSubject(one: Fields, other: Fields): boolean {
  if (one.Sid !== other.Sid || one.Effect !== other.Effect) return false;
  if (one.Sid) return true;
  const agrees = (field: string) => JSON.stringify(one[field]) === JSON.stringify(other[field]);
  return ["Action", "Resource", "Principal"].filter(agrees).length >= 2;
}

/** Keys of conditions that tie a request to an account, an organization, a network or a resource. */
const TYING_KEYS =
  /^(aws:(PrincipalOrgID|PrincipalOrgPaths|PrincipalAccount|PrincipalArn|SourceAccount|SourceArn|SourceOrgID|SourceOrgPaths|SourceOwner|SourceVpc|SourceVpce|SourceVpcArn|SourceIp|VpcSourceIp|userid)|kms:CallerAccount|s3:DataAccessPointAccount|s3:DataAccessPointArn)$/i;

/**
 * What a policy lets anybody do: statements that allow it to every principal, without a condition that ties them, or to
 * whatever runs on GitHub.
 */
export function publicStatements(policy: unknown): Fields[] {
  return statementsOf(policy).filter((statement) => {
    if (statement.Effect === "Deny") return false;
    const isForAll = statement.NotPrincipal !== undefined || hasStar(statement);
    return (isForAll && !isTied(statement.Condition)) || isForAllOfGitHub(statement);
  });
}

/** Every workflow on GitHub gets tokens of this issuer; what it is of is in `sub`. */
const GITHUB = /oidc-provider\/token\.actions\.githubusercontent\.com$/;

function isForAllOfGitHub({ Principal: principal, Condition: condition }: Fields): boolean {
  const who = listOf(objectOf(principal).Federated);
  if (!who.some((one) => GITHUB.test(String(one)))) return false;
  return !Object.entries(objectOf(condition)).some(
    ([test, keys]) =>
      !/Not|IfExists|Null/i.test(test) &&
      Object.entries(objectOf(keys)).some(
        ([name, values]) =>
          /:(sub|repository|repository_id|repository_owner|repository_owner_id|job_workflow_ref)$/.test(name) &&
          listOf(values).every((value) => !/^(repo:)?\*/.test(String(value))),
      ),
  );
}

function hasStar({ Principal: principal }: Fields): boolean {
  return Object.entries(objectOf(principal)).some(([kind, who]) => kind !== "Service" && listOf(who).includes("*"));
}

function isTied(condition: unknown): boolean {
  return Object.entries(objectOf(condition)).some(
    ([test, keys]) =>
      !/Not|IfExists|Null|ForAllValues/i.test(test) &&
      Object.entries(objectOf(keys)).some(
        ([name, values]) =>
          TYING_KEYS.test(name) && listOf(values).every((value) => !/^(\*|0\.0\.0\.0\/0|::\/0)$/.test(String(value))),
      ),
  );
}
