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
  "time limit of the services' deployment",
)
  .description(
    "Deploys the previous versions, or the given one if it is still in ECR: lists the migrations since, plans, " +
      "shows the review, asks for confirmation, applies, waits until it is running, and commits the versions file. It never reverts a migration. " +
      "See docs/release.md.",
  )
  .option("--to <version>", "instead of the previous versions");

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
    if (!since) return "No commit shows when that version was deployed, so the migrations since are not known.";
    const found = await withDeployment(environment, (session) => migrationsSince(session, since));
    const known = `according to the migration log, which is kept for ${environment.ecs.logRetentionDays} days`;
    if (found.length === 0) return `No migration has run since ${since.toISOString()}, ${known}.`;
    return [
      `Migrations that have run since ${since.toISOString()}, ${known}. They are not reverted: the older code must work with them.`,
      ...found.map((one) => `  ${one}`),
    ].join("\n");
  }
});
