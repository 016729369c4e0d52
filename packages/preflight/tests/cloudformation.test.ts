import { expect, it } from "vitest";
import { load, preflight, THOROUGH_RULE } from "../src/index.ts";

const found = async (resource: object, region = "ap-northeast-1") =>
  preflight(await load({ provider: { aws: [{ region }] }, resource }, "test.json"), [THOROUGH_RULE]).map(
    ({ severity, address, message }) => `${severity} ${address} ${message}`,
  );

// What AWS's lists say themselves is tested end to end: that takes seconds.
it("CFN-001 says nothing of what the rules of each synth find, and of what it can't know", async () => {
  const database = (instance_class: string) => ({ aws_db_instance: { main: { engine: "mysql", instance_class } } });
  expect(await found(database("db.t4g.nano"))).toEqual([]);
  expect(await found({ aws_instance: { main: { instance_type: "${var.size}" } } })).toEqual([]);
  expect(await found({ aws_instance: { main: { instance_type: "t4g.pico" } } }, "${var.region}")).toEqual([]);
});
