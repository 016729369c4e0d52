import { spawnSync } from "node:child_process";
import { dirname, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../packages/preflight/tests/support/rules.ts";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { workingStack } from "../../../packages/preflight/tests/support/working-stack.ts";
import { type Ran, runInfra } from "../../support/infra.ts";

const run = (...options: string[]) => runInfra(["check", ...options]);

/** A file with the working stack, and a change to it. */
function fileWith(change: (stack: Json) => void = () => {}): string {
  const stack = workingStack();
  change(stack);
  return put(`${temporaryDirectory()}/cdk.tf.json`, JSON.stringify(stack));
}

const breakTargets = ({ resource }: Json) => {
  resource.aws_lb_target_group.nginx.target_type = "instance";
};
const acceptRedirects = ({ resource }: Json) => {
  resource.aws_lb_target_group.nginx.health_check.matcher = "200,301";
};

/** The input can't be used: one line that says so, and nothing else. */
function expectRefusal({ status, stdout, stderr }: Ran, message: RegExp): void {
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(message);
}

describe("a mistake", () => {
  it("says what to run for what synth makes, and for an environment", async () => {
    expectRefusal(await run("production"), /^production: is an environment\. bin\/infra synth checks it/);
    expectRefusal(await run("cdktf.out/stacks/nowhere/cdk.tf.json"), /does not exist\. Create it: bin\/infra synth$/m);
  });

  it("is no wider than the terminal, and one line in a file", async () => {
    const args = ["check", "cdk.tf.json", "--environment", "one-that-is-not-there"];
    const { stderr } = await runInfra(args);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    const shown = await runInfra(args, { columns: 40 });
    expect(Math.max(...shown.stderr.split("\n").map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(shown.stderr.replaceAll("\n", " ")).toBe(stderr.replaceAll("\n", " "));
  });
});

describe("findings", () => {
  it("end with 0 where there are none", async () => {
    const file = fileWith();
    expect(await run(file)).toMatchObject({ status: 0, stdout: `${file}: no findings.\n`, stderr: "" });
  });

  it("end with 0 where something could not be judged, and with --strict with 1", async () => {
    const file = fileWith(({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.subnets = ["subnet-0123456789abcdef0"];
    });
    const { status, stdout } = await run(file);
    expect(status).toBe(0);
    expect(stdout).toContain("1 of 2 services could not be judged for reachability, because");
    expect(await run(file, "--strict")).toMatchObject({ status: 1, stdout });
    expect(await run(fileWith(), "--strict")).toMatchObject({ status: 0 });
  });

  it("are of a file as it is named where the command was called", async () => {
    const directory = dirname(fileWith());
    const infra = resolve("bin/infra");
    const ran = spawnSync(infra, ["check", "cdk.tf.json"], { cwd: directory, encoding: "utf8" });
    expect(ran).toMatchObject({ status: 0, stderr: "" });
  });

  it("are no wider than the terminal, and whole lines in a file", async () => {
    const file = fileWith(breakTargets);
    const longest = ({ stdout }: Ran) => Math.max(...stdout.split("\n").map((line) => line.length));
    expect(longest(await run(file))).toBeGreaterThan(100);
    const shown = await runInfra(["check", file], { columns: 80 });
    expect(longest(shown)).toBeLessThanOrEqual(80);
    expect(shown.stdout.replace(/\s+/g, " ")).toBe((await run(file)).stdout.replace(/\s+/g, " "));
  });

  it("may be read to the first line only", async () => {
    const broken = fileWith(({ resource }) => {
      for (let index = 0; index < 2000; index++) resource.aws_subnet[`s${index}`] = { vpc_id: "${aws_vpc.none.id}" };
    });
    const command = `bin/infra check "${broken}" | head -1`;
    expect(spawnSync(command, { shell: true, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  it("end with 1 where there is an error, which is printed", async () => {
    const { status, stdout, stderr } = await run(fileWith(breakTargets));
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toContain("LB-002");
    expect(stdout).toContain("aws_lb_target_group.nginx");
    expect(stdout).toMatch(/1 error, 0 warnings\.$/m);
  });

  it("end with 0 where there are warnings only", async () => {
    const { status, stdout } = await run(fileWith(acceptRedirects));
    expect(status).toBe(0);
    expect(stdout).toMatch(/0 errors, 1 warning\.$/m);
  });

  it("are printed as JSON", async () => {
    const { status, stdout } = await run(fileWith(breakTargets), "--format", "json");
    expect(status).toBe(1);
    const { findings, ...others } = JSON.parse(stdout);
    expect(others).toEqual({});
    expect(findings).toHaveLength(1);
    expect(Object.keys(findings[0])).toEqual(["id", "severity", "address", "message", "cause", "fix"]);
  });

  it("are printed as SARIF", async () => {
    const file = fileWith(breakTargets);
    const { status, stdout } = await run("--format", "sarif", file);
    expect(status).toBe(1);
    const { version, runs } = JSON.parse(stdout);
    expect(version).toBe("2.1.0");
    expect(runs[0].results[0]).toMatchObject({ ruleId: "LB-002", level: "error" });
    expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(file);
  });

  it("leave out what an environment acknowledges, which has nothing here", async () => {
    expect((await run(fileWith(breakTargets), "--environment", "production")).status).toBe(1);
  });
});

describe("a path", () => {
  const ask = (file: string, ...places: string[]) => run(file, "--path", ...places);

  it("is printed hop by hop, and ends with 0 where it is open", async () => {
    const { status, stdout } = await ask(fileWith(), "aws_ecs_service.app", "aws_db_instance.main");
    expect(status).toBe(0);
    const [title, ...hops] = stdout.trimEnd().split("\n");
    expect(title).toBe("aws_ecs_service.app → aws_db_instance.main");
    expect(hops).toEqual([
      expect.stringMatching(/^ {2}✓ aws_security_group\.app: lets out .* on 3306$/),
      expect.stringMatching(/^ {2}✓ aws_security_group\.database: lets .* in on 3306$/),
      "It gets through.",
    ]);
  });

  it("is printed as JSON, without what is behind it", async () => {
    const { stdout } = await run(
      fileWith(),
      "--format",
      "json",
      "--path",
      "aws_ecs_service.app",
      "aws_db_instance.main",
    );
    const { verdict, hops, ...others } = JSON.parse(stdout);
    expect({ verdict, others }).toEqual({ verdict: "open", others: {} });
    expect(Object.keys(hops[0])).toEqual(["at", "what", "passes"]);
  });

  it("from the internet is to the port that a load balancer listens on", async () => {
    const file = fileWith(({ resource }) => {
      Object.assign(resource.aws_lb_listener.https, { port: 8443 });
      Object.assign(resource.aws_vpc_security_group_ingress_rule.alb_from_internet, { from_port: 8443, to_port: 8443 });
    });
    expect(await ask(file, "internet", "aws_lb.main")).toMatchObject({ status: 0 });
  });

  it("ends with 1 where it is blocked", async () => {
    const { status, stdout } = await ask(fileWith(), "aws_ecs_service.nginx", "internet");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ {2}✗ aws_security_group\.nginx: .*\nIt stops there\.$/m);
  });

  it("ends with 0 where it can't be known", async () => {
    const file = fileWith(({ variable, resource }) => {
      variable.gateway = {};
      resource.aws_route.nat.nat_gateway_id = "${var.gateway}";
    });
    const { status, stdout } = await ask(file, "aws_ecs_service.app", "internet");
    expect(status).toBe(0);
    expect(stdout).toContain("  ? ");
  });

  it.each<[string, string[], RegExp]>([
    ["an address that is not there", ["aws_ecs_service.ap", "internet"], /Did you mean aws_ecs_service\.app\?/],
    ["no service of AWS", ["aws_ecs_service.app", "ecr"], /There is no ecr .*Did you mean ecr\.api or ecr\.dkr\?/],
    ["one place only", ["aws_ecs_service.app"], /--path takes two/],
    ["three places", ["aws_ecs_service.app", "s3", "logs"], /--path takes two/],
  ])("ends with 2 where the question is no good: %s", async (_, places, message) => {
    expectRefusal(await ask(fileWith(), ...places), message);
  });
});

describe("an input that can't be used", () => {
  it.each<[string, string, RegExp]>([
    ["an empty file", "", /is empty/],
    ["HCL", 'resource "aws_vpc" "a" {}\n', /Terraform's own language/],
    ["a file that is cut off", '{"resource": {"aws_vpc": {"a"', /cut off|not JSON/],
    ["a state", '{"version": 4, "lineage": "x"}', /is a state/],
    ["a plan of another format", '{"format_version": "2.0", "planned_values": {}, "configuration": {}}', /format 2\.0/],
    ["deep nesting", `{"resource": ${'{"a":'.repeat(3000)}1${"}".repeat(3000)}}`, /nested/],
  ])("ends with 2 and one line: %s", async (_, text, message) => {
    expectRefusal(await run(put(`${temporaryDirectory()}/in.json`, text)), message);
  });

  it("ends with 2 and one line where there is no file", async () => {
    expectRefusal(await run(`${temporaryDirectory()}/none.json`), /none\.json: can't be read \(ENOENT\)/);
  });

  it("ends with 2 and one line where there is no such environment", async () => {
    expectRefusal(await run(fileWith(), "--environment", "none"), /There is no environment "none"/);
  });

  it.each<[string, string[], RegExp]>([
    ["no file", [], /missing required argument 'file'/],
    ["a format that there isn't", ["in.json", "--format", "xml"], /text, json, sarif/],
    ["an option that there isn't", ["in.json", "--fix"], /unknown option '--fix'/],
  ])("ends with 2 where the command line is no good: %s", async (_, options, message) => {
    const { status, stdout, stderr } = await run(...options);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

it("explains itself", async () => {
  const { status, stdout } = await run("--help");
  expect(status).toBe(0);
  for (const word of ["--format", "--path", "--environment", "Exit codes", "cdk.tf.json", "terraform show -json"]) {
    expect(stdout).toContain(word);
  }
});
