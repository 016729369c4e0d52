import { jsonOf } from "@operation-app/preflight/input";
import {
  isReference,
  isSecretKey,
  isSwitch,
  type Marks,
  markAt,
  soundsSecret,
  withoutEncoded,
  withoutLabelledSecrets,
  withoutSecretParts,
} from "@operation-app/preflight/secrets";
import { KnownSecrets, SHORTEST_SECRET } from "./known-secrets.ts";
import { listOf, objectOf, ownOf, type Plan } from "./plan.ts";

/** Begins a placeholder for what is secret or unknown; texts of a plan that begin so are escaped. */
const TOKEN = "\u0000";
const UNKNOWN = `${TOKEN}unknown`;
/** Placeholder for a list with the same items in another order. */
export const ORDER_ONLY = `${TOKEN}order`;

/**
 * Replaces secrets in values by tokens before anything else happens: the same token for the same secret, so that a change
 * shows but its value does not.
 */
export class Masking {
  private readonly tokens = new Map<string, string>();
  /** Texts that are marked as sensitive anywhere in the plan. */
  private readonly known: KnownSecrets;
  /** Names come again and again: whether a name sounds secret is asked once. */
  private readonly sounding = new Map<string, boolean>();
  private readonly keys = new Map<string, string>();
  private readonly shownKeys = new Set<string>();

  constructor(known: Iterable<string> = []) {
    this.known = new KnownSecrets(known);
  }

  /** @param marks of both sides: what is marked on one is masked on the other */
  mask(value: unknown, marks: readonly Marks[] = [], name = ""): unknown {
    if (value === null || value === undefined) return value;
    if (marks.includes(true)) return this.token(value);
    if (typeof value === "string") return this.maskText(value, name);
    if (typeof value === "number" && this.soundsSecret(name) && Math.abs(value) > 99_999) return this.token(value);
    if (typeof value !== "object") return value;
    if (Array.isArray(value)) {
      const isHidden = hiddenArguments(value);
      return value.map((item, index) => {
        if (isHidden(index)) return this.token(item);
        const isArgument = typeof value[index - 1] === "string" && /^-.*[^=]$/.test(value[index - 1]);
        const flag = isArgument ? `${name}.${value[index - 1]}` : name;
        const within = marks.map((mark) => markAt(mark, index));
        return this.mask(item, within, typeof item === "string" ? flag : name);
      });
    }
    const entry = value as Record<string, unknown>;
    const title = entryName(entry);
    const isSecure = entry.type === "SecureString";
    return Object.fromEntries(
      Object.entries(entry).map(([key, item]) => {
        const within = marks.map((mark) => markAt(mark, key));
        const isValue = isSecure && ENTRY_VALUE.test(key) && typeof item === "string";
        return [this.maskKey(key), isValue ? this.token(item) : this.mask(item, within, entryPath(name, key, title))];
      }),
    );
  }

