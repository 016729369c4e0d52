import { MANIFESTS } from "../../emulator/gaps/registry.ts";
import type { Engine } from "../engine.ts";

/** An image that is here. */
export interface PulledImage {
  /** Where it is here; of ECR, by digest. */
  readonly reference: string;
  readonly digest?: string;
}

const ECR_IMAGE =
  /^(?<host>(?<account>\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com)\/(?<repository>[^:@]+)(?::(?<tag>[^@]+))?(?:@(?<digest>.+))?$/;

interface EcrImage {
  readonly host: string;
  readonly account: string;
  readonly repository: string;
  readonly tag: string;
  /** Where it is named by that. */
  readonly digest?: string;
}

/** The parts of an image's name; nothing where it is not in ECR. */
export function ecrImage(image = ""): EcrImage | undefined {
  const parts = ECR_IMAGE.exec(image)?.groups;
  return parts && ({ ...parts, tag: parts.tag ?? "latest" } as unknown as EcrImage);
}

/**
 * Pulls an image as Fargate does: of ECR, from the registry that stands in for it, by the digest that its tag has now, and only for the
 * processor of this machine, whatever `runtimePlatform` says.
 *
 * @throws Error in the words of the ECS agent
 */
export async function pullImage(engine: Engine, registry: string, image: string): Promise<PulledImage> {
  const ecr = ecrImage(image);
  const digest = ecr && (ecr.digest ?? (await digestOf(registry, ecr, image)));
  const reference = ecr ? `${registry}/${ecr.repository}@${digest}` : image;
  await engine.pull(reference).catch((error: Error) => {
    throw new Error(
      `CannotPullContainerError: failed to copy ${image}: ${error.message.trim().replaceAll(/\s*\n\s*/g, " ")}`,
    );
  });
  const architecture = await engine.architectureOf(reference);
  if (architecture === engine.architecture) return { reference, digest };
  throw new Error(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/${engine.architecture}'`,
  );
}

async function digestOf(registry: string, { repository, tag }: EcrImage, image: string): Promise<string> {
  const headers = { accept: MANIFESTS };
  const answer = await fetch(`http://${registry}/v2/${repository}/manifests/${tag}`, { method: "HEAD", headers });
  const digest = answer.headers.get("docker-content-digest");
  if (answer.ok && digest) return digest;
  throw new Error(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
  );
}
