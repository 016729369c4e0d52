import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { findOnPath } from "../lib/process/executables.ts";
import { CommandError, runTool } from "../lib/process/run-tool.ts";

/** What builds an image, in the order in which it is looked for. */
export const BUILDERS = ["docker", "podman", "buildah"] as const;
export type BuilderName = (typeof BUILDERS)[number];

/** As the OCI writes it. */
export type Architecture = "arm64" | "amd64";

/** What an image is built from, and how it is called. */
export interface Build {
  readonly context: string;
  readonly architecture: Architecture;
  /** Repository and tag. */
  readonly reference: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** A builder whose logins are in a directory of ours. */
export interface Builder {
  readonly name: BuilderName;
  /** Holds the logins: only we may read it. */
  readonly directory: string;
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** @returns the name, or what is wrong, in one line */
export async function findBuilder(wanted: BuilderName | undefined): Promise<{ name: BuilderName } | string> {
  const candidates = wanted ? [wanted] : BUILDERS;
  const complaints: string[] = [];
  for (const name of candidates) {
    if (!findOnPath(name, process.env)) continue;
    const complaint = name === "docker" ? await dockerComplaint() : undefined;
    if (!complaint) return { name };
    complaints.push(complaint);
  }
  if (complaints.length > 0) return complaints.join(" ");
  return wanted
    ? `--builder ${wanted}: is not on the PATH. Install it, or leave out --builder.`
    : `No tool to build images was found. Install one of: ${BUILDERS.join(", ")}.`;
}

async function dockerComplaint(): Promise<string | undefined> {
  const answers = async (...args: string[]) =>
    !(await execa("docker", args, { reject: false, timeout: 20_000 })).failed;
  if (!(await answers("version"))) return "docker: its engine does not answer. Start it, or choose another --builder.";
  if (!(await answers("buildx", "version"))) return "docker: has no buildx. Install it, or choose another --builder.";
  return undefined;
}

const AUTH_FILE = "config.json";

/** Where a builder keeps its logins. Docker takes a directory, the others a file. */
function authFile({ directory }: Builder): string {
  return join(directory, AUTH_FILE);
}

/**
 * Logs in to a registry. The token goes to the builder's standard input, and from there into our directory alone.
 *
 * @throws UserError where the registry does not let us
 */
export async function logIn(builder: Builder, registry: string, user: string, token: string): Promise<void> {
  const where = builder.name === "docker" ? [] : ["--authfile", authFile(builder), ...withoutTls(registry)];
  const args = ["login", ...where, "--username", user, "--password-stdin", registry];
  const options = { env: environmentOf(builder), extendEnv: false, reject: false, all: true } as const;
  const { failed, all } = await execa(builder.name, args, { ...options, input: token, cancelSignal: builder.signal });
  builder.signal?.throwIfAborted();
  if (failed) throw new UserError(`${builder.name} can't log in to ${registry}:\n${all.replaceAll(token, "…")}`);
}

/** Directories of docker's settings: its plugins, and which engines and builders there are. */
const DOCKER_DIRECTORIES = ["cli-plugins", "contexts", "buildx"];

/**
 * Takes over the user's settings and logins, for other registries that a build pulls from, but no place that would keep
 * what we log in with.
 *
 * @param registry that we log in to
 * @param home directory of docker's settings
 */
export function prepare(builder: Builder, registry: string, home: string): void {
  mkdirSync(builder.directory, { recursive: true, mode: 0o700 });
  if (builder.name === "docker")
    for (const name of DOCKER_DIRECTORIES)
      if (existsSync(join(home, name))) symlinkSync(join(home, name), join(builder.directory, name));
  const file = [...(builder.name === "docker" ? [] : containerLogIns()), join(home, "config.json")].find(existsSync);
  const { credsStore, auths = {}, credHelpers = {}, ...others } = file ? readSettings(file) : {};
  const stored = credsStore ? Object.fromEntries(Object.keys(auths).map((name) => [name, credsStore])) : {};
  const { [registry]: _, ...helpers } = { ...stored, ...credHelpers };
  writeFileSync(authFile(builder), JSON.stringify({ ...others, auths, credHelpers: helpers }), { mode: 0o600 });
}

/** Where podman and buildah keep logins: https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md */
function containerLogIns(): string[] {
  const { REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR } = process.env;
  const runtime = XDG_RUNTIME_DIR ? `${XDG_RUNTIME_DIR}/containers` : `/run/containers/${process.getuid?.() ?? 0}`;
  return [...(REGISTRY_AUTH_FILE ? [REGISTRY_AUTH_FILE] : []), join(runtime, "auth.json")];
}

interface DockerSettings {
  readonly credsStore?: string;
  readonly auths?: Readonly<Record<string, unknown>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

function readSettings(file: string): DockerSettings {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as DockerSettings;
  } catch {
    return {}; // None is the usual case.
  }
}

function environmentOf(builder: Builder): NodeJS.ProcessEnv {
  return builder.name === "docker" ? { ...process.env, DOCKER_CONFIG: builder.directory } : process.env;
}

/** @throws CommandError when the build fails; what it wrote was shown */
export async function build(builder: Builder, wanted: Build): Promise<void> {
  let isForeign = false;
  const onLine = (line: string) => {
    isForeign ||= /exec format error/i.test(line);
    builder.onLine(line);
  };
  await run({ ...builder, onLine }, buildArguments(builder, wanted)).catch((error) => {
    if (!(error instanceof CommandError) || !isForeign) throw error;
    throw new CommandError(
      `This machine can't run programs for ${wanted.architecture}, which the build needs. Install QEMU for it (docker run --privileged --rm tonistiigi/binfmt --install ${wanted.architecture}, or the package qemu-user-static), build on such a machine, or change ecs.architecture.`,
    );
  });
}

/** The command line of a build. */
export function buildArguments(builder: Pick<Builder, "name" | "directory">, wanted: Build): string[] {
  const settings = [
    ...["--platform", `linux/${wanted.architecture}`, "--tag", wanted.reference],
    ...Object.entries(wanted.args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
    ...Object.entries(wanted.labels).flatMap(([name, value]) => ["--label", `${name}=${value}`]),
  ];
  // An attestation would make an index of the image, with a second manifest that is for no architecture.
  if (builder.name === "docker")
    return [
      ...["buildx", "build", "--load", "--provenance=false", "--sbom=false", "--progress=plain"],
      ...settings,
      wanted.context,
    ];
  // As Podman does by itself: the container of a stage that was copied from stays otherwise.
  const tidy = builder.name === "buildah" ? ["--layers", "--force-rm"] : [];
  const plain = withoutTls(wanted.reference);
  return ["build", ...tidy, "--authfile", join(builder.directory, AUTH_FILE), ...plain, ...settings, wanted.context];
}

/**
 * Pushes an image that was built here.
 *
 * @returns the digest of its manifest
 * @throws CommandError when the registry does not take it; what was said was shown
 */
export async function push(builder: Builder, reference: string): Promise<string | undefined> {
  if (builder.name === "docker") {
    let digest: string | undefined;
    const onLine = (line: string) => {
      digest = /\bdigest: (sha256:[0-9a-f]{64})\b/.exec(line)?.[1] ?? digest;
      builder.onLine(line);
    };
    await run({ ...builder, onLine }, ["push", reference]);
    return digest;
  }
  const digestFile = join(builder.directory, "digest");
  const settings = ["--authfile", authFile(builder), ...withoutTls(reference), "--digestfile", digestFile];
  await run(builder, ["push", ...settings, reference]);
  return readFileSync(digestFile, "utf8").trim();
}

/** A registry on this machine has none; docker knows that by itself. */
function withoutTls(registry: string): string[] {
  return registry.startsWith("127.") ? ["--tls-verify=false"] : [];
}

async function run(builder: Builder, args: readonly string[]): Promise<void> {
  const { name, onLine, signal } = builder;
  await runTool(name, args, { cwd: process.cwd(), env: environmentOf(builder), onLine, signal, endsAtSignal: true });
}
