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

export interface InterruptionOptions {
  /** What the command then ends with. @default 128 and the number of the signal */
  readonly exitCode?: number;
  /** Says what is done now. @default nothing is said */
  readonly say?: (signal: NodeJS.Signals) => string;
  /** What the work ends with. @default an AbortError */
  readonly reason?: Error;
}

/**
 * Ends the work in order at Ctrl-C, or at a signal that ends the process. A second Ctrl-C is the first: npm and the
 * terminal both send it.
 */
export function abortOnInterruption({ exitCode, say, reason }: InterruptionOptions = {}): AbortSignal {
  const controller = new AbortController();
  onInterruption((signal) => {
    if (controller.signal.aborted) return;
    if (say) console.error(`\n${say(signal)}`);
    process.exitCode = exitCode ?? exitCodeAfter(signal);
    controller.abort(reason);
  });
  return controller.signal;
}
