import type { Arguments } from "@operation-app/preflight";

/** As `terraform providers schema -json` prints it, as far as it is read here. */
export interface ProvidersSchema {
  readonly provider_schemas: Readonly<
    Record<
      string,
      {
        readonly resource_schemas?: Readonly<Record<string, { readonly block: SchemaBlock }>>;
        readonly data_source_schemas?: Readonly<Record<string, { readonly block: SchemaBlock }>>;
      }
    >
  >;
}

interface SchemaBlock {
  readonly attributes?: Readonly<Record<string, SchemaAttribute>>;
  readonly block_types?: Readonly<Record<string, { readonly block: SchemaBlock }>>;
}

interface SchemaAttribute {
  readonly type?: unknown;
  readonly nested_type?: SchemaBlock;
  readonly optional?: boolean;
  readonly required?: boolean;
}

/**
 * What a provider takes, by its own word.
 *
 * @param address of the provider, such as `registry.terraform.io/hashicorp/aws`
 * @returns arguments by type as in an address
 */
export function argumentsInSchema({ provider_schemas }: ProvidersSchema, address: string): Map<string, Arguments> {
  const { resource_schemas = {}, data_source_schemas = {} } = provider_schemas[address] ?? {};
  return new Map([
    ...Object.entries(resource_schemas).map(([type, { block }]) => [type, argumentsOf(block)] as const),
    ...Object.entries(data_source_schemas).map(([type, { block }]) => [`data.${type}`, argumentsOf(block)] as const),
  ]);
}

function argumentsOf({ attributes = {}, block_types = {} }: SchemaBlock): Arguments {
  return Object.fromEntries([
    ...Object.entries(attributes).map(([name, attribute]) => [name, argumentOf(attribute)] as const),
    ...Object.entries(block_types).map(([name, { block }]) => [name, argumentsOf(block)] as const),
  ]);
}

function argumentOf({ optional, required, nested_type, type }: SchemaAttribute): Arguments[string] {
  if (!optional && !required) return 0;
  return nested_type ? argumentsOf(nested_type) : fieldsOf(type);
}

/** A list or set of objects is written like blocks; a map has keys of the user's own. */
function fieldsOf(type: unknown): Arguments | 1 {
  const [kind, inner] = Array.isArray(type) ? type : [];
  if (kind === "list" || kind === "set") return fieldsOf(inner);
  if (kind !== "object") return 1;
  return Object.fromEntries(Object.entries(inner as object).map(([name, field]) => [name, fieldsOf(field)]));
}
