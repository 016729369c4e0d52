import { randomBytes } from "node:crypto";
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { execa } from "execa";
import { checkPrerequisites } from "../../../tools/lib/terraform/prerequisites.ts";
import { emulatorClient } from "../../../tools/local/aws-environment.ts";
import { readRecord } from "../../../tools/local/emulator/record.ts";
import { processesOf } from "../../../tools/local/processes.ts";
import { projectOf } from "../../../tools/local/project.ts";
import type { Container } from "../../../tools/local/service/container.ts";
import { Engine } from "../../../tools/local/service/engine.ts";
import { ProjectCopy } from "../../support/project-copy.ts";
import { backUpIntoVault } from "../../support/vault.ts";
import { type Answer, request } from "./load.ts";
import { checkContainers } from "./requirement.ts";

/** Of users' files. */
export const BUCKET = "operation-app-storage-123456789012";

/** @throws Error with what this machine lacks for a world of its own */
export async function checkWorld(): Promise<void> {
  await checkPrerequisites();
  await checkContainers();
}

/** What a verb has printed, and how it ended. */
export interface Ran {
  readonly exitCode: number | undefined;
  readonly all: string;
}

/** The production stack on this machine, as a user has it after `npm run deploy:local`, in a copy of the project. */
export class World {
  /** What `npm run deploy:local` has printed. */
  readonly story: string;
  /** Where a browser finds the app, such as `https://localhost:40123`. */
  readonly url: string;
  private readonly project: ProjectCopy;
  private readonly run: string;
  private readonly engine: Engine;

  private constructor(project: ProjectCopy, story: string, engine: Engine, run: string) {
    this.project = project;
    this.story = story;
    this.engine = engine;
    this.run = run;
    this.url = readFileSync(join(run, "urls"), "utf8").trim().split("\n").at(-1)?.replace(/\/$/, "") ?? "";
  }

  /**
   * @param settings texts of `environments/production.ts`, and what is there instead
   * @throws Error with all that was printed, where it can't be deployed; then nothing is left
   */
  static async start(settings: Readonly<Record<string, string>>): Promise<World> {
    const project = new ProjectCopy();
    project.edit("environments/production.ts", settings);
    const { exitCode, all } = await npmRun(project, "deploy:local");
    const [run] = runsOf(project);
    const engine = run && (await Engine.find(run));
    if (exitCode === 0 && engine) return new World(project, all, engine, run);
    await npmRun(project, "destroy:local");
    project.remove();
    throw new Error(`npm run deploy:local ended with ${exitCode}:\n${all}`);
  }

  /** Runs `npm run deploy:local` again. */
  async deployAgain(): Promise<Ran> {
    const { exitCode, all } = await npmRun(this.project, "deploy:local");
    return { exitCode, all };
  }

  /** All that was printed, logged and synthesized by the deployment. */
  get written(): string {
    const files = ["deploy.log", "cdktf.out/stacks/production/cdk.tf.json"];
    return [this.story, ...files.map((file) => readFileSync(join(this.run, file), "utf8"))].join("\n");
  }

  /** Starts a verb of `bin/infra` on what runs, as `.local/infra` does it. @param input on standard input */
  start(args: readonly string[], input = "") {
    const options = { cwd: this.project.directory, reject: false, all: true, input } as const;
    return execa(join(this.project.directory, ".local/infra"), args, options);
  }

  async infra(...args: string[]): Promise<Ran> {
    const { exitCode, all } = await this.start(args);
    return { exitCode, all };
  }

  /** Replaces texts in a file of what runs. @throws Error when one of them is not there */
  edit(file: string, replacements: Readonly<Record<string, string>>): void {
    const path = relative(this.project.directory, join(projectOf(this.run), file));
    this.project.edit(path, replacements);
  }

  /** Releases the example app and nginx. */
  release(version: string): Promise<Ran> {
    return this.releaseFrom(join(this.project.directory, "examples/rails-app"), version);
  }

  /** Releases another app, alone. @param change at the end of the example's Dockerfile, where it takes no time to build */
  releaseChanged(version: string, ...change: readonly string[]): Promise<Ran> {
    const app = join(this.project.directory, ".apps", version);
    cpSync(join(this.project.directory, "examples/rails-app"), app, { recursive: true });
    appendFileSync(join(app, "Dockerfile"), `${change.join("\n")}\n`);
    return this.releaseFrom(app, version, "--only", "app");
  }

