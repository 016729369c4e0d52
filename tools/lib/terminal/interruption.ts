import { exitCodeAfter, onInterruption } from "../process/interruptions.ts";

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
export function interruption({ exitCode, say, reason }: InterruptionOptions = {}): AbortSignal {
  const controller = new AbortController();
  onInterruption((signal) => {
    if (controller.signal.aborted) return;
    if (say) console.error(`\n${say(signal)}`);
    process.exitCode = exitCode ?? exitCodeAfter(signal);
    controller.abort(reason);
  });
  return controller.signal;
}
