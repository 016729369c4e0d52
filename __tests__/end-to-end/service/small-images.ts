import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { RUN_LABEL } from "../../../tools/lib/local-run.ts";
import { type Builder, build, findBuilder, prepare, push } from "../../../tools/release/builder.ts";

const ROOT = join(import.meta.dirname, "../../..");

/**
 * Builds what a small stack runs, and pushes it to the emulator's registry: an app that answers /up, nginx in front of it, both
 * as 0.1.0, and as `foreign` an image for another processor. They go with the run.
 *
 * @param directory of the run
 */
export async function pushImages(client: ConstructorParameters<typeof ECRClient>[0], directory: string): Promise<void> {
  const { authorizationData: [{ proxyEndpoint = "" } = {}] = [] } = await new ECRClient(client ?? {}).send(
    new GetAuthorizationTokenCommand({}),
  );
  const { host } = new URL(proxyEndpoint);
  const labels = { [RUN_LABEL]: directory };
  const found = await findBuilder(undefined);
  if (typeof found === "string") throw new Error(found);
  const builder: Builder = { name: found.name, directory: join(directory, "builder"), onLine: () => {} };
  prepare(builder, host, join(directory, "none"));
  const here = process.arch === "arm64" ? "arm64" : "amd64";
  const app = `${host}/rails-operation-app:0.1.0`;
  const nginx = `${host}/nginx-operation-app:0.1.0`;
  await build(builder, {
    context: join(import.meta.dirname, "small-app"),
    architecture: here,
    reference: app,
    args: {},
    labels,
  });
  await build(builder, {
    context: join(ROOT, "images/nginx"),
    architecture: here,
    reference: nginx,
    args: { APP_IMAGE: app },
    labels,
  });
  const foreign = join(directory, "foreign");
  mkdirSync(foreign);
  writeFileSync(join(foreign, "Dockerfile"), 'FROM scratch\nCOPY Dockerfile /\nCMD ["/none"]\n');
  const elsewhere = here === "arm64" ? "amd64" : "arm64";
  const reference = `${host}/rails-operation-app:foreign`;
  await build(builder, { context: foreign, architecture: elsewhere, reference, args: {}, labels });
  for (const one of [app, nginx, reference]) await push(builder, one);
}
