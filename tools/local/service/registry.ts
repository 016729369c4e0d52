import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, publishing } from "./engine.ts";
import { REGISTRY_IMAGE } from "./images.ts";

/**
 * Stands in for what is behind ECR's repositories: a registry on this machine, which keeps images as long as it runs. It
 * wants no login; which role may push and pull is asked elsewhere.
 *
 * @returns its host, such as `127.0.0.1:40123`
 */
export async function startRegistry(engine: Engine, name: string): Promise<string> {
  await engine.pull(REGISTRY_IMAGE);
  const { ExposedPorts, PortBindings } = publishing([5000]);
  const options = { name: `${name}-registry`, Image: REGISTRY_IMAGE, ExposedPorts, HostConfig: { PortBindings } };
  const container = await engine.run(options);
  const host = `127.0.0.1:${(await container.ports())[5000]}`;
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.ok) return host;
    await sleep(100);
  }
  throw new Error(`The registry ${REGISTRY_IMAGE} does not answer at ${host}.`);
}
