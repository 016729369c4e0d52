// biome-ignore lint/suspicious/noExplicitAny: JSON as Terraform reads it, of whatever shape
export type Json = any;

/** A synthesized stack, as Terraform reads it. */
export interface StackJson {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/** What is looked at on the synthesized JSON. */
export interface Check {
  /** Type of the resources that have to hold it, such as `aws_db_instance`. */
  readonly type: string;
  /** Whether one of them does. */
  readonly holds: (resource: Json, stack: StackJson) => boolean;
}

/** One thing that security catalogues ask of a type of resource that this project makes, and how the project stands to it. */
export interface Control {
  /** Checkov's (`CKV…`), of AWS Foundational Security Best Practices (`RDS.3`), of CIS AWS Foundations 5.0 (`CIS 2.2.1`). */
  readonly ids: readonly string[];
  /** The catalogue's title. */
  readonly title: string;
  /**
   * `passes`: in every environment. `option`: with a setting. `waived`: it does not, and the note says why. `account`: a thing of the
   * AWS account, which this project does not touch.
   */
  readonly standing: "passes" | "option" | "waived" | "account";
  /** Why, with the monthly price where it would cost; or how, where the title does not say it. */
  readonly note?: string;
  /** Settings by path, with a value each, that make it pass: `{ "database.multiAz": true }`. For `option` only. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Setting without which there is nothing to judge. @default it is judged in every environment */
  readonly given?: "domain" | "protection";
  /** @default it can't be seen on the JSON */
  readonly check?: Check;
}

type Ids = readonly string[];

/** @param details a note, or what it is given with */
export function passes(ids: Ids, title: string, check?: Check, details: Pick<Control, "note" | "given"> = {}): Control {
  return { ids, title, standing: "passes", check, ...details };
}

export function option(
  ids: Ids,
  title: string,
  settings: Readonly<Record<string, unknown>>,
  note: string,
  check?: Check,
): Control {
  return { ids, title, standing: "option", settings, note, check };
}

/** @param check fails: a waiver of what passes by now is none */
export function waived(ids: Ids, title: string, note: string, check?: Check): Control {
  return { ids, title, standing: "waived", note, check };
}

export function account(ids: Ids, title: string, note?: string): Control {
  return { ids, title, standing: "account", note };
}

/** Every resource of a type has to hold it. */
export function each(type: string, holds: Check["holds"]): Check {
  return { type, holds };
}

/** Resources of another type that refer to one, by an argument that names it. */
export function referring(stack: StackJson, type: string, argument: string, address: string): Json[] {
  return Object.values(stack.resource[type] ?? {}).filter((other) => String(other[argument]).includes(`${address}.`));
}

/** Statements of a policy's text. */
export function statements(text: string): Json[] {
  return JSON.parse(text).Statement;
}

/** Containers of a task definition. */
export function containers(task: Json): Json[] {
  return JSON.parse(task.container_definitions);
}
