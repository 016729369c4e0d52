import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulatorClient } from "../../tools/local/aws-environment.ts";
import { checkRelease, startRelease, TOKEN, watchCommandLines } from "./release-setup.ts";
import { endToEnd } from "./requirement.ts";

const APP = "FROM scratch\nARG APP_VERSION\nENV APP_VERSION=${APP_VERSION}\nCOPY public /public\n";
const NGINX = "ARG APP_IMAGE\nFROM ${APP_IMAGE} AS app\nFROM scratch\nCOPY --from=app /public /public\n";

/** Checks and pushes, and prints what it got. */
const DRIVER = `
import { environmentNamed, newCommand, runVerb, verb } from "./tools/cli/command.ts";
import { abortOnInterruption } from "./tools/lib/process/interruptions.ts";
import { checkImages, pushImages } from "./tools/release/images.ts";
import { terminalProgress } from "./tools/lib/terminal/progress.ts";
const signal = abortOnInterruption();
const { more, ...given } = JSON.parse(process.argv[2]);
const push = verb(newCommand("push", []), async () => {
  const { problems, plan } = await checkImages({ environment: await environmentNamed("production"), ...given });
  if (!plan) {
    console.log(problems.join("\\n"));
    process.exitCode = 1;
    return;
  }
  console.log(JSON.stringify(await pushImages(plan, { progress: terminalProgress(), signal })));
});
await runVerb(push, []);
`;

