import { textReview } from "@operation-app/plan-review";
import { InputError, UserError } from "@operation-app/preflight/input";
import type { Environment } from "../../environments/schema/index.ts";
import { backUpState } from "../adopt/backups.ts";
import { locked } from "../adopt/move.ts";
import { planner } from "../adopt/proof.ts";
import { withStack } from "../adopt/session.ts";
import { describeAccount } from "../lib/aws/account.ts";
import { readEnvironmentState } from "../lib/aws/environment-state.ts";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { type Progress, terminalProgress } from "../lib/terminal/progress.ts";
import { askToApply } from "../lib/terminal/question.ts";
import { createUser } from "../operate/database-user.ts";
import { parseDuration } from "../operate/logs.ts";
import { type Declared, declaredInstance, MOVED_TYPES } from "../operate/restore/declared.ts";
import { checkOf, drill, drillLine, recordDrill } from "../operate/restore/drill.ts";
import { listInstances } from "../operate/restore/instances.ts";
import { parsePoint, restorable } from "../operate/restore/points.ts";
import { listText, monthlyPrice, restoredText, takenOverText, takeOverQuestion } from "../operate/restore/report.ts";
import { besides, restore } from "../operate/restore/restore.ts";
import { currentSituation, situation, takeOver } from "../operate/restore/take-over.ts";
import { type Session, withDeployment } from "../operate/session.ts";
import { applyPlan } from "../plan/apply.ts";
import { makePlan, removePlan } from "../plan/make.ts";
import { hasChanges, reviewPlan } from "../plan/review.ts";
import { environmentNamed, LOCK_TIMEOUT, namedEnvironment, newCommand, ofNamedEnvironment, verb } from "./command.ts";

interface Options {
  readonly at?: string;
  readonly snapshot?: string;
  readonly list?: boolean;
  readonly takeOver?: string | true;
  readonly confirm?: string;
  readonly drill?: boolean;
  readonly check?: string;
  readonly sql?: string;
  readonly timeout: string;
  readonly lockTimeout: string;
}

const command = ofNamedEnvironment(
  newCommand("restore", [
    "restore production --list",
    "restore production --at 2026-01-31T09:30:00+09:00",
    "restore production --take-over",
    'restore production --drill --sql "SELECT COUNT(*), MAX(created_at) FROM users"',
  ]),
)
  .description(
    "Restores the database into a new instance and checks it; the app continues to use the deployed one. " +
      "--take-over then replaces the deployed instance with it, under the same name and address; the old instance " +
      "is kept, renamed. Both can be run again after an interruption. See docs/operation.md.",
  )
  .option("--at <time>", "the point in time: a time with its zone, or latest (the default)")
  .option("--snapshot <name>", "restore a snapshot instead")
  .option("--list", "only list what can be restored, and instances of earlier restores")
  .option("--take-over [instance]", "replace the deployed instance with a restored one")
  .option("--confirm <name>", "the environment's name, to skip the questions before the take-over and its apply")
  .option(
    "--drill",
    "restore the newest automated backup into a temporary instance, check its data, delete it, and add a line to docs/drills.md",
  )
  .option(
    "--check <command>",
    "for a drill: run this in a task of the app, such as \"rails runner 'puts User.maximum(:created_at)'\"",
  )
  .option("--sql <statement>", "for a drill: run this query (default: the schema's version and the number of tables)")
  .option("--timeout <duration>", "for a drill: time limit of the check", "1h")
  .addOption(LOCK_TIMEOUT);

export default verb(command, async () => {
  const options = command.opts<Options>();
  const environment = await environmentNamed(namedEnvironment(command));
  const point = parsePoint(options.at, options.snapshot);
  if (options.takeOver !== undefined) return takeItOver(environment, options);
  if (options.drill) return practise(environment, options);
  if (options.check !== undefined || options.sql !== undefined)
    throw new InputError("--check and --sql need --drill. Add --drill, or leave them out.");
  const progress = terminalProgress();
  const signal = abortOnInterruption({ say: () => "Interrupted." });
  const declared = declaredInstance(await readEnvironmentState(environment), environment);
  await withDeployment(environment, async ({ clients: { rds } }) => {
    if (options.list) {
      const instances = await listInstances(rds);
      const source = instances.find(({ DbiResourceId }) => DbiResourceId === declared.resourceId);
      return progress.text(listText(await restorable(rds, declared, source), instances, declared));
    }
    progress.text(await describeAccount(environment));
    const restored = await restore({ rds, progress, signal, declared, point, purpose: "restored", ...pace() });
    progress.text(`\n${restoredText(restored, environment, await monthlyPrice(declared, environment.region))}`);
  });
});

/** Where each drill gets a line. */
const DRILLS = "docs/drills.md";

