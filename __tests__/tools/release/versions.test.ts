import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readVersions, unreadVersions, writeVersions } from "../../../tools/release/versions.ts";
import { ProjectCopy } from "../../support/project-copy.ts";

let project: ProjectCopy;
const before = process.cwd();
beforeEach(() => {
  project = new ProjectCopy();
  process.chdir(project.directory);
});
afterEach(() => {
  process.chdir(before);
  project.remove();
});

const FILE = "environments/production.versions.json";

describe("the file of versions", () => {
  it("gets the versions that are named, and keeps the others", () => {
    expect(writeVersions("production", { nginx: "0.1.0", app: "0.1.0" })).toBe(FILE);
    writeVersions("production", { app: "0.2.0" });
    expect(project.read(FILE)).toBe('{\n  "nginx": "0.1.0",\n  "app": "0.2.0"\n}\n');
    expect(readdirSync(join(project.directory, "environments")).filter((name) => /\.\d+$/.test(name))).toEqual([]);
  });

  it("stays as it was where one is no version", () => {
    writeVersions("production", { app: "0.1.0" });
    expect(() => writeVersions("production", { app: "latest" })).toThrow(`${FILE}: app: is not the version`);
    expect(readVersions("production")).toEqual({ app: "0.1.0" });
  });

  it.each(["nothing of JSON", '{ "rails": "0.1.0" }', "[]"])("is refused in one line where it is %s", (text) => {
    project.write(FILE, text);
    expect(() => readVersions("production")).toThrow(new RegExp(`^${FILE}: [^\n]+$`));
  });

  it("has to be the one that the environment reads", () => {
    writeVersions("production", { app: "0.1.0" });
    expect(unreadVersions({ name: "production", images: { app: "0.1.0" } })).toBeUndefined();
    expect(unreadVersions({ name: "production", images: { app: "0.0.9" } })).toMatch(/images: are not those of/);
    project.edit("environments/production.ts", {
      'import images from "./production.versions.json" with { type: "json" };': "const images = {};",
    });
    expect(unreadVersions({ name: "production", images: {} })).toMatch(/does not read environments\/production/);
  });
});
