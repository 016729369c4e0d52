import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import {
  cidrProblem,
  derivedEnvironment,
  derivedFile,
  type Own,
  proposedApp,
  proposedCidr,
} from "../../environments/schema/derived.ts";
import type { Environment, EnvironmentInput } from "../../environments/schema/index.ts";
import { SWITCHES } from "../support/switches.ts";
import { type Changes, checked, environmentWith } from "../support/synthesize.ts";

const OWN: Own = {
  app: "operation-app-stg",
  cidr: "10.0.0.0/16",
  domain: { name: "staging.example.com", zone: "example.com" },
  hours: { from: "08:00", to: "20:00" },
  protection: false,
};

const base = (changes: Changes = {}): Environment => checked(environmentWith(changes));
const derive = (own: Partial<Own> = {}, changes: Changes = {}, name = "staging") =>
  derivedEnvironment(name, "production", { ...OWN, ...own }, { production: environmentWith(changes) });

/** What such a file exports. */
function exported(text: string, production: EnvironmentInput): EnvironmentInput {
  const expression = text.replaceAll(/^import .*$/gm, "").replace("export default defineEnvironment(", "result = (");
  return runInNewContext(`let result; ${expression}; result`, { production, images: {} });
}

describe("a new environment", () => {
  it.each<[string, Partial<Own>, Changes]>([
    ["as it is proposed", {}, {}],
    ["without a domain, and always awake", { domain: undefined, hours: undefined } as Partial<Own>, {}],
    ["of one with roles and subnets of its own", {}, { ci: { repository: "octo-org/rails", environment: "live" } }],
    ["of one with mail", {}, { mail: { from: "shop@mail.example.net", hostedZone: "example.net", dmarc: "reject" } }],
    [
      "of one with mail, without a domain",
      { domain: undefined } as Partial<Own>,
      { mail: { from: "shop@example.com" } },
    ],
    ["of one without login pages", {}, { cognito: { domainPrefix: undefined } }],
  ])("has a file that says what was checked: %s", (_, own, changes) => {
    const text = derivedFile("staging", "production", { ...OWN, ...own }, base(changes));
    expect(checked(exported(text, environmentWith(changes)), "staging")).toEqual(derive(own, changes));
  });

  it.each(SWITCHES)("takes nothing that the other has alone: $name", ({ changes }) => {
    expect(() => derive({}, changes)).not.toThrow();
  });

  it("is the other one but for what is its own", () => {
    const { database, ecs, domain, images, app, protection } = derive();
    expect({ database, nginx: ecs.nginx }).toEqual({ database: base().database, nginx: base().ecs.nginx });
    expect({ domain, images, app, protection }).toMatchObject({
      domain: {
        name: "staging.example.com",
        hostedZone: { name: "example.com", create: false },
      },
      images: {},
      app: "operation-app-stg",
      protection: false,
    });
  });

  it.each<[string, Partial<Own>, RegExp]>([
    ["its app", { app: "operation-app" }, /app: "operation-app" is also that of production/],
    ["its host name", { domain: { name: "operation-app.example.com", zone: "example.com" } }, /domain\.name: /],
    ["a name that is too long", { app: "operation-app-staging2" }, /at most 21/],
    ["a block that is none", { cidr: "10.0.0.0/8" }, /not between \/16 and \/28/],
  ])("is refused with %s", (_, own, message) => {
    expect(() => derive(own)).toThrow(message);
  });
});

describe("what is proposed", () => {
  it.each([
    ["rails", "staging", "rails-staging"],
    ["operation-app", "staging", "operation-app-staging"],
    ["operation-apps", "staging", "operation-apps-stg"],
    ["an-app-of-20-letters", "staging", "an-app-of-20-staging"],
    ["operation-app", "preview-7", "operation-preview-7"],
    ["warehouse-management", "preview-7", "warehouse-preview-7"],
    ["warehouse-management", "preview-of-spring", "wm-preview-of-spring"],
    ["operation-app", "a-preview-of-next-spring", undefined],
  ])("is a name that its target groups take, of whole words or initials: %s, %s", (app, name, proposal) => {
    const production = base({ app });
    expect(proposedApp(name, production, [production])).toBe(proposal);
  });

  it("is no name that is taken, and no block that overlaps", () => {
    const [production, staging] = [
      base({ app: "rails" }),
      base({ app: "rails-staging", network: { cidr: "10.0.0.0/16" } }),
    ];
    expect(proposedApp("staging", production, [production, staging])).toBe("rails-stg");
    expect(proposedCidr([production, staging])).toBe("10.1.0.0/16");
    expect(cidrProblem("10.0.128.0/20", [production, staging])).toMatch(
      /^10\.0\.128\.0\/20 overlaps with 10\.0\.0\.0\/16/,
    );
    expect(cidrProblem("10.1.0.0/16", [production, staging])).toBeUndefined();
  });
});
