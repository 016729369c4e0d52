import {
  BatchGetImageCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  RepositoryNotFoundException,
} from "@aws-sdk/client-ecr";
import { UserError } from "@operation-app/preflight/input";
import * as z from "zod";

const MANIFESTS = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const INDEXES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const manifestSchema = z.object({ config: z.object({ digest }) });
const indexSchema = z.object({
  manifests: z.array(z.object({ digest, platform: z.object({ os: z.string(), architecture: z.string() }).optional() })),
});
const configSchema = z.object({
  architecture: z.string(),
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** An image as the repository has it. */
export interface StoredImage {
  /** Of the manifest that the tag leads to; an index, where it is one. */
  readonly tagDigest: string;
  /** Of the manifest of the image itself. */
  readonly digest: string;
  /** As the OCI writes it, read from the image's configuration. */
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What stands before the first slash of a repository's URL. */
export function registryOf(url: string): string {
  return url.slice(0, url.indexOf("/"));
}

function nameOf(url: string): string {
  return url.slice(url.indexOf("/") + 1);
}

/** @returns what is wrong, in one line */
export async function repositoryProblem(ecr: ECRClient, url: string, environment: string): Promise<string | undefined> {
  try {
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [nameOf(url)] }));
    const [found] = repositories;
    return found?.repositoryUri === url
      ? undefined
      : `The repository ${nameOf(url)} of these credentials' account is ${found?.repositoryUri}, but the environment's is ${url}. Use credentials of its account.`;
  } catch (error) {
    if (!(error instanceof RepositoryNotFoundException)) throw error;
    return `The repository ${url} does not exist any more. Create it again: bin/infra apply ${environment}`;
  }
}

/** How to log in to a registry. */
export interface RegistryLogin {
  readonly user: string;
  /** Valid for twelve hours. */
  readonly token: string;
  /** The registry that they are for, which is that of the repositories, or in a local run what stands in for it. */
  readonly registry: string;
}

export async function logInFor(ecr: ECRClient, repository: string): Promise<RegistryLogin> {
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const { authorizationToken = "", proxyEndpoint } = authorizationData[0] ?? {};
  const [user = "", token = ""] = Buffer.from(authorizationToken, "base64").toString("utf8").split(":");
  if (token === "") throw new UserError("ECR returned no login token.");
  return { user, token, registry: proxyEndpoint ? new URL(proxyEndpoint).host : registryOf(repository) };
}

/** The same image under the name by which a registry takes it. */
export function referenceIn(registry: string, reference: string): string {
  return `${registry}${reference.slice(reference.indexOf("/"))}`;
}

/**
 * Reads the image that a tag leads to; of an index, the one for an architecture, or else its first.
 *
 * @returns nothing where there is no such tag
 */
export async function readImage(
  ecr: ECRClient,
  url: string,
  version: string,
  architecture: string,
): Promise<StoredImage | undefined> {
  const top = await getManifest(ecr, url, { imageTag: version });
  if (!top) return undefined;
  const { data: index } = indexSchema.safeParse(top.content);
  const images = index?.manifests.filter(({ platform }) => platform?.architecture !== "unknown") ?? [];
  const chosen = images.find(({ platform }) => platform?.architecture === architecture) ?? images[0];
  const image = index ? chosen && (await getManifest(ecr, url, { imageDigest: chosen.digest })) : top;
  if (!image) throw new UserError(`${url}:${version} is an image index without images.`);
  const { config } = manifestSchema.parse(image.content);
  const settings = configSchema.parse(await getBlob(ecr, url, config.digest));
  return {
    tagDigest: top.digest,
    digest: image.digest,
    architecture: settings.architecture,
    labels: settings.config?.Labels ?? {},
  };
}

async function getManifest(ecr: ECRClient, url: string, id: { imageTag: string } | { imageDigest: string }) {
  const acceptedMediaTypes = [...MANIFESTS, ...INDEXES];
  const { images = [], failures = [] } = await ecr.send(
    new BatchGetImageCommand({ repositoryName: nameOf(url), imageIds: [id], acceptedMediaTypes }),
  );
  const [image] = images;
  if (image?.imageId?.imageDigest !== undefined && image.imageManifest !== undefined) {
    return { digest: image.imageId.imageDigest, content: JSON.parse(image.imageManifest) as unknown };
  }
  const failure = failures.find(({ failureCode }) => failureCode !== "ImageNotFound");
  if (failure) throw new UserError(`ECR can't return an image of ${url}: ${failure.failureReason}`);
  return undefined;
}

async function getBlob(ecr: ECRClient, url: string, layerDigest: string): Promise<unknown> {
  const layer = { repositoryName: nameOf(url), layerDigest };
  const { downloadUrl = "" } = await ecr.send(new GetDownloadUrlForLayerCommand(layer));
  const response = await fetch(downloadUrl, { signal: AbortSignal.timeout(30_000) });
  // The address itself lets one in, so it is not shown.
  if (!response.ok) throw new UserError(`The configuration of an image of ${url} can't be read: ${response.status}.`);
  return response.json();
}
