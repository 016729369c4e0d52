import Table from "cli-table3";
import colors from "picocolors";
import type { ServiceStatus, StoppedTask } from "./status.ts";
import type { Upkeep } from "./upkeep.ts";

/**
 * The services of an environment, as somebody wants to see them.
 *
 * @param upkeep what is said above of the rest, so that the last line does not say that all is well where it is not
 */
export function statusText(
  environment: string,
  services: readonly ServiceStatus[],
  upkeep: readonly Upkeep[] = [],
): string {
  const bad = new Set(upkeep.filter(({ state }) => state === "bad").map(({ what }) => what));
  const problems = services.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  const stopped = services.flatMap(({ name, stopped }) => stopped.map((task) => stoppedText(name, task)));
  const targets = services.flatMap(({ name, targets }) =>
    targets.map(({ target, state, reason }) => `  ${name}  ${target}  ${coloured(state)}  ${reason}`.trimEnd()),
  );
  const parts = [
    overview(services),
    ...(targets.length > 0 ? [`Targets of the load balancer:\n${targets.join("\n")}`] : []),
    ...(stopped.length > 0 ? [`Stopped tasks (ECS lists them for about an hour):\n${stopped.join("\n")}`] : []),
    problems.length > 0
      ? colors.red(["Problems:", ...problems.map((problem) => `  ${problem}`)].join("\n"))
      : bad.size > 0
        ? colors.red(`${environment}: every service is healthy. Problems (above): ${[...bad].join(", ")}.`)
        : colors.green(`${environment}: every service is healthy.`),
  ];
  return parts.join("\n\n");
}

/** What has to be looked after beside the services, a line each. */
export function upkeepText(upkeep: readonly Upkeep[]): string {
  const width = Math.max(...upkeep.map(({ what }) => what.length));
  const paint = { good: (text: string) => text, soon: colors.yellow, bad: colors.red };
  return upkeep.map(({ what, says, state }) => `${what.padEnd(width)}  ${paint[state](says)}`).join("\n");
}

function overview(services: readonly ServiceStatus[]): string {
  const table = new Table({
    head: ["service", "wanted", "running", "pending", "versions", "task definition", "deployment", "circuit breaker"],
    style: { head: [], border: [] },
  });
  for (const { name, wanted, running, pending, versions, taskDefinition, rollout } of services) {
    const tags = Object.entries(versions).map(([container, tag]) => `${container} ${tag}`);
    const failed = rollout.failedTasks > 0 ? ` (${rollout.failedTasks} tasks failed)` : "";
    table.push([
      name,
      wanted,
      running,
      pending,
      tags.join("\n"),
      taskDefinition,
      `${rollout.state}${failed}`,
      rollout.circuitBreaker,
    ]);
  }
  return table.toString();
}

/** Why one task has stopped, in a few lines. */
export function stoppedText(service: string, { id, at, says, exitCode, explanation }: StoppedTask): string {
  const code = exitCode === undefined ? "" : `, exit code ${exitCode}`;
  const lines = [
    `  ${service} ${id}${at ? `, ${at.toISOString()}` : ""}${code}`,
    `    ECS says: ${says || "nothing"}`,
    ...(explanation
      ? [
          `    Why: ${explanation.cause}`,
          ...(explanation.cure ? [`    Fix: ${explanation.cure}`] : []),
          `    ${explanation.source}`,
        ]
      : ["    This project has no explanation for this message."]),
  ];
  return lines.join("\n");
}

function coloured(state: string): string {
  if (state === "healthy") return colors.green(state);
  return state === "unhealthy" || state === "unused" || state === "unavailable" ? colors.red(state) : state;
}
