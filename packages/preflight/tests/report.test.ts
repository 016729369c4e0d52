import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { LocatedFinding } from "../src/preflight.ts";
import { jsonReport } from "../src/report/json.ts";
import { sarifReport } from "../src/report/sarif.ts";
import { textReport } from "../src/report/text.ts";
import { failuresOf } from "../src/rule.ts";
import { RULES } from "../src/rules/index.ts";
import type { Unjudged } from "../src/unjudged.ts";
import { findingsOf } from "./support/rules.ts";
import { workingStack } from "./support/working-stack.ts";

const ERROR: LocatedFinding = {
  id: "LB-002",
  severity: "error",
  address: "aws_lb_target_group.nginx",
  message: 'has the target type "instance".',
  cause: "A task has no instance.",
  fix: 'Set target_type to "ip".',
  source: "modules/lb/index.ts:132",
  attribute: "target_type",
};
const WARNING: LocatedFinding = {
  id: "LB-006",
  severity: "warning",
  address: "aws_lb_target_group.nginx",
  message: "takes 200,301 for a healthy answer.",
  cause: "A redirect passes.",
  fix: 'Set the matcher to "200".',
  attribute: undefined,
};

const UNJUDGED: Unjudged = {
  subjects: "services",
  question: "reachability",
  count: 2,
  of: 3,
  because: [
    { address: "aws_ecs_service.a", attribute: "network_configuration", reason: "comes from a dynamic block" },
    { address: "aws_ecs_service.b", attribute: "network_configuration.subnets", reason: "is not known in this plan" },
  ],
  remedy: "Give the source: --source DIR.",
};

describe("findings of a stack", () => {
  it("are there once, errors first, then by rule and address", async () => {
    const stack = workingStack();
    stack.resource.aws_lb_target_group.nginx.health_check.matcher = "200,301";
    stack.resource.aws_subnet.private_c.cidr_block = "10.8.11.0/24";
    stack.resource.aws_subnet.private_a.cidr_block = "10.8.10.0/24";
    delete stack.resource.aws_nat_gateway.main.depends_on;
    const found = (await findingsOf(stack)).map(({ severity, id, address }) => `${severity} ${id} ${address}`);
    expect(found).toEqual([
      "error NET-007 aws_subnet.private_a",
      "error NET-007 aws_subnet.private_c",
      "warning LB-006 aws_lb_target_group.nginx",
      "warning NET-005 aws_nat_gateway.main",
    ]);
  });

  it("tell what it would have become", async () => {
    const stack = workingStack();
    stack.resource.aws_lb_target_group.nginx.target_type = "instance";
    const found = (await findingsOf(stack)).find(({ id }) => id === "LB-002");
    expect(found).toMatchObject({
      address: "aws_lb_target_group.nginx",
      cause: expect.stringContaining(
        "Otherwise apply fails with: InvalidParameterException: The provided target group",
      ),
      attribute: "target_type",
    });
  });
});

describe("the report as text", () => {
  const text = (findings: readonly LocatedFinding[]) => stripVTControlCharacters(textReport(findings, "plan.json"));

  it("has a paragraph for each finding, and counts them", () => {
    expect(text([ERROR, WARNING])).toBe(
      [
        "error LB-002 aws_lb_target_group.nginx (modules/lb/index.ts:132)",
        '  aws_lb_target_group.nginx has the target type "instance".',
        "  Why: A task has no instance.",
        '  Fix: Set target_type to "ip".',
        "",
        "warning LB-006 aws_lb_target_group.nginx",
        "  aws_lb_target_group.nginx takes 200,301 for a healthy answer.",
        "  Why: A redirect passes.",
        '  Fix: Set the matcher to "200".',
        "",
        "plan.json: 1 error, 1 warning.",
      ].join("\n"),
    );
  });

  it.each<[string, LocatedFinding[], string]>([
    ["none", [], "plan.json: no findings."],
    ["two errors", [ERROR, ERROR], "plan.json: 2 errors, 0 warnings."],
    ["two warnings", [WARNING, WARNING], "plan.json: 0 errors, 2 warnings."],
  ])("says how many there are: %s", (_, findings, summary) => {
    expect(text(findings).split("\n").at(-1)).toBe(summary);
  });

  it("says what could not be judged, why, and what helps", () => {
    expect(stripVTControlCharacters(textReport([], "plan.json", 0, [UNJUDGED]))).toBe(
      [
        "2 of 3 services could not be judged for reachability, because",
        "  aws_ecs_service.a.network_configuration comes from a dynamic block.",
        "  aws_ecs_service.b.network_configuration.subnets is not known in this plan.",
        "  Fix: Give the source: --source DIR.",
        "",
        "plan.json: no findings. Not everything could be judged.",
      ].join("\n"),
    );
  });

  it("counts the values that are not known where they are many", () => {
    const because = Array.from({ length: 7 }, (_, index) => ({
      address: `aws_ecs_service.a[${index}]`,
      attribute: "task_definition",
      reason: "is not known in this plan",
    }));
    const lines = textReport([ERROR], "plan.json", 0, [{ ...UNJUDGED, because }]).split("\n");
    expect(lines.filter((line) => line.includes("task_definition"))).toHaveLength(5);
    expect(lines).toContain("  And 2 other values, which --format json lists.");
    expect(lines.at(-1)).toBe("plan.json: 1 error, 0 warnings. Not everything could be judged.");
  });
});

