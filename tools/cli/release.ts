import { Option } from "commander";
import { versionsFile } from "../../environments/schema/versions.ts";
import { describeAccount } from "../lib/aws/account.ts";
import { abortOnInterruption } from "../lib/process/interruptions.ts";
import { terminalProgress } from "../lib/terminal/progress.ts";
import { parseDuration } from "../operate/logs.ts";
import { withDeployment } from "../operate/session.ts";
import { BUILDERS, type BuilderName } from "../release/builder.ts";
import { parseContexts } from "../release/contexts.ts";
import { migrate } from "../release/database-migration.ts";
import { deployVersions } from "../release/deploy.ts";
import { realEdges } from "../release/edges.ts";
import { checkImages, pushImages } from "../release/images.ts";
import { Problems } from "../release/problems.ts";
import { IMAGE_NAMES, type ImageName } from "../release/versions.ts";
import { environmentNamed, fromCaller, newCommand, unaskedProblems, verb } from "./command.ts";
import { type DeployingOptions, deploying, refuseProblems, repositoryProblems } from "./deploying.ts";

interface Options extends DeployingOptions {
  readonly version: string;
  readonly only?: ImageName;
  readonly context: readonly string[];
  readonly builder?: BuilderName;
}

const command = deploying(
  newCommand("release", ["release staging --version 0.2.0 --context ../my-rails-app"]),
  "time limit of the migration, and of the services' deployment",
)
  .description(
    "Builds and pushes a version, migrates the database with it, plans, shows the review, asks for confirmation, applies, waits until it is running, " +
      "and commits the versions file. Run it again after a failure to continue. See docs/release.md.",
  )
  .requiredOption("--version <version>", "version of the images, such as 0.2.0; must be new")
  .addOption(new Option("--only <image>", "only this image; nginx alone needs no migration").choices(IMAGE_NAMES))
  .option("--context <dir...>", "directory of the app's Dockerfile, or app=DIR, nginx=DIR", [])
  .addOption(new Option("--builder <name>", "tool to build with").choices(BUILDERS));

export default verb(command, async () => {
  const signal = abortOnInterruption();
  const options = command.opts<Options>();
  const { environment: name, version, only, builder, allowDirty = false, yes = false, lockTimeout } = options;
  const environment = await environmentNamed(name);
  const timeoutMs = parseDuration(options.timeout, "--timeout");
  const contexts = parseContexts(options.context, fromCaller);
  const unasked = unaskedProblems(command, yes);
  const progress = terminalProgress();
  const file = versionsFile(name);
  const problems = new Problems();
  const account = await problems.ask(() => describeAccount(environment));
  if (account) progress.text(account);

  progress.step("Check");
  problems.note(...(await repositoryProblems(file, options)));
  const checked = await checkImages({ environment, version, only, contexts, builder, allowDirty });
  problems.note(...checked.problems);
  const untouched = "Nothing was built or changed.";
  const plan = refuseProblems(checked.plan, { unasked, problems: problems.all, untouched });

  const images = await pushImages(plan, { progress, signal });
  const app = images.find((image) => image.name === "app");
  if (app) {
    progress.step(`Migrate with app ${version}`);
    await withDeployment(environment, (session) =>
      migrate(session, `${app.repository}@${app.digest}`, {
        timeoutMs,
        signal,
        onLine: (line) => progress.output(line),
        onFact: (fact) => progress.fact(fact),
      }),
    );
  }
  const message = `Release ${images.map((image) => image.name).join(" and ")} ${version} to ${name}`;
  const versions = Object.fromEntries(images.map((image) => [image.name, version]));
  const { commit, push = false } = options;
  const edges = realEdges({ environment, progress, signal, lockTimeout, timeoutMs, yes, commit, push, message });
  const done = `The images are in the registry${app ? ", and the database is migrated: the running version must work with it" : ""}.`;
  await deployVersions({ environment: name, file, versions, edges, progress, done });
  progress.text(`${name} runs ${images.map((image) => image.name).join(" and ")} ${version}.`);
});
