import { type ChangedObject, isUnknownAt } from "./changed-objects.ts";
import { leavesOf } from "./leaves.ts";
import type { Found } from "./stop.ts";

/** Judged one by one in protective-settings.ts, with words of their own. */
const ELSEWHERE = /^(storage_encrypted|encrypted|at_rest_encryption_enabled|transit_encryption_enabled)$/;

/** Names that AWS and the provider give to switches of encryption, and to keys: the same in each service. */
const SWITCH = /(^|_)(encrypted|encryption_enabled|sse_enabled|tls_enabled|encrypt)$/;
const KEY = /(^|_)(kms_key(_id|_arn|_identifier)?|kms_master_key(_id|_arn)?|kms_arn|encryption_key(_arn|_id)?)$/;
/** Blocks about encryption, in which `enabled`, `in_cluster` or a mode says whether there is any. */
const BLOCK =
  /(^|\.)(\w*encrypt\w*|server_side_\w+|sse_\w+)(\.\d+)*\.([\w.]*\.)?(enabled|status|mode|type|in_cluster)$/;
const MODE = /(^|_)(encryption_(type|mode|option)|sse_algorithm)$/;
const OFF = /^(|none|disabled|off|false|unencrypted|plaintext|null|undefined)$/i;

/** Data that would no longer be encrypted at rest, or no longer with a key of one's own. */
export function withoutEncryption({ address, change, before, after, unknown }: ChangedObject): Found[] {
  if (change.change.after === null || change.change.after === undefined) return [];
  const [old, planned] = [encrypting(before), encrypting(after)];
  const lost = [...old].filter(([path]) => !planned.has(path) && !isUnknownAt(unknown, path));
  const isOtherwise = [...planned.keys()].some((path) => !old.has(path)) || lost.length === 0;
  // A key that is known after apply is one.
  if (isOtherwise || [...leavesOf(unknown)].some(([path]) => KEY.test(path) && !old.has(path))) return [];
  const [path, value] = lost[0] as [string, unknown];
  const name = path.replaceAll(/\.\d+\./g, ".");
  return [
    {
      address,
      action: "encryption-off",
      message: `would lose encryption (${name}: ${String(value).slice(0, 40)} → ${shown(leavesOf(after).get(path))}).`,
      fix: `Keep ${name} as it is.`,
    },
  ];
}

/** Settings that encrypt, by their paths. */
function encrypting(values: unknown): Map<string, unknown> {
  return new Map([...leavesOf(values)].filter(([path, value]) => encrypts(path, value)));
}

function encrypts(path: string, value: unknown): boolean {
  if (ELSEWHERE.test(path) || OFF.test(String(value))) return false;
  const name = path.split(".").at(-1) ?? path;
  return SWITCH.test(name) || KEY.test(name) || MODE.test(name) || BLOCK.test(path);
}

function shown(value: unknown): string {
  return value === undefined || value === null || value === "" ? "(none)" : String(value).slice(0, 40);
}
