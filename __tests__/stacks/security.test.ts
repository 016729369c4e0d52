import { describe, expect, it } from "vitest";
import type { Check, Control, Json, StackJson } from "../../stacks/security/control.ts";
import { CONTROLS } from "../../stacks/security/controls.ts";
import { bootstrapStack } from "../support/bootstrap-stack.ts";
import { SWITCHES } from "../support/switches.ts";
import { type Changes, environmentWith, synthesize } from "../support/synthesize.ts";
import { CHECKOV_IDS } from "./checkov-ids.ts";

type Checked = Control & { readonly check: Check };

const ALL = Object.values(CONTROLS).flat();
const CHECKED = ALL.filter((control): control is Checked => control.check !== undefined);
const standing = (wanted: Control["standing"]) => CHECKED.filter((control) => control.standing === wanted);

/** What is made where somebody is told, a zone is made, and nothing is left out. */
const WITH_EVERYTHING = {
  network: { flowLogRetentionDays: 30, nat: "instance" },
  domain: { hostedZone: { create: true } },
  alarms: { emails: ["me@example.com"] },
  lb: { waf: "block", wafLogRetentionDays: 30 },
  mail: { from: "no-reply@operation-app.example.com" },
  backup: {},
  storage: { cdn: {} },
  budget: { monthlyUsd: 100 },
  ecs: {
    schedules: { nightly: { command: ["nightly"], when: "rate(1 day)" } },
    workers: { jobs: { command: ["jobs"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 1 } } },
  },
} as const satisfies Changes;

const stackWith = (changes: Changes = {}): StackJson => synthesize(changes).json;
const BOOTSTRAP: StackJson = bootstrapStack().json;
const PRODUCTION = stackWith();
const WHOLE = stackWith(WITH_EVERYTHING);

const ofType = (stack: StackJson, { type }: Check) => Object.entries(stack.resource[type] ?? {});

/** Addresses of resources that do not hold a control. */
function failing(stack: StackJson, { check }: Checked): string[] {
  return ofType(stack, check)
    .filter(([, resource]) => !check.holds(resource, stack))
    .map(([name]) => `${check.type}.${name}`);
}

/** A change of settings by their paths. */
function changesTo(settings: Readonly<Record<string, unknown>>): Changes {
  const changes: Json = {};
  for (const [path, value] of Object.entries(settings)) {
    const keys = path.split(".");
    const parent = keys.slice(0, -1).reduce((at, key) => (at[key] ??= {}), changes);
    parent[keys.at(-1) as string] = value;
  }
  return changes;
}