describe.runIf(await endToEnd(checkRelease))("images of a release", () => {
  let world: Awaited<ReturnType<typeof startRelease>>;
  let contexts: { app: string; nginx: string };

  beforeAll(async () => {
    world = await startRelease("released-stack.ts");
    world.project.write("push.ts", DRIVER);
    contexts = {
      app: await world.context("app", { Dockerfile: APP, public: "v1" }),
      nginx: await world.context("nginx", { Dockerfile: NGINX }),
    };
    const deployed = await world.start("bin/infra", ["apply", "production", "--yes"]);
    expect(deployed.exitCode, deployed.all).toBe(0);
  });
  afterAll(() => world?.end());

  const start = (options: object) =>
    world.start("push.ts", [JSON.stringify({ contexts, builder: "buildah", ...options })]);
  async function push(options: object) {
    const { exitCode, all } = await start(options);
    return { exitCode, text: all, images: JSON.parse(exitCode === 0 ? (all.split("\n").at(-1) ?? "") : "[]") };
  }
  const buildah = (...args: string[]) => execa("buildah", args, { env: world.env, extendEnv: false });

  it("are built for the environment's architecture, pushed and read back, and no token is seen", async () => {
    const stop = watchCommandLines();
    const first = await push({ version: "0.1.0" });
    const { looks, found } = stop();
    expect(first.exitCode, first.text).toBe(0);
    expect(first.images).toEqual(
      ["app", "nginx"].map((name) => ({
        name,
        version: "0.1.0",
        repository: `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/operation-app/${name}`,
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        architecture: "arm64",
        alreadyThere: false,
      })),
    );
    expect(looks).toBeGreaterThan(10);
    expect(found).toEqual([]);
    expect(first.text).not.toContain(TOKEN);
    expect(first.text).not.toContain(btoa(`AWS:${TOKEN}`));
    expect(readdirSync(world.temporary).filter((name) => name.startsWith("release-"))).toEqual([]);

    const { stdout } = await buildah("inspect", "--type", "image", `${world.host}/operation-app/app:0.1.0`);
    expect(JSON.parse(stdout).OCIv1.config.Env).toContain("APP_VERSION=0.1.0");

    const again = await push({ version: "0.1.0" });
    expect(again.images).toEqual(first.images.map((image: object) => ({ ...image, alreadyThere: true })));
    expect(again.text).not.toContain("Build ");
  });

  it("would show a token on a command line to the watch", async () => {
    const stop = watchCommandLines();
    await execa("sh", ["-c", "sleep 3; true", TOKEN]);
    expect(stop().found).toHaveLength(1);
  });

  it("are refused where the tag has other content, and all that is wrong is said at once", async () => {
    expect((await push({ version: "0.2.0", only: "app" })).exitCode).toBe(0);
    const other = await world.context("app", { public: "v2" });
    const taken = await push({ version: "0.2.0", only: "app" });
    expect(taken.exitCode).toBe(1);
    expect(taken.text).toMatch(/app:0\.2\.0 already exists in the repository .+from commit .+ Tags are immutable/);
    writeFileSync(join(other, "public"), "v3");
    const lock = { Bucket: "operation-app-terraform-state", Key: "production/terraform.tfstate.tflock" };
    const s3 = new S3Client({ ...emulatorClient({ endpoint: world.endpoint, region: "ap-northeast-1" }) });
    const held = { ID: "an-id", Who: "maria@laptop", Created: "2026-01-02" };
    await s3.send(new PutObjectCommand({ ...lock, Body: JSON.stringify(held) }));
    const many = await push({ version: "latest", builder: "docker", contexts: { ...contexts, nginx: "nowhere" } });
    await s3.send(new DeleteObjectCommand(lock));
    await execa("git", ["checkout", "public"], { cwd: other });
    expect(many.text).toMatch(/--version "latest".+never "latest"/);
    expect(many.text).toMatch(/is locked by maria@laptop since 2026-01-02 .*aws s3 rm/);
    expect(many.text).toMatch(/docker/);
    expect(many.text).toMatch(/public have uncommitted changes/);
    expect(many.text).toMatch(/--context nowhere: does not exist/);
    expect(many.text).not.toContain("Build ");
  });

  it("are not pushed where their Dockerfile fails, which says why, and leaves nothing of the build", async () => {
    const app = await world.context("failing", { Dockerfile: "FROM scratch\nCOPY nothing /\n" });
    const { exitCode, text } = await push({ version: "0.9.0", only: "app", contexts: { ...contexts, app } });
    expect(exitCode).toBe(1);
    expect(text).toMatch(/nothing.*no such file or directory/);
    expect(text).not.toContain("Push ");
    expect(readdirSync(world.temporary).filter((name) => name.startsWith("release-"))).toEqual([]);
    expect((await buildah("containers", "--quiet")).stdout).toBe("");
    expect((await buildah("images", "--quiet", "--filter", "reference=*/app:0.9.0")).stdout).toBe("");
  });

  it("are refused where they were pushed for another architecture", async () => {
    const reference = `${world.host}/operation-app/app:0.3.0`;
    const auth = join(world.temporary, "auth.json");
    writeFileSync(auth, JSON.stringify({ auths: { [world.host]: { auth: btoa(`AWS:${TOKEN}`) } } }));
    await buildah("build", "--platform", "linux/amd64", "--tag", reference, contexts.app);
    await buildah("push", "--authfile", auth, reference);
    rmSync(auth);
    const refused = await push({ version: "0.3.0", only: "app" });
    expect(refused.exitCode, refused.text).toBe(1);
    expect(refused.text).toMatch(/app:0\.3\.0 already exists in the repository .+for amd64 instead of arm64/);
  });

  it("are pushed by the next run where one was interrupted before the push", async () => {
    const running = start({ version: "0.4.0", only: "app" });
    running.stdout.on("data", (chunk) => String(chunk).includes("Push ") && running.kill("SIGTERM"));
    const { exitCode, all } = await running;
    expect(exitCode, all).toBe(143);
    expect(all).toMatch(/\nInterrupted\. Run the same command again: .+$/);
    expect(readdirSync(world.temporary).filter((name) => name.startsWith("release-"))).toEqual([]);
    const next = await push({ version: "0.4.0", only: "app" });
    expect(next.exitCode, next.text).toBe(0);
    expect(next.images).toHaveLength(1);
  });
});
