import { expect, it } from "vitest";
import { regionOfVariables } from "../src/region.ts";

it.each([
  [{ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-east-1" }, "eu-west-1"],
  [{ AWS_DEFAULT_REGION: "us-east-1" }, "us-east-1"],
  [{ AWS_REGION: "", AWS_DEFAULT_REGION: "us-east-1" }, "us-east-1"],
  [{}, undefined],
])("the region of %j is %s", (variables, region) => {
  expect(regionOfVariables(variables)).toBe(region);
});
