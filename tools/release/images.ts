import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ECRClient } from "@aws-sdk/client-ecr";
import { UserError } from "@operation-app/preflight/input";
import type { Environment } from "../../environments/schema/index.ts";
import { imageTag } from "../../environments/schema/values.ts";
import { stateLockProblem } from "../lib/aws/environment-lock.ts";
import { readEnvironmentState } from "../lib/aws/environment-state.ts";
import { explainingAwsErrors } from "../lib/aws/errors.ts";
import { silenceNodeVersionWarning } from "../lib/aws/sdk.ts";
import { LOCAL_ARCHITECTURE, LOCAL_RUN, RUN_LABEL } from "../lib/local-run.ts";
import type { Progress } from "../lib/terminal/progress.ts";
import { readOutputs } from "../operate/deployment.ts";
import {
  type Architecture,
  type Builder,
  type BuilderName,
  build,
  findBuilder,
  logIn,
  prepare,
  push,
} from "./builder.ts";
import { type Context, type Contexts, dockerfileIn, readContext } from "./contexts.ts";
import { Problems } from "./problems.ts";
import { logInFor, readImage, referenceIn, registryOf, repositoryProblem, type StoredImage } from "./repository.ts";
import { type ImageName, readVersions, unreadVersions } from "./versions.ts";

export type { BuilderName } from "./builder.ts";

/** Standard annotations of the OCI: https://github.com/opencontainers/image-spec/blob/main/annotations.md */
const REVISION = "org.opencontainers.image.revision";
const VERSION = "org.opencontainers.image.version";
/** Image of the app whose public/ is in an nginx image. */
const APP_IMAGE = "operation-app.app-image";

/** As the OCI writes what a task definition asks for. */
const ARCHITECTURES = { ARM64: "arm64", X86_64: "amd64" } as const;

/** What an environment's images are built for. */
export function architectureOf({ ecs }: Pick<Environment, "ecs">): Architecture {
  const here = process.env[LOCAL_ARCHITECTURE];
  return here === "arm64" || here === "amd64" ? here : ARCHITECTURES[ecs.architecture];
}

export interface ImagesOptions {
  readonly environment: Environment;
  /** Tag of the images, such as "0.2.0". */
  readonly version: string;
  /** The one image that is released. @default both */
  readonly only?: ImageName;
  /** Directory that each image is built from. @default images/nginx for nginx; the app's has to be given */
  readonly contexts: Contexts;
  /** @default the first that is there: docker, podman, buildah */
  readonly builder?: BuilderName;
  /** Builds from files that no commit has. @default false */
  readonly allowDirty?: boolean;
}

/** An image that is to be in the repository. */
interface WantedImage {
  readonly name: ImageName;
  /** URL of its repository. */
  readonly repository: string;
  readonly context: Context;
  readonly labels: Readonly<Record<string, string>>;
  readonly args: Readonly<Record<string, string>>;
  /** What is in the repository already, and is reused. */
  readonly stored: StoredImage | undefined;
}

/** What `checkImages` has found out, for `pushImages`. */
export interface ImagesPlan {
  readonly options: ImagesOptions;
  readonly builder: BuilderName;
  readonly architecture: Architecture;
  readonly images: readonly WantedImage[];
}

