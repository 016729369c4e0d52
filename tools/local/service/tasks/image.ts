import type { Engine } from "../engine.ts";

const ACCEPTED = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
].join(", ");

/** An image that is here. */
export interface PulledImage {
  /** By digest, where the registry is ours. */
  readonly reference: string;
  readonly digest?: string;
}

/**
 * Pulls an image as Fargate does: from a registry on this machine by the digest that its tag has now, and only for the
 * processor of this machine, whatever `runtimePlatform` says.
 *
 * @throws Error in the words of the ECS agent
 */
export async function pullImage(engine: Engine, image: string): Promise<PulledImage> {
  const [, host, repository, tag] = image.match(/^(127\.0\.0\.1:\d+)\/([^:@]+)(?::(.+)|@.+)?$/) ?? [];
  if (!host || !repository) {
    await engine.pull(image).catch((error: Error) => {
      throw new Error(`CannotPullContainerError: ${error.message}`);
    });
    return { reference: image };
  }
  const digest = image.split("@")[1] ?? (await digestOf(host, repository, tag ?? "latest", image));
  const reference = `${host}/${repository}@${digest}`;
  await engine.pull(reference).catch((error: Error) => {
    throw new Error(`CannotPullContainerError: failed to copy ${reference}: ${error.message}`);
  });
  const architecture = await engine.architectureOf(reference);
  if (architecture === engine.architecture) return { reference, digest };
  throw new Error(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/${engine.architecture}'`,
  );
}

async function digestOf(host: string, repository: string, tag: string, image: string): Promise<string> {
  const headers = { accept: ACCEPTED };
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, { method: "HEAD", headers });
  const digest = answer.headers.get("docker-content-digest");
  if (answer.ok && digest) return digest;
  throw new Error(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
  );
}
