import { dependable, type ITerraformDependable, type TerraformResource } from "cdktf";
import { camelCase } from "../argument-names.ts";

/** An existing object of Cognito's that is taken over as it is. */
export interface AdoptedObject {
  /** Address in the Terraform project that it comes from. */
  readonly from: string;
  /** What AWS calls it; a move does not change that. */
  readonly id: string;
  /** The app client has a secret. The secret itself is in the state only. @default false */
  readonly hasSecret?: boolean;
  /** Attributes that stay as they are in AWS, whatever is written here: Terraform's `ignore_changes`. @default none */
  readonly ignoreChanges?: readonly string[];
  /**
   * Arguments by Terraform's names, with the values that the state has. `null`: it has none, though this project has a
   * default. An argument that is not here is as the project and the environment say.
   */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Existing objects by their addresses in this project. `null`: there is none, and none is made. An address that is not
 * here is left to the project and the environment.
 */
export type AdoptedCognito = Readonly<Record<string, AdoptedObject | null>>;

/** Addresses of the objects that the module makes itself; all others are made for adopted objects only. */
export const OWN_ADDRESSES = {
  userPool: "aws_cognito_user_pool.cognito_user_pool",
  client: "aws_cognito_user_pool_client.cognito_user_pool_client",
  domain: "aws_cognito_user_pool_domain.cognito_user_pool_domain",
} as const;

/** The domain's name, where there is a domain. */
export function adoptedDomain(adopted: AdoptedCognito): string | undefined {
  return adopted[OWN_ADDRESSES.domain]?.attributes.domain as string | undefined;
}

/**
 * Gives a resource the attributes of the object that it takes over.
 *
 * @param settings attributes that the environment sets, by the names of cdktf: they go before
 */
export function takeOver(resource: TerraformResource, object: AdoptedObject, settings: object = {}): void {
  for (const [argument, value] of Object.entries(object.attributes)) {
    if (camelCase(argument) in settings) continue;
    if (value !== null) resource.addOverride(argument, literal(value));
  }
  const ignored = resource.lifecycle?.ignoreChanges ?? [];
  if (object.ignoreChanges && ignored !== "all") {
    resource.lifecycle = { ...resource.lifecycle, ignoreChanges: [...object.ignoreChanges, ...ignored] };
  }
}

/** Says where the object comes from, where that is not the address of another one by now. */
export function moveHere(resource: TerraformResource, { from }: AdoptedObject, adopted: AdoptedCognito): void {
  const isDeclared = from === addressOf(resource) || Boolean(adopted[from]);
  if (!isDeclared) resource.moveFromId(from);
}

/** The defaults that an adopted object leaves: those that it says nothing of. */
export function defaultsBeside<T extends object>(object: AdoptedObject | null | undefined, defaults: T): T {
  const said = new Set(Object.keys(object?.attributes ?? {}).map(camelCase));
  // What is required, such as the name, is written over by `takeOver`.
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => name === "name" || !said.has(name))) as T;
}

/** Makes Terraform make one resource after others. */
export function dependOn(resource: TerraformResource, others: readonly ITerraformDependable[]): void {
  if (others.length > 0) resource.dependsOn = [...(resource.dependsOn ?? []), ...others.map(dependable)];
}

function addressOf(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

/** The value with its texts as they are: Terraform would compute what stands in `${}` and `%{}`. */
function literal(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/([$%])\{/g, "$1$1{");
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, literal(item)]));
}