async function practise(environment: Environment, { at, snapshot, list, check, sql, timeout }: Options): Promise<void> {
  if (at !== undefined || snapshot !== undefined || list)
    throw new InputError("--drill restores the newest automated backup: leave out --at, --snapshot and --list.");
  const asked = checkOf(check, sql);
  const timeoutMs = parseDuration(timeout, "--timeout");
  const progress = terminalProgress();
  const signal = abortOnInterruption({ say: () => "Interrupted. Deleting the restored instance …" });
  progress.text(await describeAccount(environment));
  const declared = declaredInstance(await readEnvironmentState(environment), environment);
  await withDeployment(environment, async (session) => {
    const { rds } = session.clients;
    const done = await drill({ session, rds, progress, signal, declared, check: asked, ...pace(), timeoutMs });
    recordDrill(DRILLS, environment.name, done);
    progress.text(`\nWrote ${DRILLS}; commit it:\n${drillLine(environment.name, done)}`);
    if (done.problem !== undefined) throw new UserError(`The drill failed: ${done.problem}`);
  });
}

async function takeItOver(environment: Environment, { takeOver: wanted, confirm, lockTimeout, ...others }: Options) {
  const { name } = environment;
  if (others.at !== undefined || others.snapshot !== undefined || others.list)
    throw new InputError(
      "--take-over needs an instance that is already restored: leave out --at, --snapshot and --list.",
    );
  if (confirm !== undefined && confirm !== name)
    throw new InputError(`--confirm says ${confirm}, and the environment is ${name}. Nothing was changed.`);
  if (confirm === undefined && !process.stdin.isTTY)
    throw new InputError(`There is no terminal to ask in. Write --confirm ${name} to replace its database.`);
  const progress = terminalProgress();
  progress.text(await describeAccount(environment));
  const declared = declaredInstance(await readEnvironmentState(environment), environment);
  await withDeployment(environment, async (session) => {
    const found = await currentSituation({ rds: session.clients.rds, progress }, declared, nameIn(wanted));
    if (found) {
      const restored = found.restored.DBInstanceIdentifier ?? "";
      progress.text(`\n${takeOverQuestion(declared, restored, found.old?.DBInstanceIdentifier)}`);
      const isWanted =
        confirm ??
        (await askToApply(
          name,
          `Replace the deployed database with ${restored}? Only ${name} is accepted: `,
          undefined,
          name,
        ));
      if (!isWanted) throw new UserError("Nothing was changed.");
      await moveOver(environment, session, declared, progress, nameIn(wanted));
    } else
      progress.text(
        "The restored instance has replaced the deployed one. Next, the services are deployed with its password.",
      );
  });
  await deployAgain(environment, declared, progress, { isAsked: confirm === undefined, lockTimeout });
}

const nameIn = (wanted: Options["takeOver"]) => (typeof wanted === "string" ? wanted : undefined);

async function moveOver(
  environment: Environment,
  { clients: { rds } }: Session,
  declared: Declared,
  progress: Progress,
  wanted: string | undefined,
): Promise<void> {
  await withStack(environment, progress, async ({ stack, directory, terraform, target }) =>
    locked([target], progress, async () => {
      const instances = await listInstances(rds);
      const now = declaredInstance(await target.pull(), environment);
      const there = now.resourceId === declared.resourceId ? situation(now, instances, wanted) : undefined;
      if (!there) return progress.fact("already done by another run");
      await takeOver({
        rds,
        progress,
        environment,
        declared: now,
        situation: there,
        target,
        plan: planner(stack, `${directory}/plan`, (type) => MOVED_TYPES.includes(type), terraform),
        backUp: (state) => backUpState(environment.name, state),
        ...pace(),
      });
    }),
  );
}

/** The apply that gives the services the password of the restored instance. */
async function deployAgain(
  environment: Environment,
  declared: Declared,
  progress: Progress,
  { isAsked, lockTimeout }: { readonly isAsked: boolean; readonly lockTimeout: string },
): Promise<void> {
  const { name } = environment;
  const notYet = `The restored database has replaced the deployed one, but the services do not have its password yet. Continue with: bin/infra apply ${name}`;
  const made = await makePlan({ environment, lockTimeout, progress });
  const reviewed = await reviewPlan(environment, made.plan, made.directory);
  progress.text(`\n${textReview(reviewed)}`);
  if (reviewed.verdict === "blocked") throw new UserError(notYet);
  if (hasChanges(reviewed)) {
    if (isAsked && !(await askToApply(name))) throw new UserError(notYet);
    progress.step("Deploy the services with the new password");
    await applyPlan({ ...made, environment, lockTimeout });
  }
  removePlan(made.directory);
  const price = await monthlyPrice(declared, environment.region);
  await withDeployment(environment, async (session) => {
    const { rds } = session.clients;
    if (session.deployment.databaseUserSecretArn !== undefined && environment.database.appUser) {
      progress.step(`Give ${environment.database.appUser.name} its current password and rights`);
      await createUser(session, { timeoutMs: USER_MS, onLine: progress.output, onFact: progress.fact });
    }
    const old = besides(await listInstances(rds), declared.identifier, "old");
    progress.text(`\n${takenOverText(environment, old, price)}`);
  });
}

/** For the task that does it. */
const USER_MS = 20 * 60_000;

/** RDS takes minutes; what stands in for it is done at once. */
function pace() {
  return process.env.AWS_ENDPOINT_URL === undefined ? {} : { pollMs: 1_000 };
}
