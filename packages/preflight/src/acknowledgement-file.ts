import { z } from "zod";
import type { Acknowledgement } from "./acknowledgements.ts";
import { readInput } from "./input/read-input.ts";
import { InputError } from "./input/user-error.ts";

const schema = z.array(z.strictObject({ id: z.string(), address: z.string(), reason: z.string().min(1) }));

/**
 * Reads a JSON file of acknowledged findings: `[{ "id": "NET-005", "address": "aws_nat_gateway.a", "reason": "…" }]`.
 *
 * @param file its path; `undefined` for none
 * @throws InputError where it can't be read, or has something else in it
 */
export async function readAcknowledgements(file: string | undefined): Promise<readonly Acknowledgement[]> {
  if (file === undefined) return [];
  const { contents, name } = await readInput(file, "a JSON file of acknowledged findings");
  const { data, error } = schema.safeParse(parsed(contents));
  if (data) return data;
  const [issue] = error.issues;
  const place = issue?.path.length ? `${issue.path.join(".")}: ` : "";
  throw new InputError(
    `${name}: ${place}${issue?.message}. Write [{ "id": "NET-005", "address": "…", "reason": "…" }].`,
  );
}

function parsed(contents: string): unknown {
  try {
    return JSON.parse(contents);
  } catch {
    return undefined;
  }
}