describe("the report as JSON", () => {
  it("is an object of findings, each with what a program wants to know", () => {
    expect(JSON.parse(jsonReport([ERROR, WARNING]))).toEqual({
      findings: [
        {
          id: "LB-002",
          severity: "error",
          address: "aws_lb_target_group.nginx",
          message: 'has the target type "instance".',
          cause: "A task has no instance.",
          fix: 'Set target_type to "ip".',
          source: "modules/lb/index.ts:132",
        },
        {
          id: "LB-006",
          severity: "warning",
          address: "aws_lb_target_group.nginx",
          message: "takes 200,301 for a healthy answer.",
          cause: "A redirect passes.",
          fix: 'Set the matcher to "200".',
        },
      ],
    });
  });

  it("is an empty list where nothing was found", () => {
    expect(JSON.parse(jsonReport([]))).toEqual({ findings: [] });
  });

  it("lists what could not be judged", () => {
    expect(JSON.parse(jsonReport([], [UNJUDGED]))).toEqual({
      findings: [],
      unjudged: [{ message: "2 of 3 services could not be judged for reachability.", ...UNJUDGED }],
    });
  });
});

// https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
describe("the report as SARIF", () => {
  const report = (findings: readonly LocatedFinding[]) => JSON.parse(sarifReport(findings, RULES, "plan.json"));

  it("is of version 2.1.0, with one run", () => {
    const { version, $schema, runs } = report([]);
    expect(version).toBe("2.1.0");
    expect($schema).toContain("sarif-2.1.0");
    expect(runs).toEqual([{ tool: { driver: expect.objectContaining({ name: "preflight" }) }, results: [] }]);
  });

  it("tells of the run what could not be judged", () => {
    const [{ invocations, results }] = JSON.parse(sarifReport([], RULES, "plan.json", [UNJUDGED])).runs;
    expect(results).toEqual([]);
    expect(invocations).toEqual([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          {
            level: "warning",
            message: {
              text: [
                "2 of 3 services could not be judged for reachability.",
                "aws_ecs_service.a.network_configuration comes from a dynamic block.",
                "aws_ecs_service.b.network_configuration.subnets is not known in this plan.",
                "Give the source: --source DIR.",
              ].join(" "),
            },
          },
        ],
      },
    ]);
  });

  it("names the rules that were broken, once each, with what is known of them", () => {
    const [{ tool }] = report([ERROR, ERROR, WARNING]).runs;
    const rule = RULES.find(({ id }) => id === "LB-002");
    expect(tool.driver.rules.map(({ id }: { id: string }) => id).sort()).toEqual(["LB-002", "LB-006"]);
    expect(tool.driver.rules).toContainEqual({
      id: "LB-002",
      shortDescription: { text: rule?.title },
      fullDescription: { text: rule && failuresOf(rule)[0]?.cause },
      helpUri: rule?.reference,
      defaultConfiguration: { level: "error" },
    });
  });

  it("has a result for each finding, which leads to its rule", () => {
    const [{ tool, results }] = report([ERROR, WARNING]).runs;
    for (const [index, finding] of [ERROR, WARNING].entries()) {
      expect(results[index]).toMatchObject({ ruleId: finding.id, level: finding.severity });
      expect(tool.driver.rules[results[index].ruleIndex].id).toBe(finding.id);
      for (const part of [finding.address, finding.message, finding.cause, finding.fix]) {
        expect(results[index].message.text).toContain(part);
      }
    }
  });

  it("leads to the line that made the resource, or to the file that was looked through", () => {
    const [{ results }] = report([ERROR, WARNING]).runs;
    expect(results[0].locations).toEqual([
      {
        physicalLocation: { artifactLocation: { uri: "modules/lb/index.ts" }, region: { startLine: 132 } },
        logicalLocations: [{ fullyQualifiedName: "aws_lb_target_group.nginx", kind: "resource" }],
      },
    ]);
    expect(results[1].locations[0].physicalLocation).toEqual({ artifactLocation: { uri: "plan.json" } });
  });

  it("leaves out the place of a rule that is not in the list, such as that of an acknowledgement", () => {
    const [{ results }] = report([{ ...WARNING, id: "ACK-001" }]).runs;
    // The index of a rule is -1 where there is none, which is also what it means to leave it out.
    expect(results[0]).toMatchObject({ ruleId: "ACK-001", ruleIndex: -1 });
  });
});