/** An image that is in the repository, as it was read back. */
export interface PushedImage {
  readonly name: ImageName;
  readonly version: string;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`. */
  readonly repository: string;
  /** Of the image's own manifest for the architecture, even where the tag is of an index: `sha256:…`. */
  readonly digest: string;
  readonly architecture: Architecture;
  /** An earlier run has pushed it, from the same commit: it was not built again. */
  readonly alreadyThere: boolean;
}

/**
 * Looks whether everything is there for the images to be built and pushed. Builds and changes nothing.
 *
 * @returns all problems at once, one a line; a plan where there are none
 */
export async function checkImages(
  options: ImagesOptions,
): Promise<{ readonly problems: readonly string[]; readonly plan?: ImagesPlan }> {
  const { environment, version, contexts, allowDirty = false } = options;
  const problems = new Problems();
  const badVersion = versionProblem("--version", version);
  problems.note(badVersion, await problems.ask(() => unreadVersions(environment)));
  const builder = await findBuilder(options.builder);
  if (typeof builder === "string") problems.note(builder);
  const found = new Map<ImageName, Context>();
  for (const name of wantedNames(options)) {
    const context = await readContext(name, contexts, allowDirty);
    if (typeof context === "string") problems.note(context);
    else found.set(name, context);
  }
  problems.note(await problems.ask(() => stateLockProblem(environment)));
  const repositories = await problems.ask(() => readRepositories(environment));
  const architecture = architectureOf(environment);
  const images: WantedImage[] = [];
  if (repositories) {
    const appImage = await problems.ask(() => appImageFor(options, repositories.app));
    await problems.ask(() =>
      withEcr(environment, async (ecr) => {
        for (const name of wantedNames(options)) {
          const repository = repositories[name];
          const missing = await repositoryProblem(ecr, repository, environment.name);
          problems.note(missing);
          const context = found.get(name);
          if (missing || badVersion || !context) continue;
          const image = wantedImage(name, { repository, context, version, appImage });
          const stored = await readImage(ecr, repository, version, architecture);
          if (stored) problems.note(otherContent(image, stored, version, architecture));
          images.push({ ...image, stored });
        }
      }),
    );
  }
  if (problems.all.length > 0 || typeof builder === "string") return { problems: problems.all };
  return { problems: [], plan: { options, builder: builder.name, architecture, images } };
}

/** What is wrong with a version that an option names; nothing where all is well. */
export function versionProblem(option: string, version: string): string | undefined {
  const { error } = imageTag.safeParse(version);
  return error && `${option} ${JSON.stringify(version)}: ${error.issues[0]?.message}`;
}

/** The app first: nginx takes its public/. */
function wantedNames({ only }: ImagesOptions): readonly ImageName[] {
  return only ? [only] : ["app", "nginx"];
}

/** @throws UserError where the environment is not deployed */
export async function readRepositories(environment: Environment): Promise<Readonly<Record<ImageName, string>>> {
  const state = await readEnvironmentState(environment);
  const outputs: Record<string, unknown> = state ? readOutputs(state) : {};
  const { nginx_repository_url: nginx, app_repository_url: app } = outputs;
  if (typeof nginx === "string" && typeof app === "string") return { nginx, app };
  const { name } = environment;
  throw new UserError(
    `${name} has no image repositories, because it is not deployed, or not completely. Run: bin/infra apply ${name}`,
  );
}

/** The image of the app that an nginx image is made for. */
function appImageFor({ environment, only, version }: ImagesOptions, repository: string): string {
  if (only !== "nginx") return `${repository}:${version}`;
  const { app } = readVersions(environment.name);
  if (app !== undefined) return `${repository}:${app}`;
  throw new UserError("--only nginx: copies public/ from the app's image, and none is deployed yet. Release both.");
}

interface Making {
  readonly repository: string;
  readonly context: Context;
  readonly version: string;
  readonly appImage: string | undefined;
}

function wantedImage(name: ImageName, { repository, context, version, appImage = "" }: Making) {
  const labels: Record<string, string> = { [VERSION]: version };
  const run = process.env[LOCAL_RUN];
  if (run) labels[RUN_LABEL] = run;
  if (context.revision) labels[REVISION] = context.revision;
  if (name === "nginx") labels[APP_IMAGE] = appImage;
  const args: Record<string, string> = name === "nginx" ? { APP_IMAGE: appImage } : versionArgument(context, version);
  return { name, repository, context, labels, args };
}

/** A Dockerfile that takes the version gets it, such as to show it on a page. */
function versionArgument({ directory }: Context, version: string): Record<string, string> {
  const file = dockerfileIn(directory);
  return file && /^ARG APP_VERSION\b/m.test(readFileSync(file, "utf8")) ? { APP_VERSION: version } : {};
}

type Judged = Pick<WantedImage, "repository" | "context" | "labels">;

/** Why an image that has the tag already can't be the one that is wanted; nothing where it is. */
function otherContent(
  { repository, context, labels }: Judged,
  stored: StoredImage,
  version: string,
  architecture: Architecture,
): string | undefined {
  const what = (() => {
    if (stored.architecture !== architecture) return `for ${stored.architecture} instead of ${architecture}`;
    if (stored.labels[REVISION] === undefined) return "and has no label of its source";
    if (!context.revision || context.revision.endsWith("-dirty"))
      return `and ${context.directory} has no commit to compare it with`;
    if (stored.labels[REVISION] !== context.revision)
      return `from commit ${stored.labels[REVISION].slice(0, 12)}, not ${context.revision.slice(0, 12)}`;
    if (stored.labels[APP_IMAGE] !== labels[APP_IMAGE])
      return `for ${stored.labels[APP_IMAGE]}, not ${labels[APP_IMAGE]}`;
    return undefined;
  })();
  return (
    what &&
    `${repository}:${version} already exists in the repository (${stored.digest.slice(0, 19)}), ${what}. Tags are immutable: release another version.`
  );
}

/**
 * Builds and pushes what is not there yet, the app first, and reads it back.
 *
 * @throws UserError when what is in the repository is not what was pushed, or ECR can't be asked; CommandError when a
 *   build or a push fails, whose output was shown
 */
export async function pushImages(
  plan: ImagesPlan,
  { progress, signal }: { readonly progress: Progress; readonly signal?: AbortSignal },
): Promise<readonly PushedImage[]> {
  const pushing = withEcr(plan.options.environment, (ecr) =>
    withThrowAwayDirectory(async (directory) => {
      const builder: Builder = { name: plan.builder, directory, signal, onLine: (line) => progress.output(line) };
      const pushed: PushedImage[] = [];
      let registry: string | undefined;
      for (const image of plan.images) {
        if (image.stored) {
          pushed.push(reused(plan, image, image.stored, progress));
          continue;
        }
        registry ??= await logInToRegistry(ecr, builder, image.repository, progress);
        pushed.push(await make({ ecr, builder, registry, plan, progress }, image));
      }
      return pushed;
    }),
  );
  return pushing.catch((error) => {
    if (!signal?.aborted) throw error;
    throw new UserError("Interrupted. Run the same command again: images that were pushed are reused.");
  });
}

/** @returns the registry */
async function logInToRegistry(ecr: ECRClient, builder: Builder, repository: string, progress: Progress) {
  progress.step(`Log in to ${registryOf(repository)} with ${builder.name}`);
  const { user, token, registry } = await logInFor(ecr, repository);
  prepare(builder, registry, process.env.DOCKER_CONFIG ?? join(homedir(), ".docker"));
  await logIn(builder, registry, user, token);
  return registry;
}

interface Maker {
  readonly ecr: ECRClient;
  readonly builder: Builder;
  /** That is logged in to. */
  readonly registry: string;
  readonly plan: ImagesPlan;
  readonly progress: Progress;
}

function reused(plan: ImagesPlan, image: WantedImage, stored: StoredImage, progress: Progress): PushedImage {
  const revision = image.labels[REVISION]?.slice(0, 12);
  progress.step(`Reuse ${image.name} ${plan.options.version}`);
  progress.fact(`It is already in the repository, built from the same commit ${revision}: ${stored.digest}`);
  return described(plan, image, stored, true);
}

async function make({ ecr, builder, registry, plan, progress }: Maker, image: WantedImage): Promise<PushedImage> {
  const { architecture, options } = plan;
  const { version } = options;
  const reference = `${image.repository}:${version}`;
  const { directory: context, revision } = image.context;
  progress.step(`Build ${image.name} ${version} for linux/${architecture} from ${context}`);
  const pushedAs = referenceIn(registry, reference);
  const { APP_IMAGE: other } = image.args;
  const args = { ...image.args, ...(other && { APP_IMAGE: referenceIn(registry, other) }) };
  await build(builder, { context, architecture, reference: pushedAs, args, labels: image.labels });
  progress.fact(revision ? `Built from commit ${revision}` : "Built from uncommitted files");
  progress.step(`Push ${reference}`);
  let digest: string | undefined;
  try {
    digest = await push(builder, pushedAs);
  } catch (error) {
    builder.signal?.throwIfAborted();
    // Another run may have been faster, or the answer was lost on its way.
    const stored = await readImage(ecr, image.repository, version, architecture);
    if (!stored) throw error;
    const other = otherContent(image, stored, version, architecture);
    if (other) throw new UserError(`${other} The push failed: ${(error as Error).message}`, { cause: error });
    return reused(plan, image, stored, progress);
  }
  progress.step(`Read ${image.name} ${version} back`);
  const stored = await readImage(ecr, image.repository, version, architecture);
  if (!stored) throw new UserError(`${reference} was pushed, but is not in the repository.`);
  if (digest !== undefined && digest !== stored.tagDigest && digest !== stored.digest)
    throw new UserError(
      `${reference} is ${stored.tagDigest} in the repository, but ${digest} was pushed: another run has pushed the same version. Release another.`,
    );
  if (stored.architecture !== architecture)
    throw new UserError(
      `${reference} is for ${stored.architecture}, but its tasks run on ${architecture}. The builder did not build for the requested platform; does a FROM name another? Fix the Dockerfile, and release another version.`,
    );
  progress.fact(`linux/${stored.architecture}, ${stored.digest}`);
  return described(plan, image, stored, false);
}

function described(plan: ImagesPlan, image: WantedImage, stored: StoredImage, alreadyThere: boolean): PushedImage {
  const { name, repository } = image;
  const { version } = plan.options;
  return { name, version, repository, digest: stored.digest, architecture: plan.architecture, alreadyThere };
}

/** A directory that only its owner can read, which is gone at the end, whatever the end is. */
async function withThrowAwayDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "release-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await use(directory);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** Asks ECR. @throws AwsError with one line that says what to do */
export async function withEcr<T>({ region }: Environment, use: (ecr: ECRClient) => Promise<T>): Promise<T> {
  silenceNodeVersionWarning();
  const ecr = new ECRClient({ region, requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 } });
  try {
    return await explainingAwsErrors(() => use(ecr), "read ECR and push to it");
  } finally {
    ecr.destroy();
  }
}