  /** An address: what it is repeated by may hold a secret, such as a URL. */
  maskAddress(address: string): string {
    return address.replace(/(?<=\[")(?:[^"\\]|\\.)*(?="\])/g, (key) => this.maskKey(key));
  }

  /** Two keys that only a secret tells apart stay two. */
  private maskKey(key: string): string {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    const text = this.maskProse(key);
    const isLikeAnother = text === "(sensitive)" || (text !== key && this.shownKeys.has(text));
    const shown = isLikeAnother ? `${text} ${this.token(key).split(" ")[1]}` : text;
    this.keys.set(key, shown);
    this.shownKeys.add(shown);
    return shown;
  }

  /** Masks known secrets in a message. */
  maskProse(text: string): string {
    return this.withoutKnown(withoutSecretParts(text));
  }

  private withoutKnown(text: string): string {
    if (this.known.isEmpty) return text;
    return withoutEncoded(this.known.hidden(text), (decoded) => this.known.hidden(decoded) !== decoded);
  }

  private maskText(text: string, name: string): string {
    if (text !== "" && this.soundsSecret(name) && !isReference(text, name) && !isSwitch(text)) return this.token(text);
    if (this.known.has(text) || isSecretKey(text, name)) return this.token(text);
    return this.withoutKnown(text.startsWith(TOKEN) ? `\\0${text.slice(1)}` : text);
  }

  private soundsSecret(name: string): boolean {
    const known = this.sounding.get(name) ?? soundsSecret(name);
    this.sounding.set(name, known);
    return known;
  }

  private token(value: unknown): string {
    const key = JSON.stringify(value);
    const known = this.tokens.get(key);
    if (known) return known;
    const token = `${TOKEN}secret ${this.tokens.size}`;
    this.tokens.set(key, token);
    return token;
  }
}

/** Longer lists are no command. */
const MAX_ARGUMENTS = 64;

/** Which items of a list are secret by what stands before them, as in a command: `["redis-cli", "-a", "…"]`. */
function hiddenArguments(list: readonly unknown[]): (index: number) => boolean {
  const isCommand = list.length > 1 && list.length <= MAX_ARGUMENTS && list.every((one) => typeof one === "string");
  if (!isCommand || !list.some((one) => (one as string).startsWith("-"))) return () => false;
  return (index) => {
    const [item, before] = [list[index] as string, `${list.slice(0, index).join(" ")} `];
    return index > 0 && !/\s/.test(item) && !withoutSecretParts(before + item).endsWith(item);
  };
}

/** The name in an entry such as `{ name, value }`. */
function entryName(entry: Readonly<Record<string, unknown>>): string | undefined {
  const hasValue = Object.keys(entry).some((key) => ENTRY_VALUE.test(key));
  const found = [entry.name, entry.Name, entry.key, entry.Key, entry.http_header_name].find(
    (name) => typeof name === "string",
  );
  return hasValue ? (found as string | undefined) : undefined;
}

const ENTRY_NAME = /^(name|key|http_header_name)$/i;
const ENTRY_VALUE = /^(insecure_)?value(s|from)?$/i;

/** The path of a value in an entry: the entry's name tells whether its value is secret. */
function entryPath(path: string, key: string, title: string | undefined): string {
  if (title !== undefined && ENTRY_NAME.test(key)) return "";
  return title !== undefined && ENTRY_VALUE.test(key) ? `${path}.${title}.${key}` : `${path}.${key}`;
}

/** A masking that knows every text that the plan marks as sensitive: in resources, outputs and variables. */
export function maskingOf(plan: Plan): Masking {
  const secrets = new Set<string>();
  const changes = [...plan.resource_changes, ...plan.resource_drift].map(({ change }) => change);
  for (const change of [...changes, ...Object.values(plan.output_changes)]) {
    collectMarked(change.before, change.before_sensitive, secrets);
    collectMarked(change.after, change.after_sensitive, secrets);
  }
  const declared = objectOf(objectOf(objectOf(plan.configuration).root_module).variables);
  for (const [name, { value }] of Object.entries(plan.variables ?? {})) {
    if (objectOf(declared[name]).sensitive === true) collectMarked(value, true, secrets);
  }
  return new Masking(secrets);
}

function collectMarked(value: unknown, marks: Marks, into: Set<string>): void {
  if (marks === undefined || marks === null || marks === false) return;
  if (typeof value === "string") {
    if (marks === true && value.length >= SHORTEST_SECRET) into.add(value);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collectMarked(item, markAt(marks, index), into);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) collectMarked(item, markAt(marks, key), into);
  }
}

/** The planned value with a token for what is known after apply. */
export function withUnknown(value: unknown, unknown: unknown): unknown {
  if (unknown === true) return UNKNOWN;
  if (typeof unknown !== "object" || unknown === null) return value;
  if (Array.isArray(unknown)) {
    const items = listOf(value);
    return Array.from({ length: Math.max(items.length, unknown.length) }, (_, index) =>
      withUnknown(items[index] ?? null, unknown[index]),
    );
  }
  const own = Object.entries(unknown).filter(([, inner]) => hasUnknown(inner));
  if (own.length === 0) return value;
  const values = objectOf(value);
  return { ...values, ...Object.fromEntries(own.map(([key, inner]) => [key, withUnknown(ownOf(values, key), inner)])) };
}

/** A part of `after_unknown` says that a value, or something in it, is known after apply. */
export function hasUnknown(unknown: unknown): boolean {
  return (
    unknown === true || (typeof unknown === "object" && unknown !== null && Object.values(unknown).some(hasUnknown))
  );
}

export function isToken(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(TOKEN);
}

export function isSecretToken(value: unknown): boolean {
  return isToken(value) && value !== UNKNOWN && value !== ORDER_ONLY;
}

function isUnknownToken(value: unknown): boolean {
  return value === UNKNOWN;
}

/** Characters of a value that are shown. */
const LONGEST = 300;

/** A masked value as JSON, without secrets in it or in JSON texts that it contains. */
export function shown(value: unknown, masking: Masking): string {
  if (value === undefined || value === null) return "(none)";
  if (isToken(value)) return tokenText(value);
  const text = JSON.stringify(readable(value, masking));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length - LONGEST} more characters)` : text;
}

function tokenText(token: string): string {
  if (token === ORDER_ONLY) return "(the same, order only)";
  return isUnknownToken(token) ? "(known after apply)" : "(sensitive)";
}

function readable(value: unknown, masking: Masking): unknown {
  if (isToken(value)) return tokenText(value);
  if (typeof value === "string") {
    const held = jsonIn(value);
    return held ? JSON.stringify(readable(masking.mask(held), masking)) : withoutLabelledSecrets(value);
  }
  if (Array.isArray(value)) return value.map((item) => readable(item, masking));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item, masking)]));
}

/** The object or list that a text contains as JSON. */
export function jsonIn(text: string): object | undefined {
  if (isToken(text) || !/^\s*[[{]/.test(text)) return undefined;
  const held = jsonOf(text);
  return typeof held === "object" && held !== null ? held : undefined;
}
