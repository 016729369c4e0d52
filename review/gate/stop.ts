import type { Stop } from "../policy.ts";

/** Why a plan must not be applied as it is. */
export interface Blocked {
  readonly address: string;
  /** What an exception names; `preflight` has acknowledgements of its own. */
  readonly action: Stop | "preflight";
  /** What would happen, as a sentence that goes on from the address. */
  readonly message: string;
  /** The way out. */
  readonly fix: string;
  /** Code that is part of the way out: a moved block, the line of an exception. */
  readonly code: readonly string[];
}

/** What one rule of the gate finds. */
export type Found = Omit<Blocked, "code"> & { readonly code?: readonly string[] };
