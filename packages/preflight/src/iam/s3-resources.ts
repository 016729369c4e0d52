import { Expression, text, type Value } from "../graph/value.ts";
import { resourceTypesOf } from "./action-names.ts";
import type { Statement } from "./policy.ts";

/** What an action of S3 is called on: `account` is for those that take no resource but `*`. */
type Kind = "bucket" | "object" | "account";

/** Actions of S3 in a statement that are for nothing that it names, with what they are for. */
export function idleActions({
  actions = [],
  resources,
}: Statement): { readonly action: string; readonly takes: Kind }[] {
  const named: (Kind | "any")[] | undefined = resources?.map(kindOf);
  if (named === undefined || named.length === 0 || named.includes("any")) return [];
  return actions.flatMap((value) => {
    const action = text(value);
    const takes = action === undefined ? [] : kindsTaken(action);
    const [first] = takes;
    return action === undefined || first === undefined || takes.some((kind) => named.includes(kind))
      ? []
      : [{ action, takes: first }];
  });
}

/** The same few actions are in all policies. */
const knownKinds = new Map<string, readonly Kind[]>();
const MAX_KNOWN = 1000;

function kindsTaken(action: string): readonly Kind[] {
  const known = knownKinds.get(action);
  if (known) return known;
  const kinds = findKinds(action);
  if (knownKinds.size < MAX_KNOWN) knownKinds.set(action, kinds);
  return kinds;
}

/** What the actions that a name or pattern stands for are called on; none where that can't be known. */
function findKinds(action: string): Kind[] {
  const [service = "", name = ""] = action.split(":");
  if (service.toLowerCase() !== "s3" || name === "*") return [];
  const types = resourceTypesOf("s3", name);
  const kinds = types.flatMap((of): (Kind | "other")[] => {
    if (of.length === 0) return ["account"];
    return of.map((type) =>
      /object$/.test(type) ? "object" : /^(?:bucket|accesspoint)$/.test(type) ? "bucket" : "other",
    );
  });
  return kinds.includes("other") ? [] : [...new Set(kinds as Kind[])];
}

/** Whether a resource of a statement is a bucket or the objects of one; `any` where it may be either. */
function kindOf(value: Value): "bucket" | "object" | "any" {
  const known = text(value);
  if (known !== undefined) return kindOfName(/^arn:[^:]*:s3:::(.+)$/.exec(known)?.[1]);
  const parts = value instanceof Expression ? (value.parts ?? []) : [];
  const [first, ...rest] = parts;
  const isPrefix = typeof first === "string" && /^arn:[^:]*:s3:::$/.test(first);
  const [bucket, ...after] = isPrefix ? rest : parts;
  if (typeof bucket !== "object" || bucket.resources.length === 0) return "any";
  const isBucket = bucket.resources.every(({ type }) => type === "aws_s3_bucket" || type === "data.aws_s3_bucket");
  const isNamed = isPrefix ? ["bucket", "id"].includes(bucket.attribute) : bucket.attribute === "arn";
  if (!isBucket || !isNamed) return "any";
  const [tail = ""] = after;
  return typeof tail === "string" ? kindOfName(`bucket${tail}`) : "any";
}

function kindOfName(name: string | undefined): "bucket" | "object" | "any" {
  const bucket = name?.split("/")[0];
  if (name === undefined || bucket === undefined || /[*?$]/.test(bucket)) return "any";
  return name.includes("/") ? "object" : "bucket";
}
