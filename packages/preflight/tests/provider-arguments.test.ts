import { expect, it } from "vitest";
import {
  type Arguments,
  load,
  type ProviderArguments,
  preflight,
  providerRule,
  unknownProviderRule,
} from "../src/index.ts";

const version = (number: string, types: Record<string, Arguments>): ProviderArguments => ({
  name: "hashicorp/aws",
  version: number,
  of: (type) => types[type],
});

const SERVICE: Arguments = { id: 0, name: 1, tags: 1, alarms: { enable: 1 } };
const NEWER: Arguments = { ...SERVICE, alarms: { enable: 1, rollback: 1 }, force_delete: 1 };

const found = async (configuration: object) => {
  const rule = providerRule({
    chosen: version("5.100.0", { aws_ecs_service: SERVICE, "data.aws_vpc": { tags: 1 } }),
    newer: [version("6.0.0", { aws_ecs_service: NEWER, aws_new: {} }), version("6.25.0", { aws_ecs_service: NEWER })],
    choose: (chosen) => `choose ${chosen}`,
  });
  const graph = await load(configuration, "test.json");
  return preflight(graph, [rule]).map(({ address, message, fix }) => `${address} ${message} ${fix}`);
};
const service = (written: object) => found({ resource: { aws_ecs_service: { app: written } } });

it.each<[string, object, string[]]>([
  ["nothing where all is known", { name: "app", alarms: [{ enable: true }], tags: { anything: "goes" } }, []],
  [
    "nothing of what counts for Terraform itself",
    { count: 1, lifecycle: { ignore_changes: ["name"] }, depends_on: [] },
    [],
  ],
  ["nothing of what is null", { alarms: { rollback: null } }, []],
  [
    "an argument that a newer version has, with the oldest of these",
    { force_delete: true },
    [
      "aws_ecs_service.app writes force_delete, which hashicorp/aws 5.100.0 does not have, but 6.0.0 has. Leave it out, or choose that version: choose 6.0.0.",
    ],
  ],
  [
    "an argument in a block, once for all its blocks",
    { alarms: [{ rollback: true }, { rollback: false }] },
    [
      "aws_ecs_service.app writes alarms.rollback, which hashicorp/aws 5.100.0 does not have, but 6.0.0 has. Leave it out, or choose that version: choose 6.0.0.",
    ],
  ],
  [
    "an argument in a dynamic block",
    { dynamic: { alarms: { for_each: [true], content: { roll: "${alarms.value}" } } } },
    ["aws_ecs_service.app writes alarms.roll, which hashicorp/aws 5.100.0 does not have. Leave it out."],
  ],
  [
    "an argument that no version has",
    { nom: "x" },
    ["aws_ecs_service.app writes nom, which hashicorp/aws 5.100.0 does not have. Leave it out."],
  ],
  [
    "an attribute that only the provider sets",
    { id: "app" },
    ["aws_ecs_service.app writes id, which hashicorp/aws 5.100.0 only reads. Leave it out."],
  ],
])("PROV-001 says %s", async (_, written, expected) => {
  expect(await service(written)).toEqual(expected);
});

it("PROV-001 knows types, also those that are looked up, and leaves other providers' alone", async () => {
  const resource = { aws_new: { a: {} }, aws_never: { a: {} }, random_id: { a: { byte_length: 4 } } };
  expect(await found({ resource, data: { aws_vpc: { main: { tag: "x" } } } })).toEqual([
    "aws_never.a is of a type that hashicorp/aws 5.100.0 does not have. Leave it out.",
    "aws_new.a is of a type that hashicorp/aws 5.100.0 does not have, but 6.0.0 has. Leave it out, or choose that version: choose 6.0.0.",
    "data.aws_vpc.main writes tag, which hashicorp/aws 5.100.0 does not have. Leave it out.",
  ]);
});

it("PROV-001 warns where it can't be told", async () => {
  const [finding] = preflight(await load({ resource: {} }, "test.json"), [
    unknownProviderRule("hashicorp/aws 6.1.0", "learn it"),
  ]);
  expect(finding).toMatchObject({
    severity: "warning",
    message: "is locked to hashicorp/aws 6.1.0, whose arguments are not known here: none was looked at.",
    fix: "Run: learn it.",
  });
});
