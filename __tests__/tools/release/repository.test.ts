import { BatchGetImageCommand, ECRClient, GetDownloadUrlForLayerCommand } from "@aws-sdk/client-ecr";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { readImage } from "../../../tools/release/repository.ts";

const digest = (character: string) => `sha256:${character.repeat(64)}`;
const URL = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/operation-app/app";

function repository(architecture: string, manifests: Readonly<Record<string, unknown>>) {
  const ecr = mockClient(ECRClient);
  ecr.on(BatchGetImageCommand).callsFake(({ imageIds: [id] }) => {
    const key = id.imageTag ?? id.imageDigest;
    const found = manifests[key];
    if (!found) return { images: [], failures: [{ failureCode: "ImageNotFound" }] };
    return {
      images: [{ imageId: { imageDigest: id.imageDigest ?? digest("0") }, imageManifest: JSON.stringify(found) }],
    };
  });
  const config = JSON.stringify({ architecture, config: { Labels: { a: "label" } } });
  ecr
    .on(GetDownloadUrlForLayerCommand)
    .resolves({ downloadUrl: `data:application/json,${encodeURIComponent(config)}` });
  return new ECRClient({ region: "ap-northeast-1" });
}

describe("an image in the repository", () => {
  it("is read with the architecture and labels of its configuration", async () => {
    const ecr = repository("arm64", { "0.1.0": { config: { digest: digest("c") } } });
    expect(await readImage(ecr, URL, "0.1.0", "arm64")).toEqual({
      tagDigest: digest("0"),
      digest: digest("0"),
      architecture: "arm64",
      labels: { a: "label" },
    });
  });

  it("is found in an index, past attestations and other architectures", async () => {
    const entry = (character: string, architecture: string) => ({
      digest: digest(character),
      platform: { os: architecture === "unknown" ? "unknown" : "linux", architecture },
    });
    const ecr = repository("arm64", {
      "0.1.0": { manifests: [entry("a", "unknown"), entry("b", "amd64"), entry("d", "arm64")] },
      [digest("d")]: { config: { digest: digest("c") } },
    });
    expect(await readImage(ecr, URL, "0.1.0", "arm64")).toMatchObject({ tagDigest: digest("0"), digest: digest("d") });
  });

  it("is nothing where there is no such tag", async () => {
    expect(await readImage(repository("arm64", {}), URL, "0.1.0", "arm64")).toBeUndefined();
  });
});
