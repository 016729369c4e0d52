import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAdoptions } from "../../environments/schema/adopted-cognito.ts";
import { put, temporaryDirectory } from "../../packages/preflight/tests/support/temporary.ts";

const POOL = "aws_cognito_user_pool.cognito_user_pool";

const here = process.cwd();
let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
  process.chdir(directory);
});
afterEach(() => process.chdir(here));

/** Reads the file beside an environment; there is production, and no other. */
function read(contents: string, environment = "production") {
  put(join(directory, `environments/${environment}.cognito.json`), contents);
  return readAdoptions([environment], ["production"]);
}

describe("the file beside an environment", () => {
  it("is what the environment takes over", () => {
    const pool = { from: "aws_cognito_user_pool.old", id: "ap-northeast-1_x", attributes: { name: "old" } };
    const objects = { [POOL]: pool };
    expect(read(JSON.stringify({ version: 1, objects }))).toEqual({ adopted: { production: objects }, problems: [] });
  });

  it.each([
    ["{", "is not JSON"],
    ["[]", "the file: "],
    ['{"version":2,"objects":{}}', "version: "],
    ['{"version":1,"objects":{"aws_vpc.x":null}}', "objects.aws_vpc.x: "],
    [`{"version":1,"objects":{"${POOL}":{"id":"x","attributes":{}}}}`, `objects.${POOL}.from: `],
    [`{"version":1,"objects":{"${POOL}":{"from":"x","id":"x","attributes":{},"more":1}}}`, `objects.${POOL}: `],
  ])("is refused in one line where it is not as it is written: %s", (contents, reason) => {
    const { adopted, problems } = read(contents);
    expect(adopted).toEqual({});
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain("\n");
    expect(problems[0]).toContain(`environments/production.cognito.json: ${reason}`);
    expect(problems[0]).toContain("Create it again: bin/infra adopt --environment production");
  });

  it("is refused where there is no such environment", () => {
    expect(read("{}", "prod").problems).toEqual([
      "environments/prod.cognito.json: there is no environments/prod.ts that it belongs to. Rename one of them.",
    ]);
  });
});
