import { setTimeout as sleep } from "node:timers/promises";
import type { HealthCheck, HealthStatus } from "@aws-sdk/client-ecs";
import type { Container } from "../container.ts";

/** While a container starts, it is asked more often than its check says, so that nobody waits for the interval to pass. */
const STARTING_MS = 1_000;

/**
 * Stands in for the health check of a container: runs its command in the container until told to stop. As on AWS, one
 * success makes it healthy, and `retries` failures in a row make it unhealthy, but for those in the start period.
 *
 * @param onStatus told when the status changes
 */
export async function watchHealth(
  container: Container,
  check: HealthCheck,
  onStatus: (status: HealthStatus) => void,
  signal: AbortSignal,
): Promise<void> {
  const { interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = check;
  const command = commandOf(check.command ?? []);
  const startedAt = Date.now();
  let failures = 0;
  let isHealthy = false;
  while (!signal.aborted) {
    const isStarting = !isHealthy && Date.now() - startedAt < startPeriod * 1_000;
    await sleep(isStarting ? STARTING_MS : interval * 1_000, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const isGood = await container.exec(command, { timeoutMs: timeout * 1_000 }).then(
      ({ exitCode }) => exitCode === 0,
      () => false,
    );
    if (isGood) {
      failures = 0;
      isHealthy = true;
      onStatus("HEALTHY");
    } else if (!isStarting && ++failures >= retries) {
      isHealthy = false;
      onStatus("UNHEALTHY");
    }
  }
}

function commandOf([kind = "", ...words]: readonly string[]): readonly string[] {
  if (kind === "CMD") return words;
  return ["sh", "-c", kind === "CMD-SHELL" ? words.join(" ") : [kind, ...words].join(" ")];
}
