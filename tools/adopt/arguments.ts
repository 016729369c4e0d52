import { isLosslessNumber } from "lossless-json";
import { shellQuoted } from "../lib/process/shell.ts";
import type { StateObject } from "../lib/terraform/state-objects.ts";
import { HELD_TYPES } from "./held-types.ts";

/** What a configuration has to say so that Terraform leaves an object alone. */
export interface Arguments {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
}

/** Settings of an identity provider that only it and Cognito may know. */
const SECRET_DETAIL = /secret|private_key|password/i;

/** Arguments that the state has twice, because Cognito's answer has: only one may be written. */
const SAME_AS: Readonly<Record<string, string>> = {
  email_verification_message: "verification_message_template",
  email_verification_subject: "verification_message_template",
  sms_verification_message: "verification_message_template",
};

/** Numbers of which the provider keeps a 0 where none was set, and takes none in a configuration. */
const NEVER_ZERO = [
  "access_token_validity",
  "auth_session_validity",
  "id_token_validity",
  "managed_login_version",
  "refresh_token_validity",
];

/** Reads out of the state the arguments with which Terraform finds nothing to change. */
export function argumentsOf({ type, instance }: StateObject): Arguments {
  const values = Object.fromEntries(
    (HELD_TYPES[type] ?? []).flatMap((name) => {
      const value = written(instance.attributes[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  for (const [name, template] of Object.entries(SAME_AS)) if (template in values) delete values[name];
  for (const name of NEVER_ZERO) if (values[name] === 0) delete values[name];
  if (type === "aws_cognito_user_pool") {
    const { attributes, ignoreChanges } = withItsTags(values, instance.attributes.tags_all);
    return { attributes, ignoreChanges: hasUnlimited(values.schema) ? [...ignoreChanges, "schema"] : ignoreChanges };
  }
  if (type === "aws_cognito_identity_provider") return withoutSecretDetails(values, marksOf(instance));
  return { attributes: values, ignoreChanges: [] };
}

/**
 * What a configuration would say for a value of the state, nothing where it would not say anything. The provider writes
 * "" and [] for what was never set, and refuses some of them in a configuration.
 */
function written(value: unknown): unknown {
  if (value === null || value === "") return undefined;
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return undefined;
  return value.map((item) => (isBlock(item) ? writtenBlock(item) : item));
}

function writtenBlock(block: Readonly<Record<string, unknown>>): unknown {
  const entries = Object.entries(block).map(([name, value]) => [name, written(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** This project's provider adds tags of its own; those that the pool has now are all that it is to have. */
function withItsTags(values: Record<string, unknown>, all: unknown): Arguments {
  const tags = isBlock(all) && Object.keys(all).length > 0 ? { tags: all } : {};
  return { attributes: { ...values, ...tags }, ignoreChanges: ["tags", "tags_all"] };
}

/**
 * A String or Number attribute without constraints: the state that an apply leaves has none, and a refreshed one has those
 * that Cognito fills in, so that no configuration is equal to both.
 */
function hasUnlimited(schema: unknown): boolean {
  const hasNone = (limits: unknown) => !Array.isArray(limits) || limits.length === 0;
  return (
    Array.isArray(schema) &&
    schema
      .filter(isBlock)
      .some(
        ({ attribute_data_type: type, string_attribute_constraints: text, number_attribute_constraints: number }) =>
          (type === "String" && hasNone(text)) || (type === "Number" && hasNone(number)),
      )
  );
}

/** A file of the repository is no place for a provider's client secret: Terraform takes that from the state. */
function withoutSecretDetails(values: Record<string, unknown>, marks: readonly string[]): Arguments {
  if (marks.includes("provider_details"))
    return { attributes: { ...values, provider_details: {} }, ignoreChanges: ["provider_details"] };
  const details = Object.entries(isBlock(values.provider_details) ? values.provider_details : {});
  const isSecret = (name: string) => SECRET_DETAIL.test(name) || marks.includes(`provider_details.${name}`);
  return {
    attributes: { ...values, provider_details: Object.fromEntries(details.filter(([name]) => !isSecret(name))) },
    ignoreChanges: details.filter(([name]) => isSecret(name)).map(([name]) => `provider_details["${name}"]`),
  };
}

/** Paths of what the state marks as sensitive: `provider_details.client_secret`. */
function marksOf({ sensitive_attributes: marks = [] }: StateObject["instance"]): string[] {
  return marks.map((path) =>
    path.map(({ value }) => String(isBlock(value) && "value" in value ? value.value : value)).join("."),
  );
}

/** Arguments that can't be written into a file, in one line each: the state marks them as sensitive, or they are broken. */
export function unwritable(object: StateObject): string[] {
  return [...sensitive(object), ...broken(object)];
}

function sensitive(object: StateObject): string[] {
  return markedArguments(object)
    .filter((name) => MAY_BE_SECRET.test(name))
    .map(
      (name) =>
        `${object.address}: ${name} is marked as sensitive, so it can't be written to a file. Remove the mark in the old project (nonsensitive(…)), apply, and pull the state again; or leave the object there: --leave ${shellQuoted(object.address)}.`,
    );
}

/** Texts that people write freely, and what has a password or key in it. Names, types, switches and ids are no secrets. */
const MAY_BE_SECRET = /^(tags|description|css|.*_(message|subject|template|config|configuration))$/;

/** Arguments that the state marks as sensitive, and that are written nevertheless: they are no secrets. */
export function writtenDespiteMarks(object: StateObject): string[] {
  return markedArguments(object).filter((name) => !MAY_BE_SECRET.test(name));
}

/** An identity provider's secrets are left in the state, see `withoutSecretDetails`. */
function markedArguments({ type, instance }: StateObject): string[] {
  const names = new Set(marksOf(instance).map((path) => path.split(".")[0]?.replace(/^tags_all$/, "tags") ?? ""));
  names.delete("provider_details");
  return [...names].filter((name) => HELD_TYPES[type]?.includes(name));
}

/** What the provider never writes, and a configuration can't say. */
function broken({ address, type, instance }: StateObject): string[] {
  const { schema, ...others } = instance.attributes;
  const wrong = (HELD_TYPES[type] ?? []).filter((name) => holdsUnkeptNumber(others[name]));
  const isNamed = (item: unknown) => isBlock(item) && typeof item.name === "string" && item.name !== "";
  if (holdsUnkeptNumber(schema) || (Array.isArray(schema) && !schema.every(isNamed))) wrong.push("schema");
  return wrong.map(
    (name) =>
      `${address}: ${name} is invalid in this state. Run terraform apply in the old project, and pull its state again.`,
  );
}

function holdsUnkeptNumber(value: unknown): boolean {
  if (isLosslessNumber(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnkeptNumber);
}
