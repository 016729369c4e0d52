import { describe, expect, it } from "vitest";
import { EnvironmentError, parseEnvironments } from "../../environments/schema/index.ts";
import { type Changes, environmentWith } from "../support/synthesize.ts";
import { CONTAINERS } from "./mistakes/containers.ts";
import { DATA } from "./mistakes/data.ts";
import { ENVIRONMENT } from "./mistakes/environment.ts";
import { ZONE_A } from "./mistakes/mistake.ts";
import { NAMES } from "./mistakes/names.ts";
import { NETWORK } from "./mistakes/network.ts";

/** The mistakes that are found in production with these changes, which its types would not allow. */
function problems(changes: unknown): readonly string[] {
  try {
    parseEnvironments({ production: environmentWith(changes as Changes) });
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
}

const BAD = [...NETWORK, ...NAMES, ...CONTAINERS, ...DATA, ...ENVIRONMENT];

describe("a mistake in an environment file", () => {
  it.each(BAD)("%s is one clear line", (_what, changes, path, message) => {
    const found = problems(changes);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^environments/production\\.ts: ${path.replaceAll(".", "\\.")}: \\S`));
    expect(found[0]).toMatch(message);
    expect(found[0]).not.toContain("\n");
  });

  it("in the name of a setting is reported with the name that was probably meant", () => {
    const found = problems({ database: { multiAZ: false }, network: { natt: "single" }, colour: "blue" });
    expect(found).toEqual([
      'environments/production.ts: network.natt: "single" is not a setting. Did you mean "nat"?',
      'environments/production.ts: database.multiAZ: false is not a setting. Did you mean "multiAz"?',
      expect.stringMatching(
        /^environments\/production\.ts: colour: "blue" is not a setting\. Remove it, or use one of app, /,
      ),
    ]);
  });

  it("beside another in the same group is reported too", () => {
    const found = problems({ ecs: { app: { tasks: { min: 4, max: 1, targetCpuPercent: "60" } } } });
    expect(found.map((line) => line.split(": ")[1]).sort()).toEqual([
      "ecs.app.tasks",
      "ecs.app.tasks.targetCpuPercent",
    ]);
  });

  it("does not hide another one: all are reported at once", () => {
    const found = problems({
      region: "mars",
      images: { app: "latest" },
      domain: { name: "" },
      network: { cidr: "10.0.0.0/8", natRouteDestination: "::/0", zones: [ZONE_A] },
      ecs: { app: { size: { cpu: 1, memory: 1 } } },
    });
    expect(found.map((line) => line.split(": ")[1]).sort()).toEqual([
      "domain.name",
      "ecs.app.size",
      "images.app",
      "network.cidr",
      "network.natRouteDestination",
      "network.zones",
      "region",
    ]);
  });

  it.each([undefined, null, 3, "x", []])("is reported even where the whole environment is %j", (input) => {
    expect(() => parseEnvironments({ production: input })).toThrow(EnvironmentError);
  });
});

describe("two environments", () => {
  const production = environmentWith();

  /** Settings of which something is wrong. */
  function settingsOf(environments: Record<string, unknown>): (string | undefined)[] {
    try {
      parseEnvironments(environments);
      return [];
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      return error.problems.map((line) => line.split(": ")[1]).sort();
    }
  }

  it("stand side by side when name, domain, state and Cognito prefix are their own", () => {
    const staging = environmentWith({
      app: "operation-app-staging",
      domain: { name: "staging.example.com" },
      cognito: { domainPrefix: "operation-app-staging" },
    });
    expect(parseEnvironments({ production, staging }).map(({ name }) => name)).toEqual(["production", "staging"]);
  });

  it("are refused where they would fight over a name, a domain, a state or a prefix", () => {
    const staging = environmentWith({ state: { key: "production/terraform.tfstate" } });
    expect(settingsOf({ production, staging })).toEqual(["app", "cognito.domainPrefix", "domain.name", "state.key"]);
  });

  it("are refused where approving one would deploy the other", () => {
    const ci = { repository: "octo-org/rails", environment: "live" };
    const stagingToo = environmentWith({
      app: "operation-app-stg",
      domain: { name: "staging.example.com" },
      cognito: { domainPrefix: "operation-app-stg" },
      ci,
    });
    for (const same of [ci, { ...ci, environment: "LIVE" }, { ...ci, repository: "Octo-Org@12/rails@345" }])
      expect(settingsOf({ production: { ...production, ci: same }, staging: stagingToo })).toEqual(["ci.environment"]);
  });

  it("are refused with roles where a role can't be named after the file", () => {
    const ci = { repository: "octo-org/rails" };
    expect(settingsOf({ "my production": { ...production, ci } })).toEqual(["ci"]);
  });

  it("are refused with one name in two regions: roles are global", () => {
    const tokyo = environmentWith();
    const virginia = environmentWith({ region: "us-east-1", network: { zones: ["us-east-1a", "us-east-1b"] } });
    expect(settingsOf({ tokyo, virginia })).toEqual(["app", "domain.name", "state.bucket"]);
  });
});
