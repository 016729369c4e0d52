import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { put } from "../../packages/preflight/tests/support/temporary.ts";
import { findOnPath } from "../../tools/lib/process/executables.ts";
import { freePort } from "../../tools/lib/process/ports.ts";

const IMAGE = fileURLToPath(new URL("../../images/nginx/", import.meta.url));
const MIME_TYPES = "/etc/nginx/mime.types";
/** Debian keeps nginx where only root's PATH leads. */
const PATH = `${process.env.PATH}:/usr/local/sbin:/usr/sbin`;
const START_TIMEOUT_MS = 120_000;

/** `USER` of the image. */
export const USER_ID = 101;

/** Whether nginx can be given a read-only root file system here, as a container has it: root may, with `unshare`. */
export const canMakeRootReadOnly = process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "true"]).status === 0;

/** @throws Error that says what the machine lacks for running the image's configuration. */
export function checkNginx(): void {
  const missing = ["nginx", "envsubst", "awk"].filter((command) => !findOnPath(command, { PATH }));
  if (!existsSync(MIME_TYPES)) missing.push(MIME_TYPES);
  if (missing.length > 0) {
    throw new Error(
      `For the nginx image, this machine lacks ${missing.join(", ")}: apt-get install nginx-light gettext-base`,
    );
  }
}

/** The `ENV` of the image's Dockerfile. */
export function imageEnvironment(): Record<string, string> {
  const dockerfile = readFileSync(join(IMAGE, "Dockerfile"), "utf8");
  return Object.fromEntries([...dockerfile.matchAll(/^ENV (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

export interface NginxSettings {
  /** What the task definition sets, such as `APP_UPSTREAM`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files of `public/`, by path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Lines of `/etc/hosts`. @default none */
  readonly hosts?: readonly string[];
}

export interface Nginx {
  readonly pid: number;
  readonly port: number;
  /** What it may write to. */
  readonly runDirectory: string;
  /** Lines of standard output. */
  log(): string[];
  signal(name: NodeJS.Signals): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<{ exitCode: number | null; errors: string }>;
}

/** Starts nginx as the image does, each in a directory of its own. */
export class NginxImage {
  private readonly directories: string[] = [];
  private readonly running: Nginx[] = [];

  /** @throws Error with what nginx said when it ends instead of listening. */
  async start(settings: NginxSettings): Promise<Nginx> {
    const directory = mkdtempSync(join(tmpdir(), "nginx-image-"));
    this.directories.push(directory);
    const port = await freePort();
    const runDirectory = join(directory, "run");
    const configuration = await writeConfiguration(directory, runDirectory, port, settings);
    const nginx = run({ directory, runDirectory, port, configuration });
    this.running.push(nginx);
    await untilItListens(nginx);
    return nginx;
  }

  async removeAll(): Promise<void> {
    for (const nginx of this.running) nginx.signal("SIGTERM");
    await Promise.all(this.running.map(({ ended }) => ended));
    for (const directory of this.directories) rmSync(directory, { recursive: true, force: true });
  }
}

async function writeConfiguration(
  directory: string,
  runDirectory: string,
  port: number,
  { env = {}, files = {}, hosts = [] }: NginxSettings,
): Promise<string> {
  const publicDirectory = join(directory, "public");
  for (const [file, text] of Object.entries(files)) put(join(publicDirectory, file), text);
  const configuration = put(
    join(runDirectory, "nginx.conf"),
    await render({
      ...imageEnvironment(),
      NGINX_PORT: `127.0.0.1:${port}`,
      NGINX_PUBLIC: publicDirectory,
      NGINX_RUN: runDirectory,
      HOSTS_FILE: put(join(directory, "hosts"), hosts.join("\n")),
      ...env,
    }),
  );
  chmodSync(directory, 0o755);
  if (process.getuid?.() === 0) chownSync(runDirectory, USER_ID, USER_ID);
  return configuration;
}

/** Does what the entry point of the official image does: sources `*.envsh`, then substitutes the variables that the filter lets through. */
async function render(env: Record<string, string>): Promise<string> {
  const filter = new RegExp(env.NGINX_ENVSUBST_FILTER ?? "");
  const names = Object.keys(env).filter((name) => filter.test(name));
  const { stdout } = await execa(
    "sh",
    [
      "-ec",
      '. "$1"; exec envsubst "$2"',
      "sh",
      join(IMAGE, "entrypoint/16-service-connect.envsh"),
      names.map((name) => `\${${name}}`).join(" "),
    ],
    { env: { PATH, ...env }, extendEnv: false, inputFile: join(IMAGE, "templates/nginx.conf.template") },
  );
  return stdout;
}

interface Run {
  readonly directory: string;
  readonly runDirectory: string;
  readonly port: number;
  readonly configuration: string;
}

function run({ directory, runDirectory, port, configuration }: Run): Nginx {
  const logFile = put(join(directory, "stdout"));
  // nginx opens /dev/stdout anew, as the user that it runs as.
  chmodSync(logFile, 0o666);
  const stdout = openSync(logFile, "a");
  const [command = "", ...args] = [...asOrdinaryUser(runDirectory), "nginx", "-c", configuration, "-g", "daemon off;"];
  const child = spawn(command, args, { env: { PATH }, stdio: ["ignore", stdout, "pipe"] });
  closeSync(stdout);
  let errors = "";
  child.stderr?.on("data", (data) => {
    errors += data;
  });
  return {
    pid: child.pid ?? 0,
    port,
    runDirectory,
    log: () => readFileSync(logFile, "utf8").split("\n").filter(Boolean),
    signal: (name) => child.kill(name),
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exitCode) => resolve({ exitCode, errors }));
    }),
  };
}

/** Words before a command that make it run as the image's user and, where the machine can, with a read-only root. */
function asOrdinaryUser(writable: string): string[] {
  if (process.getuid?.() !== 0) return [];
  const user = ["setpriv", `--reuid=${USER_ID}`, `--regid=${USER_ID}`, "--clear-groups", "--no-new-privs"];
  if (!canMakeRootReadOnly) return user;
  const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro / && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, writable, ...user];
}

async function untilItListens(nginx: Nginx): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let end: Awaited<Nginx["ended"]> | undefined;
  nginx.ended.then((value) => {
    end = value;
  });
  for (;;) {
    if (end) throw new Error(`nginx has ended: ${end.errors}`);
    if (Date.now() > deadline) throw new Error(`nginx doesn't listen after ${START_TIMEOUT_MS} ms.`);
    try {
      await fetch(`http://127.0.0.1:${nginx.port}/nginx-up`);
      return;
    } catch {
      await sleep(20);
    }
  }
}
