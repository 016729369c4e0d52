/** Attributes whose texts are not shown, whether or not Terraform marks them. */
const SECRET_NAME = /password|secret|token|private_key|credential|user_data/i;

/** What only sounds like one: how long a token is good for, and that it can be revoked. */
const HARMLESS_PART = /token_validity_units(\.\d+)?(\.(access|id|refresh)_token)?|token_validity|token_revocation/gi;

/** Whether a text under this name, or path of names, may be a secret. */
export function soundsSecret(name: string): boolean {
  return SECRET_NAME.test(name.replace(HARMLESS_PART, ""));
}

/** What Terraform says is sensitive, in a tree like that of the values: `true` in the place of a value. */
export type Marks = unknown;

/** Terraform marks the value at a path, what it is in, or something in it. */
export function isMarked(marks: Marks, path: readonly (string | number)[]): boolean {
  let mark = marks;
  for (const step of path) {
    if (mark === true) return true;
    mark = typeof mark === "object" && mark !== null ? (mark as Record<string | number, unknown>)[step] : undefined;
  }
  return JSON.stringify(mark ?? false).includes("true");
}
