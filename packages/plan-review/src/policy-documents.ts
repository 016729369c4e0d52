import { objectOf } from "./plan.ts";

/** A statement, or another part of a policy. */
export type Fields = Readonly<Record<string, unknown>>;

/** An IAM policy document. */
export function isPolicy(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "Statement" in value;
}

/** Statements of a policy document, with lists wherever a value or a list is allowed. */
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
 * Two policies with their statements by name, so that each is compared with its former self: matched by `Sid`, else by
 * subject.
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
