import type { Stop } from "../gate-policy.ts";

/** Why a plan must not be applied as it is. */
export interface Blocked {
  readonly address: string;
  /** What an exception names; `preflight` has acknowledgements of its own. */
  readonly action: Stop | "preflight";
  /** What would happen, as a sentence that goes on from the address. */
  readonly message: string;
  /** The way out. */
  readonly fix: string;
  /** What the way out is to write, such as a moved block. */
  readonly code?: string;
  /** The line for the policy that lets it through, where it is meant; the reason and the day are to be filled in. */
  readonly exception?: string;
}

/** What one rule of the gate finds. */
export type Found = Omit<Blocked, "exception">;
