/** Attributes whose texts are not shown, whether or not Terraform marks them. */
const SECRET_NAME = /password|secret|token|private_key|credential|user_data/i;

/** Names that only sound like one: how long a token is good for. */
const HARMLESS_NAME = /token_validity|token_revocation/i;

/** Whether a text under this name, or path of names, may be a secret. */
export function soundsSecret(name: string): boolean {
  return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);
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
