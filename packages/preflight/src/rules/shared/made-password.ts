import type { Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { flag, isAbsent, number, text, type Value } from "../../graph/value.ts";

/** A password that Terraform makes up. */
export interface MadePassword {
  readonly resource: Resource;
  readonly length: number | undefined;
  /** Characters that may be in it beside letters and digits; undefined where that can't be known. */
  readonly special: string | undefined;
}

/** Source: https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/password */
const DEFAULT_SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** The `random_password` or `random_string` whose result a value is. */
export function madePassword(value: Value | undefined): MadePassword | undefined {
  const link = linked(value, "random_password", "random_string");
  const [resource] = link.resources;
  if (!link.certain || resource === undefined || link.attribute !== "result") return undefined;
  const hasSpecial = flag(resource.get("special"), true);
  const override = resource.get("override_special");
  const written = isAbsent(override) || text(override) === "" ? DEFAULT_SPECIAL : text(override);
  return {
    resource,
    length: number(resource.get("length")),
    special: hasSpecial === false ? "" : hasSpecial ? written : undefined,
  };
}
