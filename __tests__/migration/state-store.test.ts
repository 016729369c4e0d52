import { describe, expect, it } from "vitest";
import { stateText } from "../../migration/state-file.ts";
import { openState } from "../../migration/state-store.ts";
import { pool, state } from "../support/cognito-state.ts";
import { put, putExecutable, temporaryDirectory } from "../support/temporary.ts";

const OLD = stateText(state(pool()));

/** Whether a file in a directory with these other files is written to, or only read. */
async function isLive(others: Readonly<Record<string, string>>, name = "terraform.tfstate", isCopy = false) {
  const directory = temporaryDirectory();
  for (const [file, text] of Object.entries(others)) put(`${directory}/${file}`, text);
  const place = put(`${directory}/${name}`, OLD);
  const terraform = { command: putExecutable(`${directory}/bin/terraform`), env: {} };
  const store = await openState(place, { isCopy, work: temporaryDirectory(), terraform, itsOwn: terraform });
  return store.push !== undefined;
}

const PROJECT = { "main.tf": 'resource "aws_vpc" "x" {}' };

describe("a state file", () => {
  it("is live in a project that keeps its state in it", async () => {
    expect(await isLive(PROJECT)).toBe(true);
    expect(await isLive({ "main.tf": 'terraform {\n  backend "local" {}\n}' })).toBe(true);
    expect(await isLive(PROJECT, "terraform.tfstate.d/stage/terraform.tfstate")).toBe(true);
  });

  it.each([
    ["lies where no project is", {}],
    ["lies in a project that keeps its state elsewhere", { "main.tf": 'terraform {\n  backend "s3" {}\n}' }],
    ["lies in a project in JSON that does", { "main.tf.json": '{"terraform":{"backend":{"s3":{}}}}' }],
    ["lies in a project in HCP Terraform", { "main.tf": "terraform {\n  cloud {}\n}" }],
    ["lies beside another backend", { ...PROJECT, ".terraform/terraform.tfstate": '{"backend":{"type":"s3"}}' }],
  ])("is a copy where it %s", async (_, others: Record<string, string>) => {
    expect(await isLive(others)).toBe(false);
  });

  it("is a copy by another name, and where one says so", async () => {
    expect(await isLive(PROJECT, "old.tfstate")).toBe(false);
    expect(await isLive(PROJECT, "terraform.tfstate", true)).toBe(false);
  });
});
