import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadText, preflight } from "@operation-app/preflight";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emulatorClient } from "../../../tools/local/aws-environment.ts";
import { explainStop } from "../../../tools/operate/stopped-tasks.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { endToEnd } from "../requirement.ts";
import { pattern, readAnnouncements } from "./announcements.ts";
import { BrokenStack } from "./broken-stack.ts";
import { Observer } from "./observer.ts";
import { checkContainers } from "./requirement.ts";
import { pushImages } from "./small-images.ts";

const region = "ap-northeast-1";
const rows = readAnnouncements();

const WORKING = ["operation-app-app", "operation-app-nginx"];

describe.runIf(await endToEnd(checkContainers))("what docs/preflight.md says of a broken service", async () => {
  const json = JSON.stringify(new BrokenStack().json, null, 2);
  const findings = preflight(await loadText(json, "main.tf.json"));
  let directory: string;
  let aws: Aws;
  let observer: Observer;
  let working: Promise<unknown>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "announced-"));
    aws = await startAws({ directory, runsContainers: true });
    const client = emulatorClient({ endpoint: aws.emulator.endpoint, region });
    writeFileSync(join(directory, "main.tf.json"), json);
    const terraform = (...args: string[]) =>
      execa(aws.terraform.command, args, { cwd: directory, env: aws.env, extendEnv: false, all: true, reject: false });
    await Promise.all([pushImages(client, directory), terraform("init", "-input=false", "-no-color")]);
    // It waits for its load balancer while the first services are tried.
    const applied = terraform("apply", "-auto-approve", "-input=false", "-no-color").then(({ all }) => all);
    observer = new Observer(client, "operation-app", applied);
    // Their first tasks may start before there is a way to the registry.
    working = applied.then(() => Promise.all(WORKING.map((name) => observer.deployAgainIfFailed(name))));
  });
  afterAll(async () => {
    await aws?.emulator.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const findingsOf = (name: string) =>
    findings.filter(({ address, message }) => address.split(".")[1]?.startsWith(name) || message.includes(`.${name} `));

  it.concurrent.each(rows)("is announced and comes true: $name", async ({ name, rule, announced, place, happened }) => {
    if (announced) {
      const causes = findingsOf(name).flatMap(({ id, cause }) => (id === rule ? cause : []));
      expect(causes).toContainEqual(expect.stringContaining(announced));
    } else expect(findingsOf(name).filter(({ severity }) => severity === "error")).toEqual([]);
    if (place !== "apply") await observer.scale(name, 1);
    const { line, task } = await observer.until(name, place, pattern(happened));
    if (place !== "apply") await observer.scale(name, 0);
    if (announced) expect(line).toMatch(pattern(`…${announced}…`));
    if (task) expect(explainStop(task), line).toMatchObject({ cure: expect.any(String) });
  });

  it("is nothing of services that work, which get healthy", async () => {
    const known = rows.flatMap(({ name }) => findingsOf(name));
    expect(findings.filter((finding) => finding.severity === "error" && !known.includes(finding))).toEqual([]);
    await working;
    for (const name of WORKING) await observer.untilHealthy(name);
  });
});
