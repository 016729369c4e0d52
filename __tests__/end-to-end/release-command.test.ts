import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulatorClient } from "../../tools/local/aws-environment.ts";
import { checkRelease, startRelease } from "./release-setup.ts";
import { endToEnd } from "./requirement.ts";

const VERSIONS = "environments/production.versions.json";
const SERVICE = "aws_ecs_service.service_service";

/**
 * The commands as they are, with real Terraform, git, buildah and a registry. The emulator ends every task with exit code
 * 0 and every deployment well, and runs no image: what fails is in `__tests__/release/`, in the shapes that AWS documents.
 */
describe.runIf(await endToEnd(checkRelease))("a release", () => {
  let world: Awaited<ReturnType<typeof startRelease>>;
  let ecs: ECSClient;
  let build: string[];

  beforeAll(async () => {
    world = await startRelease("operated-stack.ts");
    const { project } = world;
    project.edit("stacks/operation-stack.ts", { "released: true": "released: images.app !== undefined" });
    project.edit("environments/production.ts", {
      "// prevent_destroy, deletion protection, a final snapshot.": `acknowledgements: ${JSON.stringify(
        ["NET-101", "NET-102", "NET-103", "NET-104"].map((id) => ({
          id,
          address: SERVICE,
          reason: "nothing runs here",
        })),
      )},`,
    });
    writeFileSync(join(project.directory, ".gitignore"), "node_modules\n.plans\n.cache\ncdktf.out\n");
    await git("init", "--quiet");
    await git("config", "user.name", "somebody");
    await git("config", "user.email", "somebody@example.com");
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "production");
    const app = await world.context("app", { Dockerfile: "FROM scratch\nCOPY public /public\n", public: "v1" });
    const nginx = await world.context("nginx", { Dockerfile: "FROM scratch\nCOPY Dockerfile /\n" });
    build = [
      "--context",
      `app=${app}`,
      "--context",
      `nginx=${nginx}`,
      "--builder",
      "buildah",
      "--environment",
      "production",
      "--yes",
    ];
    ecs = new ECSClient(emulatorClient({ endpoint: world.endpoint, region: "ap-northeast-1" }));
    await good("apply", "production", "--yes");
  });
  afterAll(() => world?.end());

  const git = async (...args: string[]) => (await execa("git", args, { cwd: world.project.directory })).stdout;

  async function good(verb: string, ...args: string[]): Promise<string> {
    const { exitCode, all } = await world.start("bin/infra", [verb, ...args]);
    expect(exitCode, all).toBe(0);
    return all;
  }

  async function runs() {
    const which = { cluster: "operation-app", services: ["operation-app-app"] };
    const [service] = (await ecs.send(new DescribeServicesCommand(which))).services ?? [];
    const found = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: service?.taskDefinition }));
    return { wanted: service?.desiredCount, image: found.taskDefinition?.containerDefinitions?.[0]?.image };
  }

  it("first, a second that is killed and run again, and back: each ends as a commit of one file, and an empty plan", async () => {
    expect((await runs()).wanted).toBe(0);
    const first = await good("release", "--version", "0.1.0", ...build);
    expect(first).toMatch(/Task \S+ of task-operation-app-migrate-release:1 is starting/);
    expect(first).toMatch(/app: task-operation-app:\d+ is steady, 1 of 1 tasks run/);
    expect(await runs()).toEqual({ wanted: 1, image: expect.stringMatching(/:0\.1\.0$/) });
    expect(await git("show", "--name-only", "--format=%s")).toBe(
      `Release app and nginx 0.1.0 to production\n\n${VERSIONS}`,
    );
    expect(await git("status", "--porcelain")).toBe("");

    const killed = world.start("bin/infra", ["release", "--version", "0.2.0", ...build]);
    killed.stdout.on("data", (text) => String(text).includes("Wait for the deployment") && killed.kill("SIGKILL"));
    expect((await killed).signal).toBe("SIGKILL");
    expect(await git("status", "--porcelain")).toContain(VERSIONS);
    const again = await good("release", "--version", "0.2.0", ...build);
    expect(again).toContain("nothing to apply");
    expect(again).not.toContain("Build ");
    expect(await git("status", "--porcelain")).toBe("");
    expect((await runs()).image).toMatch(/:0\.2\.0$/);
    const back = await good("rollback", "production", "--yes");
    expect(back).toContain("From nginx 0.2.0, app 0.2.0 to nginx 0.1.0, app 0.1.0");
    expect((await runs()).image).toMatch(/:0\.1\.0$/);
    expect(JSON.parse(world.project.read(VERSIONS))).toEqual({ nginx: "0.1.0", app: "0.1.0" });
    expect(await git("log", "-1", "--format=%s")).toBe("Roll production back to nginx 0.1.0, app 0.1.0");
  });

  it("is refused, with all that is wrong, before anything is done", async () => {
    const before = await git("rev-parse", "HEAD");
    world.project.write("another.ts", "");
    const { exitCode, all } = await world.start("bin/infra", ["release", "--version", "latest", ...build]);
    const back = await world.start("bin/infra", ["rollback", "production", "--to", "9.9.9", "--yes"]);
    world.project.delete("another.ts");
    expect(exitCode, all).toBe(1);
    expect(all).toContain("These files have uncommitted changes, which would be deployed too: another.ts.");
    expect(all).toMatch(/--version "latest".+never "latest"/);
    expect(all).toContain("Nothing was built or changed.");
    expect(back.exitCode).toBe(1);
    expect(back.all).toContain("app:9.9.9 is not in the repository");
    expect(await git("rev-parse", "HEAD")).toBe(before);
  });
});
