import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { backendStore } from "../../tools/adopt/state-store.ts";
import { withoutColors } from "../../tools/lib/process/run-tool.ts";
import { usesMirror } from "../../tools/lib/terraform/provider-mirror.ts";
import type { Emulator } from "../../tools/local/emulator/start.ts";
import { layFoundations } from "../../tools/local/foundations.ts";
import { signUp, type User } from "../../tools/local/journey.ts";
import { startAws } from "../support/aws.ts";
import { ProjectCopy } from "../support/project-copy.ts";
import { endToEnd } from "./requirement.ts";

const BIN = join(import.meta.dirname, "../../node_modules/.bin");
const CDKTF = join(BIN, "cdktf");
const REGION = "ap-northeast-1";
const BUCKET = "operation-app-terraform-state";
const FILE = "environments/production.cognito.json";
const OLD_KEY = "old-project";
const NEW_KEY = "production/terraform.tfstate";

describe.runIf(await endToEnd())("an existing user pool, with the real Terraform and provider", () => {
  const directory = mkdtempSync(join(tmpdir(), "migration-"));
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv;
  let terraformCommand: string;
  let isMirror: boolean;
  let project: ProjectCopy;
  let old: string;

  beforeAll(async () => {
    const aws = await startAws({ directory });
    emulator = aws.emulator;
    terraformCommand = aws.terraform.command;
    isMirror = usesMirror(aws.provider);
    env = withoutColors({
      ...aws.env,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      CI: "1",
    });
    await layFoundations(emulator.endpoint, { region: REGION, stateBucket: BUCKET, hostedZones: ["example.com"] });
  });
  afterAll(async () => {
    await emulator?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  beforeEach(() => {
    project = new ProjectCopy();
    // Every test has an environment of its own on the one emulator, and all have the same sources: one bundle.
    env = { ...env, STATE_KEY: `${project.directory.slice(-6)}/${NEW_KEY}` };
    project.edit("environments/production.ts", {
      "state: { bucket: ": "state: { key: process.env.STATE_KEY as string, bucket: ",
    });
    old = mkdtempSync(join(directory, "old-"));
  });
  afterEach(() => project.remove());

  const terraform = async (cwd: string, ...args: string[]) =>
    (await execa(terraformCommand, args, { cwd, env, extendEnv: false })).stdout;

  /** Applies one of the old projects, and lets somebody sign up in it. */
  async function applyOld(name: string, backend?: { key: string }): Promise<User> {
    cpSync(join(import.meta.dirname, "old-projects", name), old, { recursive: true });
    const configuration = [`bucket=${BUCKET}`, `region=${REGION}`, "use_lockfile=true", `key=${backend?.key}`];
    await terraform(
      old,
      "init",
      "-input=false",
      ...(backend ? configuration.map((one) => `-backend-config=${one}`) : []),
    );
    await terraform(old, "apply", "-auto-approve", "-input=false");
    const outputs = JSON.parse(await terraform(old, "output", "-json"));
    const user = await signUp({
      endpoint: emulator.endpoint,
      region: REGION,
      userPoolId: outputs.user_pool_id.value,
      clientId: outputs.client_id.value,
    });
    await expectLogIn(user);
    return user;
  }

  /** The same user, with the same client id, secret, password and authenticator app. */
  async function expectLogIn(user: User): Promise<void> {
    expect(await user.logIn()).toBeTruthy();
  }

  async function expectOldPlanIsEmpty(): Promise<void> {
    const { exitCode } = await execa(terraformCommand, ["plan", "-input=false", "-detailed-exitcode"], {
      cwd: old,
      env,
      extendEnv: false,
      reject: false,
    });
    expect(exitCode).toBe(0);
  }

  const migration = (args: readonly string[], input?: string) =>
    execa(process.execPath, ["bin/infra", ...args], {
      cwd: project.directory,
      env,
      extendEnv: false,
      reject: false,
      all: true,
      input: input ?? "",
    });

  async function succeed(...args: string[]): Promise<string> {
    const { exitCode, all } = await migration(args);
    expect(exitCode, all).toBe(0);
    expectNoSecret(all);
    return all;
  }

  /** Neither what was printed nor the file in the repository tells what the clients' secrets are. */
  function expectNoSecret(printed: string): void {
    const file = existsSync(join(project.directory, FILE)) ? project.read(FILE) : "";
    for (const text of [printed, file]) {
      expect(text).not.toMatch(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/); // the shape of the emulator's secrets
      expect(text).not.toContain("google-secret-value");
    }
  }

  const adopt = (state: string) => succeed("adopt", "--state", state, "--environment", "production");
  /** By a copy of the old state, as one has it where the state is elsewhere. */
  async function adoptPulled(): Promise<void> {
    const copy = join(directory, "pulled.json");
    writeFileSync(copy, await terraform(old, "state", "pull"));
    await adopt(copy);
  }

  const move = (state: string) => succeed("move", "--state", state, "--environment", "production");
  const rollback = (state: string) => succeed("move-back", "--state", state, "--environment", "production");

  /** What `cdktf diff` plans for the whole environment, judged by `verify`. */
  async function verifyDiff(): Promise<{ exitCode?: number; all: string; changes: Record<string, string> }> {
    await execa(CDKTF, ["diff", "production", "--no-color", ...(isMirror ? ["--skip-provider-lock"] : [])], {
      cwd: project.directory,
      env,
      extendEnv: false,
    });
    const stack = join(project.directory, "cdktf.out/stacks/production");
    const json = await terraform(stack, "show", "-json", "plan");
    const file = join(directory, "plan.json");
    writeFileSync(file, json);
    const { exitCode, all } = await migration(["verify", "--plan", file]);
    const changes = (
      JSON.parse(json).resource_changes as { address: string; type: string; change: { actions: string[] } }[]
    )
      .filter(({ type }) => type.startsWith("aws_cognito_"))
      .map(({ address, change }) => [address, change.actions.join()]);
    return { exitCode, all, changes: Object.fromEntries(changes) };
  }

  it("of a module moves out of a local state, once no plan would change it, and back", async () => {
    const user = await applyOld("in-module");
    const state = join(old, "terraform.tfstate");
    expect(await succeed("inspect", "--state", state)).toContain("3 of 3 objects can be moved.");
    await adopt(state);

    const adopted = project.read(FILE);
    project.edit(FILE, {
      '"minimum_length": 8': '"minimum_length": 20',
      '"generate_secret": true': '"generate_secret": false',
    });
    const before = readFileSync(state, "utf8");
    const refused = await migration(["move", "--state", state, "--environment", "production"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.all).toContain("password_policy.0.minimum_length: 8 → 20");
    expect(refused.all).toContain("generate_secret: true → false");
    expect(readFileSync(state, "utf8")).toBe(before);

    project.write(FILE, adopted);
    await move(state);
    expect(await terraform(old, "state", "list")).toBe("");
    const { exitCode, all, changes } = await verifyDiff();
    expect(exitCode, all).toBe(0);
    expect(new Set(Object.values(changes))).toEqual(new Set(["no-op"]));
    expect(Object.keys(changes)).toHaveLength(3);
    await expectLogIn(user);
    await rollback(state);
    await expectOldPlanIsEmpty();
    await expectLogIn(user);
  });

  it("with settings unlike ours moves out of S3, once no other run has the lock, and back", async () => {
    const user = await applyOld("unlike-ours", { key: `${OLD_KEY}-1` });
    await adoptPulled();

    const lock = await backendStore("old", old, { command: terraformCommand, env }).lock();
    const refused = await migration(["move", "--state", old, "--environment", "production"]);
    await lock?.release();
    expect(refused.exitCode).toBe(1);
    expect(refused.all).toMatch(/the state of .*: is locked by .* since .*terraform force-unlock [0-9a-f-]+\./);

    await move(old);
    expect(await terraform(old, "state", "list")).toBe("");
    await expectLogIn(user);
    await rollback(old);
    await expectOldPlanIsEmpty();
    await expectLogIn(user);
  });

  it("with much beside it moves by a copy of its state, and by the command that is printed", async () => {
    const user = await applyOld("counted");
    const state = readFileSync(join(old, "terraform.tfstate"), "utf8");
    const adopted = await migration(["adopt", "--state", "-", "--environment", "production"], state);
    expect(adopted.exitCode, adopted.all).toBe(0);
    expect(adopted.all).toContain("aws_cognito_user.first: is a user");
    const moved = await migration(["move", "--state", "-", "--environment", "production"], state);
    expect(moved.exitCode, moved.all).toBe(0);
    expectNoSecret(`${adopted.all}${moved.all}`);
    expect(readFileSync(join(old, "terraform.tfstate"), "utf8")).toBe(state);

    const command = moved.all.match(/^ {2}(terraform state rm .+)$/m)?.[1] ?? "";
    await execa("sh", ["-c", command.replace(/^terraform/, terraformCommand)], { cwd: old, env, extendEnv: false });
    expect(await terraform(old, "state", "list")).toBe("module.auth.module.pool[0].aws_cognito_user.first");
    await expectLogIn(user);
    await rollback(old);
    await expectOldPlanIsEmpty();
    await expectLogIn(user);
  });

  it("stays in its state where that is the environment's own, and only moves in it", async () => {
    const key = `${OLD_KEY}-2`;
    const user = await applyOld("unlike-ours", { key });
    env = { ...env, STATE_KEY: key };
    await adoptPulled();
    const refused = await migration(["move", "--state", old, "--environment", "production"]);
    expect(refused.exitCode, refused.all).toBe(0);
    expect(refused.all).toContain("so nothing has to be moved: the moved blocks do it on deployment");

    const { exitCode, all, changes } = await verifyDiff();
    expect(exitCode, all).toBe(0);
    expect(all).toContain("moves from aws_cognito_user_pool.shop");
    expect(new Set(Object.values(changes))).toEqual(new Set(["no-op"]));

    const stack = join(project.directory, "cdktf.out/stacks/production");
    // The rest of the environment is for other tests. Terraform wants the addresses before the move as well.
    const moving = [...Object.keys(changes), "aws_cognito_user_pool.shop", "aws_cognito_user_pool_client.this"];
    const targets = moving.map((address) => `-target=${address}`);
    await terraform(stack, "apply", "-auto-approve", "-input=false", ...targets);
    expect((await terraform(stack, "state", "list")).split("\n").sort()).toEqual(Object.keys(changes).sort());
    await expectLogIn(user);

    const back = await migration(["move-back", "--state", old, "--environment", "production"]);
    const commands = back.all.match(/terraform state mv '.+'/g) ?? [];
    expect(commands).toHaveLength(3);
    for (const command of commands)
      await execa("sh", ["-c", command.replace(/^terraform/, terraformCommand)], { cwd: stack, env, extendEnv: false });
    // The outputs in the state are the environment's now, and the tags of the old provider stand with the pool's own: the
    // old project writes both as it had them.
    await terraform(old, "plan", "-input=false", "-out=plan");
    const { resource_changes: planned } = JSON.parse(await terraform(old, "show", "-json", "plan")) as {
      resource_changes: { change: { actions: string[]; before: object; after: object } }[];
    };
    expect(planned).toHaveLength(3);
    for (const { change } of planned) {
      expect(["no-op", "update"]).toContain(change.actions.join());
      expect({ ...change.after, tags: null }).toEqual({ ...change.before, tags: null });
    }
  });

  it("is never lost, and no lock is left, where the move is killed; a second one ends it", async () => {
    const user = await applyOld("in-module");
    const state = join(old, "terraform.tfstate");
    await adopt(state);
    const stops = [
      ["Lock the states", "SIGINT"],
      ["Lock the states", "SIGKILL"],
      ["Plan the environment's Cognito objects", "SIGINT"],
      ["Write s3", "SIGKILL"],
      ["Remove the objects", "SIGKILL"],
    ] as const;
    for (const [step, signal] of stops) {
      const running = execa(process.execPath, ["bin/infra", "move", "--state", state, "--environment", "production"], {
        cwd: project.directory,
        env,
        extendEnv: false,
        reject: false,
        buffer: false,
      });
      for await (const line of running) {
        if (!line.includes(step)) continue;
        running.kill(signal);
        break;
      }
      const { exitCode, signal: killedBy } = await running;
      expect(exitCode ?? killedBy, step).toBe(signal === "SIGINT" ? 130 : signal);
      // Who is asked to stop takes its states away.
      if (signal === "SIGINT") expect(readdirSync(join(project.directory, ".migration"))).toEqual([]);
    }
    await move(state);
    expect(await terraform(old, "state", "list")).toBe("");
    await expectLogIn(user);
    await rollback(state);
    await expectOldPlanIsEmpty();
  });

  it("stays where it is while its old module runs under CDKTF, unchanged", async () => {
    const example = join(project.directory, "examples/hcl-module");
    cpSync(join(import.meta.dirname, "../../examples"), join(project.directory, "examples"), { recursive: true });
    writeFileSync(join(old, "backend.tf"), 'terraform {\n  backend "s3" {}\n}\n');
    const user = await applyOld("in-module", { key: OLD_KEY });
    cpSync(join(old, "cognito"), join(example, "cognito"), { recursive: true });

    const inExample = { cwd: example, env, extendEnv: false } as const;
    await execa(CDKTF, ["get"], inExample);
    await execa(join(BIN, "tsc"), ["--noEmit", "-p", "tsconfig.json"], inExample);
    await execa(CDKTF, ["synth"], inExample);
    const stack = join(example, "cdktf.out/stacks/old-project");
    await terraform(stack, "init", "-input=false");
    await terraform(stack, "plan", "-input=false", "-detailed-exitcode");
    expect(await terraform(stack, "state", "list")).toContain("module.cognito.aws_cognito_user_pool.user_pool");
    await expectLogIn(user);
  });
});
