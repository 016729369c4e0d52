import type { Stop } from "../gate-policy.ts";

/** Why a plan must not be applied as it is. */
export interface Blocked {
  readonly address: string;
  /** What an exception names; `preflight` has acknowledgements of its own. */
  readonly action: Stop | "preflight";
  /** What would happen: a sentence that continues after the address. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
  /** What the fix is to write, such as a moved block. */
  readonly code?: string;
  /** The line for the policy that lets it through, with its reason and day to fill in. */
  readonly exception?: string;
}

/** What one rule of the gate finds. */
export type Found = Omit<Blocked, "exception">;
