import type { Call } from "../call.ts";
import type { Gap } from "./gap.ts";
import { jsonReply } from "./replies.ts";

/** Variable that says where images really are: a registry on loopback, with its user and token, `http://AWS:…@127.0.0.1:5000`. */
export const REGISTRY_VARIABLE = "EMULATOR_REGISTRY";

/** Manifests of images, as a registry is asked for them. */
export const MANIFESTS = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
].join(", ");

interface Input {
  readonly repositoryName: string;
  readonly layerDigest: string;
  readonly imageIds: readonly { imageTag?: string; imageDigest?: string }[];
}

/**
 * ECR: the images themselves.
 *
 * Moto knows repositories, but no builder can push to them. Where a registry is given, this leads there.
 *
 * @param address of the registry; without one there are no stand-ins
 */
export function registry(address: string | undefined): Gap[] {
  if (!address) return [];
  const { origin, username, password } = new URL(address);
  const authorization = `Basic ${btoa(`${username}:${password}`)}`;
  const ask = (path: string, accept = "*/*") => fetch(`${origin}/v2/${path}`, { headers: { authorization, accept } });
  const input = (call: Call) => JSON.parse(call.body.toString("utf8")) as Input;

  const service = "ecr";
  const why = "moto has no registry behind its repositories";
  return [
    {
      service,
      action: "GetAuthorizationToken",
      why,
      standIn: "address, user and token of the registry",
      answer: async () =>
        jsonReply({
          authorizationData: [{ authorizationToken: btoa(`${username}:${password}`), proxyEndpoint: origin }],
        }),
    },
    {
      service,
      action: "BatchGetImage",
      why,
      standIn: "the manifests that the registry has",
      async answer(call) {
        const { repositoryName, imageIds } = input(call);
        const images: unknown[] = [];
        const failures: unknown[] = [];
        for (const imageId of imageIds) {
          const reference = imageId.imageTag ?? imageId.imageDigest;
          const answer = await ask(`${repositoryName}/manifests/${reference}`, MANIFESTS);
          if (answer.status === 404) {
            failures.push({ imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" });
            continue;
          }
          if (!answer.ok) throw new Error(`the registry answered with ${answer.status}`);
          const imageDigest = answer.headers.get("docker-content-digest");
          images.push({ repositoryName, imageId: { ...imageId, imageDigest }, imageManifest: await answer.text() });
        }
        return jsonReply({ images, failures });
      },
    },
    {
      service,
      action: "GetDownloadUrlForLayer",
      why,
      standIn: "an address that holds the blob itself",
      async answer(call) {
        const { repositoryName, layerDigest } = input(call);
        const blob = Buffer.from(await (await ask(`${repositoryName}/blobs/${layerDigest}`)).arrayBuffer());
        return jsonReply({ layerDigest, downloadUrl: `data:application/json;base64,${blob.toString("base64")}` });
      },
    },
  ];
}
