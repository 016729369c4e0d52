import type { Arguments } from "@operation-app/preflight";
import { expect, it } from "vitest";
import { differences } from "../../tools/provider/differences.ts";

const version = (number: string, types: Record<string, Arguments>) => ({
  name: "hashicorp/aws",
  version: number,
  of: (type: string) => types[type],
});

it.each<[string, Record<string, Arguments>, Record<string, Arguments>, object[]]>([
  ["nothing where all is the same", { a: { name: 1 } }, { a: { name: 1 } }, []],
  ["arguments that came and went", { a: { old: 1 } }, { a: { new: 1 } }, [{ type: "a", came: ["new"], went: ["old"] }]],
  [
    "a block as a whole, and what is in one that both have",
    { a: { block: { old: 1, same: 1 } } },
    { a: { block: { same: 1 }, other: { x: 1 } } },
    [{ type: "a", came: ["other"], went: ["block.old"] }],
  ],
  ["what becomes an argument", { a: { id: 0 } }, { a: { id: 1 } }, [{ type: "a", came: ["id"], went: [] }]],
  ["nothing of what only the provider sets", { a: { id: 0, arn: 0 } }, { a: {} }, []],
  ["nothing in what the other has as anything", { a: { block: { x: 1 } } }, { a: { block: 1 } }, []],
  ["a type that came", {}, { a: {} }, [{ type: "a", whole: "came", came: [], went: [] }]],
  ["a type that went", { a: {} }, {}, [{ type: "a", whole: "went", came: [], went: [] }]],
])("two versions of a provider differ by %s", (_, older, newer, expected) => {
  expect(differences(version("5", older), version("6", newer), ["a"])).toEqual(expected);
});
