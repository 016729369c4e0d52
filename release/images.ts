import type { Environment } from "../environments/schema/index.ts";
import type { Progress } from "../toolchain/progress.ts";
import type { ImageName } from "./versions.ts";

/** What builds an image. */
export type BuilderName = "docker" | "podman" | "buildah";

export interface ImagesOptions {
  readonly environment: Environment;
  /** Tag of the images, such as "0.2.0". */
  readonly version: string;
  /** The one image that is released. @default both */
  readonly only?: ImageName;
  /** Directory that each image is built from. @default images/nginx for nginx; the app's has to be given */
  readonly contexts: Readonly<Partial<Record<ImageName, string>>>;
  /** @default the first that is there: docker, podman, buildah */
  readonly builder?: BuilderName;
  /** Builds from files that no commit has. @default false */
  readonly allowDirty?: boolean;
}

/** What `checkImages` has found out, for `pushImages`. */
export interface ImagesPlan {
  readonly options: ImagesOptions;
}

/** An image that is in the repository, as it was read back. */
export interface PushedImage {
  readonly name: ImageName;
  readonly version: string;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`. */
  readonly repository: string;
  /** Of the image's own manifest for the architecture, even where the tag is of an index: `sha256:…`. */
  readonly digest: string;
  /** As the OCI writes it. */
  readonly architecture: "arm64" | "amd64";
  /** An earlier run has pushed it, from the same commit: it was not built again. */
  readonly alreadyThere: boolean;
}

/**
 * Looks whether everything is there for the images to be built and pushed. Builds and changes nothing.
 *
 * @returns all problems at once, one a line; a plan where there are none
 */
export declare function checkImages(
  options: ImagesOptions,
): Promise<{ readonly problems: readonly string[]; readonly plan?: ImagesPlan }>;

/**
 * Builds and pushes what is not there yet, the app first, and reads it back.
 *
 * @throws UserError when a build or a push fails, or what is in the repository is not what was pushed;
 *   CommandError where a tool fails, whose output was shown; the signal's reason where it was interrupted
 */
export declare function pushImages(
  plan: ImagesPlan,
  options: { readonly progress: Progress; readonly signal?: AbortSignal },
): Promise<readonly PushedImage[]>;
