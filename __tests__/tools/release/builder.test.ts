import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Builder,
  build,
  buildArguments,
  findBuilder,
  logIn,
  prepare,
  push,
} from "../../../tools/release/builder.ts";

let directory: string;
const { PATH } = process.env;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "builder-"));
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(directory, { recursive: true, force: true });
});

/** Puts a command on the PATH that notes what it gets. */
function fake(name: string, script: string): void {
  const bin = join(directory, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${directory}/argv\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  process.env.PATH = `${bin}${delimiter}${PATH}`;
}

function docker(): Builder & { lines: string[] } {
  const lines: string[] = [];
  return { name: "docker", directory: join(directory, "login"), lines, onLine: (line) => void lines.push(line) };
}

const IMAGE = {
  context: "/rails",
  architecture: "arm64",
  reference: "registry.example.com/app:0.1.0",
  args: { APP_IMAGE: "an-image" },
  labels: {},
} as const;

describe("a builder", () => {
  it("is docker only where its engine and buildx answer", async () => {
    fake("docker", 'test "$1" = version');
    expect(await findBuilder("docker")).toMatch(/has no buildx/);
    fake("docker", "exit 1");
    expect(await findBuilder("docker")).toMatch(/engine does not answer/);
    fake("docker", "exit 0");
    expect(await findBuilder(undefined)).toEqual({ name: "docker" });
  });

  it("gets the platform, and with docker makes no attestation", () => {
    const { name } = docker();
    const args = buildArguments({ name, directory: "/login" }, IMAGE);
    expect(args).toEqual(expect.arrayContaining(["--load", "--provenance=false", "--platform", "linux/arm64"]));
    const tidy = { podman: [], buildah: ["--layers", "--force-rm"] } as const;
    for (const other of ["podman", "buildah"] as const)
      expect(buildArguments({ name: other, directory: "/login" }, IMAGE)).toEqual([
        ...[
          "build",
          ...tidy[other],
          "--authfile",
          "/login/config.json",
          "--platform",
          "linux/arm64",
          "--tag",
          IMAGE.reference,
        ],
        ...["--build-arg", "APP_IMAGE=an-image", "/rails"],
      ]);
  });

  it("gets the token by standard input, and no store of passwords that would keep it", async () => {
    const home = join(directory, "home");
    mkdirSync(join(home, "contexts"), { recursive: true });
    const settings = {
      credsStore: "keychain",
      currentContext: "colima",
      auths: { "docker.io": {}, "registry.example.com": {} },
    };
    writeFileSync(join(home, "config.json"), JSON.stringify(settings));
    fake("docker", `cat > "$DOCKER_CONFIG/got"`);
    const builder = docker();
    prepare(builder, "registry.example.com", home);
    await logIn(builder, "registry.example.com", "AWS", "a-token");
    expect(readFileSync(join(builder.directory, "got"), "utf8")).toBe("a-token");
    expect(readFileSync(join(directory, "argv"), "utf8")).toBe(
      "login --username AWS --password-stdin registry.example.com\n",
    );
    expect(JSON.parse(readFileSync(join(builder.directory, "config.json"), "utf8"))).toEqual({
      currentContext: "colima",
      auths: settings.auths,
      credHelpers: { "docker.io": "keychain" },
    });
  });

  it("does not repeat the token that it complains of", async () => {
    fake("docker", "echo bad password: a-token; exit 1");
    const builder = docker();
    prepare(builder, "registry.example.com", directory);
    const refusal = logIn(builder, "registry.example.com", "AWS", "a-token");
    await expect(refusal).rejects.toThrow("can't log in to registry.example.com:\nbad password: …");
  });

  it("tells the digest that it has pushed", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    fake("docker", `echo "0.1.0: digest: ${digest} size: 527"`);
    expect(await push(docker(), IMAGE.reference)).toBe(digest);
  });

  it("explains that a foreign architecture takes QEMU", async () => {
    fake("docker", "echo exec /bin/sh: exec format error; exit 1");
    await expect(build(docker(), IMAGE)).rejects.toThrow(/can't run programs for arm64.+Install QEMU/);
  });
});
