import { constants } from "node:os";

/** Signals that ask a process to end: Ctrl-C, a stop from outside, and a terminal that closes. */
export const INTERRUPTIONS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What a process that a signal has ended exits with, as shells know it: 130 for `SIGINT`. */
export function exitCodeAfter(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Calls on each interruption of this process. @returns what takes the watch off */
export function onInterruption(then: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of INTERRUPTIONS) process.on(signal, then);
  return () => {
    for (const signal of INTERRUPTIONS) process.off(signal, then);
  };
}
