import { describe, expect, it } from "vitest";
import type { Json, StackJson } from "../../stacks/security/control.ts";
import { bootstrapStack } from "../support/bootstrap-stack.ts";
import { ALL, CHECKED, type Checked, failing, ofType, standing, whatFails } from "../support/controls.ts";
import { WITH_EVERYTHING } from "../support/switches.ts";
import { type Changes, synthesize } from "../support/synthesize.ts";

const stackWith = (changes: Changes = {}): StackJson => synthesize(changes).json;
const BOOTSTRAP: StackJson = bootstrapStack().json;
const PRODUCTION = stackWith();
const WHOLE = stackWith(WITH_EVERYTHING);

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

  it("looks at resources that the stack makes", () => {
    const nowhere = CHECKED.filter(({ check }) => ![WHOLE, BOOTSTRAP].some((stack) => ofType(stack, check).length > 0));
    expect(nowhere.map(({ ids }) => ids)).toEqual([]);
  });

  it("has no check that can't fail", () => {
    expect(CHECKED.filter((control) => !canFail(control)).map(({ ids }) => ids)).toEqual([]);
  });

  it.each([
    ["the bootstrap stack", BOOTSTRAP],
    ["everything", WHOLE],
  ])("is held where it says passes: %s", (_, stack) => {
    expect(whatFails(stack, stack === WHOLE ? WITH_EVERYTHING : {})).toEqual([]);
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
