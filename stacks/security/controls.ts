import { ACCESS } from "./access.ts";
import { ACCOUNT } from "./account.ts";
import { CDN } from "./cdn.ts";
import { CONTAINERS } from "./containers.ts";
import type { Control } from "./control.ts";
import { DATA } from "./data.ts";
import { EDGE } from "./edge.ts";
import { NETWORK } from "./network.ts";

/** Every control, by the heading that it stands under. */
export const CONTROLS: Readonly<Record<string, readonly Control[]>> = {
  "Load balancer, domain and buckets": EDGE,
  "CloudFront, with `storage.cdn`": CDN,
  "Containers, images, logs and secrets": CONTAINERS,
  "Database, cache and users": DATA,
  Network: NETWORK,
  "Rights and alarms": ACCESS,
  "The AWS account": ACCOUNT,
};