  private releaseFrom(app: string, version: string, ...options: readonly string[]): Promise<Ran> {
    const of = ["--version", version, "--context", app, ...options];
    return this.infra("release", "production", ...of, "--allow-dirty", "--yes");
  }

  /** What a request gets. */
  answer(path: string): Promise<Answer> {
    return request(this.url + path);
  }

  /** Where all of AWS answers. */
  get aws(): string {
    return readRecord(this.run)?.endpoint ?? "";
  }

  private get client() {
    return emulatorClient({ endpoint: this.aws, region: "ap-northeast-1" });
  }

  /** Sizes of all files in the bucket of users' files, in bytes. */
  async files(): Promise<number[]> {
    const s3 = new S3Client({ ...this.client, forcePathStyle: true });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    s3.destroy();
    return Contents.map(({ Size = 0 }) => Size);
  }

  /** All mail that an address has got. */
  mailsTo(address: string): string {
    return readFileSync(join(this.run, "mail", `${address}.txt`), "utf8");
  }

  /** What RDS does when it rotates the password of the database. */
  async changeDatabasePassword(): Promise<void> {
    const secrets = new SecretsManagerClient(this.client);
    const rds = new RDSClient(this.client);
    const deployed = new DescribeDBInstancesCommand({ DBInstanceIdentifier: "operation-app" });
    const SecretId = (await rds.send(deployed)).DBInstances?.[0]?.MasterUserSecret?.SecretArn;
    rds.destroy();
    const { SecretString = "{}" } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    const changed = { ...JSON.parse(SecretString), password: randomBytes(16).toString("hex") };
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(changed) }));
    secrets.destroy();
  }

  /** What AWS Backup does at night with the database. @returns the name of the snapshot in the vault */
  backUpIntoVault(): Promise<string> {
    return backUpIntoVault(readRecord(this.run)?.endpoint ?? "", "operation-app", "operation-app");
  }

  /** The containers of this name in tasks that run. */
  async containers(name: string): Promise<Container[]> {
    const isOfTask = new RegExp(`-task-[0-9a-f]+-${name}$`);
    return (await this.engine.containers()).filter((container) => isOfTask.test(container.name));
  }

  /** Removes it as a user does. @returns the names of all that was there of it, and of what is there still */
  async end(): Promise<{ readonly before: readonly string[]; readonly after: readonly string[] }> {
    const before = await this.resourcesByThing();
    const { exitCode, all } = await npmRun(this.project, "destroy:local");
    const after = await this.resourcesByThing();
    const local = join(this.project.directory, ".local");
    if (existsSync(local)) after.push(local);
    this.project.remove();
    if (exitCode !== 0) throw new Error(`npm run destroy:local ended with ${exitCode}:\n${all}`);
    return { before, after: [...after, ...(await this.stillThere(before))] };
  }

  /** Containers, networks, images and processes. */
  private async resourcesByThing(): Promise<string[]> {
    const containers = (await this.engine.containers()).map(({ name }) => name);
    const processes = processesOf(this.run).map((pid) => `process ${pid}`);
    return [...containers, ...(await this.engine.resourcesByThing()), ...processes];
  }

  /** Images whose registry is gone can't be told by that any more. */
  private async stillThere(names: readonly string[]): Promise<string[]> {
    const there = await Promise.all(names.map((name) => this.engine.hasImage(name)));
    return names.filter((_, index) => there[index]);
  }
}

/** All that a process has printed until now. */
export function printedBy(running: ReturnType<World["start"]>): () => string {
  let printed = "";
  running.all.on("data", (chunk) => {
    printed += chunk;
  });
  return () => printed;
}

function npmRun({ directory }: ProjectCopy, script: string) {
  return execa("npm", ["run", "--silent", script], { cwd: directory, reject: false, all: true });
}

function runsOf({ directory }: ProjectCopy): string[] {
  const runs = join(directory, ".local/runs");
  return existsSync(runs) ? readdirSync(runs).map((name) => join(runs, name)) : [];
}
