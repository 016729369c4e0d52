/** Attributes whose texts are not shown, whether or not Terraform marks them. */
const SECRET_NAME =
  /password|passwd|passphrase|secret|token|credential|user_data|(private|master|api|access|signing|encryption)[_-]?key(?!_id)/i;

/** What only sounds like one: how long a token is good for, and that it can be revoked. */
const HARMLESS_PART = /token_validity_units(\.\d+)?(\.(access|id|refresh)_token)?|token_validity|token_revocation/gi;

/** Whether a text under this name, or path of names, may be a secret. */
export function soundsSecret(name: string): boolean {
  return SECRET_NAME.test(name.replace(HARMLESS_PART, ""));
}

/** An ARN, or the path of a parameter where ECS takes one: where a secret is, not what it is. */
export function isReference(text: string, name: string): boolean {
  if (/^arn:[a-z-]+:[a-z0-9-]+:[\w-]*:\d{0,12}:[\w+=,.@:/-]+$/.test(text)) return true;
  return /\bvalueFrom$/.test(name) && /^\/[\w.-]+(\/[\w.-]+)+$/.test(text);
}

/** Forms in which secrets stand in a text of any name. */
const SECRET_PARTS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, "(sensitive)"],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*:)[^\s/@"']+@/gi, "$1(sensitive)@"],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, "(sensitive)"],
  [/\b(gh[pousr]_|github_pat_|xox[abprs]-)[\w-]{10,}/g, "(sensitive)"],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, "(sensitive)"],
  [
    /([\w-]*(?:password|passwd|passphrase|secret|token|credential|api[_-]?key|private[_-]?key)[\w-]*["']?\s*=\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi,
    "$1(sensitive)",
  ],
];

/** As in YAML. In a sentence it may be no more than a colon. */
const LABELLED =
  /((?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key)["']?:\s+)("[^"]*"|'[^']*'|[^\s,;&]+)/gi;

/** The same for a text that is no sentence: `password: …` as well. */
export function withoutLabelledSecrets(text: string): string {
  return withoutSecretParts(text).replace(LABELLED, "$1(sensitive)");
}

/** A text without the parts that look like secrets: a password in an address, a private key, `--password=…`. */
export function withoutSecretParts(text: string): string {
  return SECRET_PARTS.reduce((left, [form, instead]) => left.replace(form, instead), text);
}

/** What Terraform says is sensitive, in a tree like that of the values: `true` in the place of a value. */
export type Marks = unknown;

/** Terraform marks the value at a path, what it is in, or something in it. */
export function isMarked(marks: Marks, path: readonly (string | number)[]): boolean {
  let mark = marks;
  for (const step of path) {
    if (mark === true) return true;
    mark = markAt(mark, step);
  }
  return JSON.stringify(mark ?? false).includes("true");
}

/** The marks of what is in a value. */
export function markAt(marks: Marks, step: string | number): Marks {
  if (marks === true) return true;
  return typeof marks === "object" && marks !== null ? (marks as Record<string | number, unknown>)[step] : undefined;
}
