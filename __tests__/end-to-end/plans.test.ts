import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { PutBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { backendStore, initBackend } from "../../tools/adopt/state-store.ts";
import { withoutColors } from "../../tools/lib/process/run-tool.ts";
import { emulatorClient } from "../../tools/local/aws-environment.ts";
import type { Emulator } from "../../tools/local/emulator/start.ts";
import { layFoundations } from "../../tools/local/foundations.ts";
import { startAws } from "../support/aws.ts";
import { ProjectCopy } from "../support/project-copy.ts";
import { fakeGitHub } from "../tools/github/fake-github.ts";
import { endToEnd } from "./requirement.ts";

const REGION = "ap-northeast-1";
const BUCKET = "operation-app-terraform-state";
const STACK = "stacks/operation-stack.ts";
const POOL = "aws_cognito_user_pool.cognito_user_pool";

/** The terminal of a developer, or a job of GitHub Actions. */
describe.runIf(await endToEnd())("a plan, with the real Terraform and provider", () => {
  const directory = mkdtempSync(join(tmpdir(), "plans-"));
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv;
  let terraformCommand: string;
  let project: ProjectCopy;
  let key: string;
  let environments = 0;

  beforeAll(async () => {
    const aws = await startAws({ directory });
    emulator = aws.emulator;
    terraformCommand = aws.terraform.command;
    env = withoutColors({ ...aws.env, INIT_CWD: undefined });
    await layFoundations(emulator.endpoint, { region: REGION, stateBucket: BUCKET, hostedZones: [] });
  });
  afterAll(async () => {
    await emulator?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** An environment of its own on the one emulator. All have the same sources: one bundle. */
  async function newEnvironment(): Promise<void> {
    project = new ProjectCopy();
    project.putStack("small-stack.ts");
    key = `${project.directory.slice(-6)}/terraform.tfstate`;
    project.edit("environments/production.ts", {
      "state: { bucket: ": "state: { key: process.env.STATE_KEY as string, bucket: ",
      'app: "operation-app"': "app: process.env.APP as string",
    });
    env = { ...env, STATE_KEY: key, APP: `app-${++environments}` };
    release("0.1.0");
    await git("init", "--quiet");
    writeFileSync(join(project.directory, ".git/info/exclude"), "node_modules\n.plans\n.cache\n");
    await commit();
  }

  const git = async (...args: string[]) => (await execa("git", args, { cwd: project.directory })).stdout;

  async function commit(): Promise<string> {
    await git("add", "--all");
    const author = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"];
    await git(...author, "commit", "--quiet", "--allow-empty", "--message", "a change");
    return git("rev-parse", "HEAD");
  }

  /** Writes which version of the app runs. */
  function release(version: string): void {
    project.write("environments/production.versions.json", `{ "app": "${version}" }\n`);
  }

  async function run(
    command: "plan" | "apply" | "drift" | "destroy" | "state",
    args: readonly string[] = [],
    more: NodeJS.ProcessEnv = {},
  ) {
    const ran = await project.start("bin/infra", [command, ...args], { ...env, ...more });
    return { exitCode: ran.exitCode, text: ran.all };
  }

  async function good(...args: Parameters<typeof run>): Promise<string> {
    const { exitCode, text } = await run(...args);
    expect(exitCode, text).toBe(0);
    return text;
  }

  const deploy = () => good("apply", ["production", "--yes"]);
  const planDirectory = (text: string) => text.match(/--plan (\.plans\/[^/\s]+)$/m)?.[1] ?? "";

  describe("of an environment of its own", () => {
    beforeEach(newEnvironment);
    afterEach(() => project.remove());

    it("is reviewed, and applied as it was reviewed; then there is nothing to apply, and all of it can be deleted", async () => {
      const planned = await good("plan");
      expect(planned).toContain("Good: nothing blocks this plan.");
      const refused = await run("apply", ["production", "--plan", planDirectory(planned)]);
      expect(refused.exitCode).toBe(2);
      expect(refused.text).toContain("There is no terminal to ask in.");
      const applied = await good("apply", ["production", "--plan", planDirectory(planned), "--yes"]);
      expect(applied).toContain("Apply complete!");
      expect(applied).toMatch(/^ {2}bin\/infra status --environment production/m);
      expect(applied).not.toContain("Synthesize");
      const again = await good("plan");
      expect(again).toContain("No changes.");
      expect(again).not.toContain("--plan");
      expect(again).not.toMatch(/could not be judged|Changed outside Terraform/);
      const same = await good("apply", ["production", "--yes"]);
      expect(same).not.toContain("Apply complete!");
      expect(same).toMatch(/^Nothing to apply\.\nNext:/m);

      const isProtected = await run("destroy", ["production", "--confirm", "production"]);
      expect(isProtected.exitCode).toBe(1);
      expect(isProtected.text).toContain(
        "production is protected. Write protection: false in environments/production.ts",
      );
      project.edit("environments/production.ts", { "protection: true": "protection: false" });
      await commit();
      const other = await run("destroy", ["production", "--confirm", "staging"]);
      expect(other).toMatchObject({ exitCode: 2, text: expect.stringContaining("Nothing was deleted.") });
      const id = JSON.parse(await stateText()).outputs.pool.value as string;
      expect(await poolIds()).toContain(id);
      const destroyed = await good("destroy", ["production", "--confirm", "production"]);
      expect(destroyed).toMatch(/^What can't be restored\n.+aws_cognito_user_pool/m);
      expect(destroyed).toMatch(/^production is deleted\./m);
      expect(await poolIds()).not.toContain(id);
      expect(await good("destroy", ["production", "--confirm", "production"])).toContain("nothing to delete");
    });

    it("that is kept is applied for its commit, and for no other", async () => {
      const first = await commit();
      const outputs = join(directory, "outputs");
      const planned = await good("plan", ["--keep"], { GITHUB_ACTIONS: "true", GITHUB_OUTPUT: outputs });
      expect(planned).toContain(`Stored: s3://${BUCKET}/plans/production/${first}/`);
      const [, sha256 = ""] = readFileSync(outputs, "utf8").match(/^changes=true\nsha256=([0-9a-f]{64})\n$/) ?? [];

      const second = await commit();
      const other = await run("apply", ["production", "--kept", "--yes", "--sha256", sha256]);
      expect(other.exitCode).toBe(1);
      expect(other.text).toContain(`There is no plan of commit ${second} for production`);

      // Somebody has put the plan of the first commit where that of the second is looked for.
      const s3 = new S3Client(emulatorClient({ endpoint: emulator.endpoint, region: REGION }));
      const [made = ""] = readdirSync(join(project.directory, ".plans"));
      const kept = join(project.directory, ".plans", made, "cdktf.out/stacks/production");
      for (const file of ["about.json", "cdk.tf.json", ".terraform.lock.hcl", "plan"]) {
        const Key = `plans/production/${second}/${file}`;
        await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: readFileSync(join(kept, file)) }));
      }
      const foreign = await run("apply", ["production", "--kept", "--yes", "--sha256", sha256]);
      expect(foreign.exitCode).toBe(1);
      expect(foreign.text).toContain(`is the plan of production at ${first}, not of production at ${second}`);

      project.write("README.md", "not committed");
      const dirty = await run("apply", ["production", "--kept", "--yes", "--sha256", sha256]);
      expect(dirty.exitCode).toBe(2);
      expect(dirty.text).toContain(
        "These files have uncommitted changes, so the plan would not be the commit's: README.md.",
      );
      rmSync(join(project.directory, "README.md"));

      await git("checkout", "--quiet", first);
      const replaced = await run("apply", [
        "production",
        "--kept",
        "--yes",
        "--sha256",
        sha256.replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
      ]);
      expect(replaced.exitCode).toBe(1);
      expect(replaced.text).toContain("is not the reviewed one");
      expect(await good("apply", ["production", "--kept", "--yes", "--sha256", sha256])).toContain("Apply complete!");
      // The state has moved on by that.
      const stale = await run("apply", ["production", "--kept", "--yes", "--sha256", sha256]);
      expect(stale.exitCode).toBe(1);
      expect(stale.text).toContain("The state of production has changed since this plan was made");
    });

    it("does not wait for ever: it says who has locked the state", async () => {
      const backend = { s3: { bucket: BUCKET, key, region: REGION, use_lockfile: true } };
      const terraform = { command: terraformCommand, env };
      const held = await initBackend(mkdtempSync(join(directory, "lock-")), backend, terraform);
      const lock = await backendStore("the state", held, terraform).lock();
      const refused = await run("apply", ["production", "--yes", "--lock-timeout", "1s"]);
      await lock?.release();
      expect(refused.exitCode).toBe(1);
      const early = /^s3:.+terraform\.tfstate is locked by .+ since .+\. Terraform waits up to 1s for it/m;
      expect(refused.text.slice(0, refused.text.indexOf("  Plan"))).toMatch(early);
      expect(refused.text).toMatch(/terraform\.tfstate: is locked by .+ since .+aws s3 rm s3:\/\/.+\.tflock\./);
    });

    it("that is interrupted while it is applied ends in order, and leaves no lock", async () => {
      const running = project.start("bin/infra", ["apply", "production", "--yes"], env);
      // Once: Terraform takes a second one for haste, and leaves behind what it has begun.
      running.all?.once("data", function look(data) {
        if (String(data).includes(": Creating...")) running.kill("SIGINT");
        else running.all?.once("data", look);
      });
      const { exitCode, all } = await running;
      expect(exitCode, all).toBe(1);
      expect(all).toContain("Interrupt received.");
      expect(all).toMatch(/^Interrupted\. Terraform stopped gracefully\.$/m);
      expect(all).not.toContain("context canceled");
      expect(all).toMatch(/^After the apply:\n.+ of the plan's \d+ operations/m);
      expect(all).toMatch(/^ {2}Lock: none\.\n\nNext:\n {2}bin\/infra plan --environment production /m);
      // What was on its way is tainted, and the review may stop its replacement; the state is free, and knows of it.
      const again = await run("plan", ["production", "--lock-timeout", "0s"]);
      expect(again.text).toMatch(/^Objects$/m);
      expect(again.text).not.toContain("is locked by");
    });

    it("that is killed while it is applied: what stands, which lock is left, and how to release it", async () => {
      const running = project.start("bin/infra", ["apply", "production", "--yes"], env);
      running.all?.on("data", (data) => {
        if (!String(data).includes(": Creating...")) return;
        const terraform = spawnSync("pgrep", ["-P", String(running.pid), "-f", "apply"], {
          encoding: "utf8",
        }).stdout.trim();
        if (terraform !== "") process.kill(Number(terraform), "SIGKILL");
      });
      const { exitCode, all } = await running;
      expect(exitCode, all).toBe(1);
      expect(all).toContain("terraform apply was killed by SIGKILL");
      const [, release = ""] =
        all.match(/Lock: left by this run, .+ then release it: (terraform .+ force-unlock \S+)$/m) ?? [];
      const unlock = { cwd: project.directory, env, extendEnv: false, shell: true, input: "yes\n" };
      await execa(release.replace(/^terraform/, terraformCommand), unlock);
      const again = await run("plan", ["production", "--lock-timeout", "0s"]);
      expect(again.text).toMatch(/^Objects$/m);
    });

    it("of changes outside Terraform needs a deployed environment", async () => {
      const { exitCode, text } = await run("drift");
      expect(exitCode, text).toBe(1);
      expect(text).toContain("production is not deployed");
    });
  });

  /** Nobody applies anything: each test finds it as it was deployed. */
  describe("of an environment that is deployed", () => {
    beforeAll(async () => {
      await newEnvironment();
      await deploy();
    });
    afterEach(async () => {
      await git("checkout", "--quiet", ".");
    });
    afterAll(() => project?.remove());

    it("of a release shows exactly the image, on the pull request too", async () => {
      release("0.2.0");
      const github = await fakeGitHub();
      const summary = join(directory, "summary.md");
      const event = join(directory, "event.json");
      writeFileSync(event, '{"pull_request":{"number":12}}');
      const job = {
        GITHUB_ACTIONS: "true",
        GITHUB_API_URL: github.url,
        GITHUB_TOKEN: "t0ken",
        GITHUB_REPOSITORY: "me/infrastructure",
        GITHUB_EVENT_PATH: event,
        GITHUB_STEP_SUMMARY: summary,
      };
      const text = await good("plan", [], job);
      await github.stop();
      expect(text.match(/^ {6}.+ → .+$/gm)).toEqual([
        expect.stringMatching(
          /container_definitions.*app.*image: "registry\.example\.com\/app:0\.1\.0" → ".+:0\.2\.0"$/,
        ),
      ]);
      expect(github.comments["12"]).toHaveLength(1);
      const [comment] = github.comments["12"] ?? [];
      expect(comment?.body).toContain("registry.example.com/app:0.2.0");
      expect(readFileSync(summary, "utf8")).toContain("registry.example.com/app:0.2.0");
    });

    it("that would lose the pool is stopped: renamed, forgotten; and one that only moves it is not", async () => {
      const stack = project.read(STACK);
      project.edit(STACK, { 'new Cognito(this, "cognito"': 'new Cognito(this, "login"' });
      const renamed = await run("apply", ["production", "--yes"]);
      expect(renamed.exitCode).toBe(1);
      expect(renamed.text).toMatch(/^Blocked: /m);
      expect(renamed.text).toContain("aws_cognito_user_pool.login_user_pool");
      expect(renamed.text).toMatch(
        /moved \{\s+from = aws_cognito_user_pool\.cognito_user_pool\s+to {3}= aws_cognito_user_pool\.login_user_pool/,
      );
      expect(renamed.text).toContain("Nothing was applied.");

      const moved = ["user_pool", "user_pool_client", "client_secret", "client_secret_value"];
      project.edit(STACK, {
        'new TerraformOutput(this, "cluster"': `this.addOverride("moved", [
          { from: "aws_cognito_user_pool.cognito_user_pool", to: "aws_cognito_user_pool.login_user_pool" },
          { from: "aws_cognito_user_pool_client.cognito_user_pool_client", to: "aws_cognito_user_pool_client.login_user_pool_client" },
          { from: "aws_secretsmanager_secret.cognito_client_secret", to: "aws_secretsmanager_secret.login_client_secret" },
          { from: "aws_secretsmanager_secret_version.cognito_client_secret_value", to: "aws_secretsmanager_secret_version.login_client_secret_value" },
        ]);
      new TerraformOutput(this, "cluster"`,
      });
      const onlyMoves = await good("plan");
      expect(onlyMoves).toMatch(new RegExp(`^ +${moved.length} {2}move only$`, "m"));

      project.write(STACK, stack);
      project.edit(STACK, {
        'const cognito = new Cognito(this, "cognito", { name, region, protection: false });':
          'this.addOverride("removed", [{ from: "aws_cognito_user_pool.cognito_user_pool", lifecycle: { destroy: false } }]);',
        'new TerraformOutput(this, "pool", { value: cognito.userPool.id });': "",
        'import { Cognito } from "../modules/cognito/index.ts";\n': "",
      });
      const forgotten = await run("plan");
      expect(forgotten.exitCode).toBe(1);
      expect(forgotten.text).toMatch(new RegExp(`forget: ${POOL.replaceAll(".", "\\.")}`));
    });

    it("shows what would follow from an older state before it puts it back, and puts back the whole one", async () => {
      const whole = await stateText();
      const { resources, ...rest } = JSON.parse(whole);
      const without = resources.filter(({ type }: { type: string }) => type !== "aws_cognito_user_pool");
      const s3 = new S3Client(emulatorClient({ endpoint: emulator.endpoint, region: REGION }));
      await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } }));
      const write = async (Body: string) =>
        (await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body }))).VersionId ?? "";
      const partial = await write(JSON.stringify({ ...rest, resources: without }));
      const complete = await write(whole);

      const shown = await run("state", ["production", "--restore", partial]);
      expect(shown.exitCode, shown.text).toBe(1);
      expect(shown.text).toContain(`An apply would create ${POOL} a second time: it exists`);
      expect(shown.text).toContain("--confirm production to restore it without confirmation. Nothing was changed.");
      expect(await stateText()).toBe(whole);

      await write("damaged");
      const back = await good("state", ["production", "--restore", complete, "--confirm", "production"]);
      expect(back).toMatch(/^Planned with a copy of .+:\n\nGood: nothing blocks this plan\. No changes\.$/m);
      expect(back).not.toContain("a second time");
      expect(back).toContain("The plan is the one above.");
      expect(await stateText()).toBe(whole);
    });

    it("reports changes made outside Terraform, in one issue until there are none", async () => {
      const github = await fakeGitHub();
      const job = {
        GITHUB_ACTIONS: "true",
        GITHUB_API_URL: github.url,
        GITHUB_TOKEN: "t0ken",
        GITHUB_REPOSITORY: "me/infrastructure",
      };
      expect(await good("drift", [], job)).toContain("No changes outside Terraform in production.");

      const cognito = cognitoClient();
      const state = JSON.parse(await stateText());
      const id = state.outputs.pool.value as string;
      expect(await poolIds()).toContain(id);
      const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }));
      const change = (DeletionProtection: "ACTIVE" | "INACTIVE") =>
        cognito.send(
          new UpdateUserPoolCommand({
            UserPoolId: id,
            MfaConfiguration: UserPool?.MfaConfiguration,
            DeletionProtection,
          }),
        );
      await change("ACTIVE");
      const drifted = await run("drift", [], job);
      await change("INACTIVE");
      expect(drifted.exitCode, drifted.text).toBe(1);
      expect(drifted.text).toContain(POOL);
      expect(github.issues).toMatchObject([{ title: "production has changes made outside Terraform", state: "open" }]);
      expect(github.issues[0]?.body).toContain(POOL);
      await github.stop();
    });
  });

  const cognitoClient = () =>
    new CognitoIdentityProviderClient(emulatorClient({ endpoint: emulator.endpoint, region: REGION }));

  async function poolIds(): Promise<(string | undefined)[]> {
    const { UserPools = [] } = await cognitoClient().send(new ListUserPoolsCommand({ MaxResults: 60 }));
    return UserPools.map(({ Id }) => Id);
  }

  async function stateText(): Promise<string> {
    const held = await initBackend(
      mkdtempSync(join(directory, "state-")),
      { s3: { bucket: BUCKET, key, region: REGION } },
      { command: terraformCommand, env },
    );
    return (await execa(terraformCommand, ["state", "pull"], { cwd: held, env, extendEnv: false })).stdout;
  }
});
