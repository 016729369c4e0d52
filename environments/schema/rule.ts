import type { SettingProblem } from "@operation-app/preflight/input";
import type * as z from "zod";

export type Problem = SettingProblem;

/** Finds the mistakes of one kind in an environment that may have others. */
export type Rule = (input: unknown) => Problem[];

/**
 * A rule between settings. It reads its own part of the environment and says nothing while that part is not well-formed,
 * so that one mistake never hides another.
 */
export function rule<T>(reads: z.ZodType<T>, check: (part: T) => Problem[]): Rule {
  return (input) => {
    const part = reads.safeParse(input);
    return part.success ? check(part.data) : [];
  };
}
