import type { EnvironmentInput } from "../../environments/schema/index.ts";
import type { Changes } from "./synthesize.ts";

/** Released images: without them, services have no tasks. */
export const IMAGES = { nginx: "0.1.0", app: "0.2.0" };

export const WORKERS = {
  sidekiq: { command: ["bundle", "exec", "sidekiq"], size: { cpu: 256, memory: 512 }, tasks: { min: 1, max: 1 } },
} as const satisfies Changes<EnvironmentInput["ecs"]["workers"]>;
