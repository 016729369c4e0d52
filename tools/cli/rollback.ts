import { versionsFile } from "../../environments/schema/versions.ts";
import { describeAccount } from "../lib/aws/account.ts";
import { stateLockProblem } from "../lib/aws/environment-lock.ts";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { parseDuration } from "../operate/logs.ts";
import { withDeployment } from "../operate/session.ts";
import { deployVersions } from "../release/deploy.ts";
import { realEdges } from "../release/edges.ts";
import { recordedVersions } from "../release/git.ts";
import { versionProblem } from "../release/images.ts";
import { migrationsSince } from "../release/migrations-since.ts";
import { Problems } from "../release/problems.ts";
import { imageProblems } from "../release/stored.ts";
import { rollbackTarget } from "../release/target.ts";
import { readVersions, unreadVersions, versionsText } from "../release/versions.ts";
import { environmentNamed, newCommand, unaskedProblems, verb } from "./command.ts";
import { type DeployingOptions, deploying, refuseProblems, repositoryProblems } from "./deploying.ts";

interface Options extends DeployingOptions {
  readonly to?: string;
}

const command = deploying(
  newCommand("rollback", ["rollback staging", "rollback production --to 0.1.0"]),
  "how long the services may take",
)
  .description(
    "Goes back to the versions before, or to named ones that are still in ECR: says which migrations have run since, plans, " +
      "shows the review, asks, applies, waits until it runs, and commits the versions file. It never takes a migration back. " +
      "docs/release.md goes through it.",
  )
  .option("--to <version>", "instead of the versions before");

export default verb(command, async () => {
  const signal = abortOnInterruption();
  const { environment: name, to, allowDirty, yes = false, commit, push = false, ...rest } = command.opts<Options>();
  const environment = await environmentNamed(name);
  const timeoutMs = parseDuration(rest.timeout, "--timeout");
  const unasked = unaskedProblems(command, yes);
  const progress = terminalProgress();
  const file = versionsFile(name);
  const problems = new Problems();
  const account = await problems.ask(() => describeAccount(environment));
  if (account) progress.text(account);

  progress.step("Check");
  problems.note(to === undefined ? undefined : versionProblem("--to", to));
  problems.note(...(await repositoryProblems(file, { allowDirty, commit })));
  problems.note(await problems.ask(() => unreadVersions(environment)));
  problems.note(await problems.ask(() => stateLockProblem(environment)));
  const checked = await problems.ask(async () => {
    const current = readVersions(name);
    const target = rollbackTarget(current, await recordedVersions(file), to);
    problems.note(...(await imageProblems(environment, target.versions)));
    return { current, target };
  });
  const untouched = "Nothing was changed.";
  const { current, target } = refuseProblems(checked, { unasked, problems: problems.all, untouched });
  progress.fact(`From ${versionsText(current)} to ${versionsText(target.versions)}; the images are in the repository`);
  progress.text(await migrationsText(target.at));

  const message = `Roll ${name} back to ${versionsText(target.versions)}`;
  const { lockTimeout } = rest;
  const edges = realEdges({ environment, progress, signal, lockTimeout, timeoutMs, yes, commit, push, message });
  await deployVersions({ environment: name, file, versions: target.versions, edges, progress });
  progress.text(`${name} runs ${versionsText(target.versions)}.`);

  async function migrationsText(since: Date | undefined): Promise<string> {
    if (!since) return "No commit says when that version ran, so which migrations have run since is not known.";
    const found = await withDeployment(environment, (session) => migrationsSince(session, since));
    const known = `by the log of the migration, which is kept for ${environment.ecs.logRetentionDays} days`;
    if (found.length === 0) return `No migration has run since ${since.toISOString()}, ${known}.`;
    return [
      `Migrations that have run since ${since.toISOString()}, ${known}. They stay: the older code must get along with them.`,
      ...found.map((one) => `  ${one}`),
    ].join("\n");
  }
});