/** Everything that JSON is with one thing in it taken away or made wrong. Texts with JSON in them are opened. */
function* broken(json: Json): Generator<Json> {
  if (typeof json === "string" && /^[[{]/.test(json)) {
    for (const one of broken(JSON.parse(json))) yield JSON.stringify(one);
  } else if (typeof json === "object" && json !== null) {
    for (const key of Object.keys(json)) {
      const { [key]: _gone, ...without } = json;
      yield Array.isArray(json) ? json.filter((_item, index) => index !== Number(key)) : without;
      for (const wrong of broken(json[key]))
        yield Array.isArray(json) ? json.with(Number(key), wrong) : { ...json, [key]: wrong };
    }
  } else {
    yield* [
      !json,
      0,
      22,
      "0.0.0.0/0",
      "*",
      "-1",
      "sts:AssumeRole",
      "kms:Decrypt",
      "root",
      "admin",
      "DISABLED",
      "monitor",
      "PASSWORD",
    ];
  }
}

/** What each kind of resource could also have, and what its stack could have beside it. */
const ADDED: readonly Json[] = [
  {
    acl: "public-read",
    privileged: true,
    pid_mode: "host",
    platform_version: "1.3.0",
    desync_mitigation_mode: "monitor",
  },
  { key_algorithm: "RSA_1024", options: { certificate_transparency_logging_preference: "DISABLED" }, volume: [{}] },
  { execution_role_arn: "arn:aws:iam::123456789012:role/a", task_role_arn: "arn:aws:iam::123456789012:role/a" },
  { map_public_ip_on_launch: true, ca_cert_identifier: "rds-ca-2019", actions_enabled: false },
  { instance_id: "i-1", vpc_peering_connection_id: "pcx-1", policy: "{}" },
];

function canFail(control: Checked): boolean {
  const { check } = control;
  return [WHOLE, BOOTSTRAP].some((stack) =>
    ofType(stack, check).some(([name, resource]) => {
      const put = (other: Json): StackJson => ({
        resource: { ...stack.resource, [check.type]: { ...stack.resource[check.type], [name]: other } },
      });
      const fails = (other: Json, beside: StackJson = put(other)) => {
        try {
          return !check.holds(other, beside);
        } catch {
          return true;
        }
      };
      const others = Object.keys(stack.resource).map((type): StackJson => {
        const { [type]: _gone, ...resource } = stack.resource;
        return { resource };
      });
      const more = ["aws_network_acl", "aws_s3_bucket_acl", "aws_iam_user"].map(
        (type): StackJson => ({ resource: { ...stack.resource, [type]: { a: {} } } }),
      );
      const container = resource.container_definitions
        ? [
            {
              ...resource,
              container_definitions: resource.container_definitions.replaceAll(
                '"essential":true',
                '"essential":true,"privileged":true',
              ),
            },
          ]
        : [];
      return (
        [...broken(resource), ...container, ...ADDED.map((extra) => ({ ...resource, ...extra }))].some((other) =>
          fails(other),
        ) || [...others, ...more].some((beside) => fails(resource, beside))
      );
    }),
  );
}

describe("the table of security controls", () => {
  it("names each id once, and gives a reason for each waiver", () => {
    const ids = ALL.flatMap((control) => control.ids);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(ALL.filter(({ standing, note }) => standing === "waived" && !note)).toEqual([]);
    for (const id of ids) expect(id).toMatch(/^(CKV2?_AWS_\d+|[A-Z][A-Za-z0-9]+\.\d+|CIS \d(\.\d+)+)$/);
  });

  it("has each check of Checkov's for the types of resources that the stacks make", () => {
    const stacks = [WHOLE, BOOTSTRAP, ...SWITCHES.map(({ changes }) => stackWith(changes))];
    const types = new Set(stacks.flatMap(({ resource }) => Object.keys(resource)));
    const unknown = [...types].filter((type) => CHECKOV_IDS[type] === undefined);
    expect(unknown, "types whose checks were not looked up in Checkov yet").toEqual([]);
    const ids = ALL.flatMap((control) => control.ids);
    expect([...types].flatMap((type) => CHECKOV_IDS[type] ?? []).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("looks at resources that the stack makes", () => {
    const nowhere = CHECKED.filter(({ check }) => ![WHOLE, BOOTSTRAP].some((stack) => ofType(stack, check).length > 0));
    expect(nowhere.map(({ ids }) => ids)).toEqual([]);
  });

  it("has no check that can't fail", () => {
    expect(CHECKED.filter((control) => !canFail(control)).map(({ ids }) => ids)).toEqual([]);
  });

  it.each([
    { name: "the bootstrap stack", changes: undefined },
    { name: "everything", changes: WITH_EVERYTHING as Changes },
    ...SWITCHES,
  ])("is held where it says passes: $name", ({ changes }) => {
    const stack = changes ? stackWith(changes) : BOOTSTRAP;
    const environment: Json = environmentWith(changes);
    const judged = standing("passes").filter(({ given }) => given === undefined || environment[given]);
    expect(judged.flatMap((control) => failing(stack, control).map((address) => `${control.ids} ${address}`))).toEqual(
      [],
    );
  });

  it.each(standing("option"))("is held with the setting and not without: $ids", (control) => {
    expect(failing(PRODUCTION, control)).not.toEqual([]);
    expect(failing(stackWith(changesTo(control.settings ?? {})), control)).toEqual([]);
  });

  it("waives nothing that passes by now", () => {
    const passing = standing("waived").filter((control) =>
      [PRODUCTION, WHOLE, BOOTSTRAP].every((stack) => failing(stack, control).length === 0),
    );
    expect(passing.map(({ ids }) => ids)).toEqual([]);
  });
});
