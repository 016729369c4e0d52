import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { findOnPath } from "../../tools/lib/process/executables.ts";
import { freePort } from "../../tools/lib/process/ports.ts";
import { withoutColors } from "../../tools/lib/process/run-tool.ts";
import { checkPrerequisites } from "../../tools/lib/terraform/prerequisites.ts";
import { REGISTRY_VARIABLE } from "../../tools/local/emulator/gaps/registry.ts";
import { layFoundations } from "../../tools/local/foundations.ts";
import { startAws } from "../support/aws.ts";
import { ProjectCopy } from "../support/project-copy.ts";

/** What logs in to the registry. Nobody may see it. */
export const TOKEN = "a-token-that-nobody-sees";
/** The same, as bcrypt keeps it. */
const HTPASSWD = "AWS:$2b$04$abcdefghijklmnopqrstuuBHsyIh5C6c8fGX.8rJWU7bXNVZ6bYcq\n";

export async function checkRelease(): Promise<void> {
  await checkPrerequisites();
  const missing = ["buildah", "docker-registry", "git"].filter((tool) => !findOnPath(tool, process.env));
  if (missing.length > 0)
    throw new Error(
      `For the images of a release, this machine lacks ${missing.join(", ")}: apt-get install ${missing.join(" ")}`,
    );
}

/** A project whose images can be built, an emulator, and a registry that wants a login. */
export async function startRelease(stackFile: string) {
  const directory = mkdtempSync(join(tmpdir(), "release-test-"));
  const project = new ProjectCopy();
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const htpasswd = file("htpasswd", HTPASSWD);
  const configuration = { version: 0.1, storage: { filesystem: { rootdirectory: join(directory, "registry") } } };
  const settings = { ...configuration, http: { addr: host }, auth: { htpasswd: { realm: "local", path: htpasswd } } };
  const served = execa("docker-registry", ["serve", file("registry.yml", JSON.stringify(settings))], { reject: false });

  const address = `http://AWS:${TOKEN}@${host}`;
  const aws = await startAws({ directory, base: { ...process.env, [REGISTRY_VARIABLE]: address } });
  const { emulator } = aws;
  mkdirSync(join(directory, "tmp"));
  const { [REGISTRY_VARIABLE]: _, ...reaches } = aws.env;
  const env = withoutColors({
    ...reaches,
    INIT_CWD: undefined,
    TMPDIR: join(directory, "tmp"),
    BUILDAH_ISOLATION: "chroot",
    STORAGE_DRIVER: "vfs",
    CONTAINERS_STORAGE_CONF: file(
      "storage.conf",
      `[storage]\ndriver = "vfs"\ngraphroot = "${directory}/images"\nrunroot = "${directory}/run"\n`,
    ),
    CONTAINERS_REGISTRIES_CONF: file("registries.conf", `[[registry]]\nlocation = "${host}"\ninsecure = true\n`),
  });
  project.putStack(stackFile);
  for (let tries = 0; tries < 1_200; tries++) {
    if (await fetch(`http://${host}/v2/`).catch(() => undefined)) break;
    await sleep(100);
  }
  await layFoundations(emulator.endpoint, {
    region: "ap-northeast-1",
    stateBucket: "operation-app-terraform-state",
    hostedZones: [],
  });

  const start = (script: string, args: readonly string[] = [], more: NodeJS.ProcessEnv = {}) =>
    project.start(script, args, { ...env, ...more });

  return {
    project,
    host,
    env,
    endpoint: emulator.endpoint,
    temporary: join(directory, "tmp"),
    start,

    /** A repository of git with what an image is built from. @returns its directory */
    async context(name: string, files: Readonly<Record<string, string>>): Promise<string> {
      const context = join(directory, name);
      mkdirSync(context, { recursive: true });
      for (const [path, text] of Object.entries(files)) writeFileSync(join(context, path), text);
      const git = (...args: string[]) => execa("git", args, { cwd: context });
      await git("init", "--quiet");
      await git("add", "--all");
      const author = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"];
      await git(...author, "commit", "--quiet", "--message", "a change");
      return context;
    },

    async end(): Promise<void> {
      project.remove();
      served.kill();
      await served;
      await emulator.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Looks at the command lines of all processes, until told to stop. @returns those that hold the token */
export function watchCommandLines() {
  const found = new Set<string>();
  let looks = 0;
  const timer = setInterval(() => {
    looks++;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (line.includes(TOKEN) || line.includes(btoa(`AWS:${TOKEN}`))) found.add(line);
      } catch {
        // It has ended.
      }
    }
  }, 10);
  return () => {
    clearInterval(timer);
    return { looks, found: [...found] };
  };
}
