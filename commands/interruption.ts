import { constants } from "node:os";

/**
 * Ends the work in order at Ctrl-C, or when somebody asks the process to end. A second Ctrl-C is the first: npm and the
 * terminal both send it.
 *
 * @param exitCode what the command then ends with @default 128 and the number of the signal
 */
export function interruption(exitCode?: number): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) return;
      process.exitCode = exitCode ?? 128 + constants.signals[signal];
      controller.abort();
    });
  }
  return controller.signal;
}
