import { describe, expect, it } from "vitest";
import { secretsIn } from "../../../tools/operate/env-file.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";
import { deployment, secretArn } from "./deployed.ts";

const environment = checked(
  environmentWith({
    ecs: {
      app: {
        environment: { RAILS_ENV: "production" },
        secrets: { SECRET_KEY_BASE: "generated", RAILS_MASTER_KEY: "by-hand", API_KEY: "by-hand", NEW_KEY: "by-hand" },
      },
    },
  }),
);
const deployed = {
  ...deployment,
  environment,
  secretArns: { ...deployment.secretArns, API_KEY: secretArn("API_KEY") },
};
const taken = (text: string, force?: boolean) => secretsIn(text, ".env", deployed, force);

describe("secrets of a .env", () => {
  it("are those that people give values to, with quotes, several lines, export and comments", () => {
    const { secrets, leftOut } = taken(
      '# of staging\nexport RAILS_MASTER_KEY=0123abcd\nAPI_KEY="one\nRAILS_MASTER_KEY=no assignment\n# no comment" # but this\n',
    );
    expect(secrets).toEqual([
      { variable: "RAILS_MASTER_KEY", arn: secretArn("RAILS_MASTER_KEY"), value: "0123abcd" },
      { variable: "API_KEY", arn: secretArn("API_KEY"), value: "one\nRAILS_MASTER_KEY=no assignment\n# no comment" },
    ]);
    expect(leftOut).toEqual([]);
  });

  it("leave out, by name, what the environment does not read, or makes itself", () => {
    const { secrets, leftOut } = taken(
      "API_KEY=a\nRAILS_ENV=production\nOTHER=1\nDATABASE_PASSWORD=2\nSECRET_KEY_BASE=3\nNEW_KEY=4",
    );
    expect(secrets.map(({ variable }) => variable)).toEqual(["API_KEY"]);
    expect(leftOut).toEqual([
      { variable: "RAILS_ENV", why: "it is in ecs.app.environment, so not a secret" },
      {
        variable: "OTHER",
        why: "it is neither in ecs.app.secrets nor in ecs.app.environment of environments/production.ts",
      },
      { variable: "DATABASE_PASSWORD", why: "RDS writes it" },
      { variable: "SECRET_KEY_BASE", why: "the stack generates it" },
      {
        variable: "NEW_KEY",
        why: "NEW_KEY is in environments/production.ts and not deployed yet. Run: bin/infra apply production",
      },
    ]);
  });

  it("take in what the stack has made up only by force, and never RDS's", () => {
    const { secrets, leftOut } = taken("SECRET_KEY_BASE=a\nDATABASE_PASSWORD=b", true);
    expect(secrets.map(({ variable }) => variable)).toEqual(["SECRET_KEY_BASE"]);
    expect(leftOut).toEqual([{ variable: "DATABASE_PASSWORD", why: "RDS writes it" }]);
  });

  it("are refused with everything that is wrong, and without a value in it", () => {
    const wrong = "API_KEY=s3cret1\nAPI_KEY=s3cret2\nRAILS_MASTER_KEY=\nSECRET_KEY_BASE=s3cr#t\nOTHER=\nOTHER=";
    expect(() => taken(wrong, true)).toThrow(
      [
        ".env: has API_KEY 2 times.",
        ".env: has no value for RAILS_MASTER_KEY.",
        ".env: has a # in the value of SECRET_KEY_BASE, which starts a comment. Write the value in quotes.",
        "Nothing was written.",
      ].join("\n"),
    );
    expect(() => taken("API_KEY=abc # a comment")).not.toThrow();
    expect(() => taken("API_KEY='a#b'")).not.toThrow();
  });

  it.each([
    ["", ".env: has no line such as NAME=value."],
    ["RAILS_ENV=x\nOTHER=y", '.env: has no secret that production uses: of RAILS_ENV, OTHER, none is "by-hand"'],
  ])("are refused where there is none: %j", (text, message) => expect(() => taken(text)).toThrow(message));
});
