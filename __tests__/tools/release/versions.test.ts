import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { put, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { readVersions, unreadVersions, writeVersions } from "../../../tools/release/versions.ts";

const ENVIRONMENT = "environments/production.ts";
const FILE = "environments/production.versions.json";

const before = process.cwd();
const [environment, versions] = [ENVIRONMENT, FILE].map((file) => readFileSync(file, "utf8")) as [string, string];

beforeEach(() => {
  const project = temporaryDirectory();
  put(join(project, ENVIRONMENT), environment);
  put(join(project, FILE), versions);
  process.chdir(project);
});
afterEach(() => process.chdir(before));

describe("the file of versions", () => {
  it("gets the versions that are named, and keeps the others", () => {
    expect(writeVersions("production", { nginx: "0.1.0", app: "0.1.0" })).toBe(FILE);
    writeVersions("production", { app: "0.2.0" });
    expect(readFileSync(FILE, "utf8")).toBe('{\n  "nginx": "0.1.0",\n  "app": "0.2.0"\n}\n');
    expect(readdirSync("environments").filter((name) => /\.\d+$/.test(name))).toEqual([]);
  });

  it("stays as it was where one is no version", () => {
    writeVersions("production", { app: "0.1.0" });
    expect(() => writeVersions("production", { app: "latest" })).toThrow(`${FILE}: app: is not an image version`);
    expect(readVersions("production")).toEqual({ app: "0.1.0" });
  });

  it.each(["nothing of JSON", '{ "rails": "0.1.0" }', "[]"])("is refused in one line where it is %s", (text) => {
    put(FILE, text);
    expect(() => readVersions("production")).toThrow(new RegExp(`^${FILE}: [^\n]+$`));
  });

  it("has to be the one that the environment reads", () => {
    writeVersions("production", { app: "0.1.0" });
    expect(unreadVersions({ name: "production", images: { app: "0.1.0" } })).toBeUndefined();
    expect(unreadVersions({ name: "production", images: { app: "0.0.9" } })).toMatch(/images: differ from/);
    put(ENVIRONMENT, environment.replace(/^import images .+$/m, "const images = {};"));
    expect(unreadVersions({ name: "production", images: {} })).toMatch(/does not import environments\/production/);
  });
});
