import { join } from "node:path";
import { execa } from "execa";
import { findOnPath } from "../../../tools/lib/process/executables.ts";
import { Engine } from "../../../tools/local/service/engine.ts";
import { IMAGES } from "../../../tools/local/service/images.ts";

const MAKE_IMAGES = join(import.meta.dirname, "base-images", "make.sh");

/**
 * A container engine, with the images that are needed: made here where that can be done, or else pulled by the engine.
 *
 * @throws Error that says what is missing
 */
export async function checkContainers(): Promise<void> {
  const engine = await Engine.find(import.meta.dirname);
  if (!engine)
    throw new Error(
      "No container engine answers: start Docker, or Podman's socket, and name it in DOCKER_HOST where it is elsewhere.",
    );
  // One at a time: what is being made by another process is waited for.
  if (process.getuid?.() === 0 && findOnPath("podman", process.env) && findOnPath("mmdebstrap", process.env))
    await execa("flock", ["/tmp/operation-app-base-images.lock", MAKE_IMAGES]);
  for (const image of IMAGES) await engine.pull(image);
}
