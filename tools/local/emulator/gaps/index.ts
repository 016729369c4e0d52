import { cacheSubnetGroups } from "./cache-subnet-groups.ts";
import { type Cognito, createCognito } from "./cognito/index.ts";
import type { Gap } from "./gap.ts";
import { managedSecretRotation } from "./managed-secret-rotation.ts";
import { parameterSource } from "./parameter-source.ts";
import { REGISTRY_VARIABLE, registry } from "./registry.ts";
import { replicationGroups } from "./replication-groups.ts";
import { ruleDescriptions } from "./rule-descriptions.ts";
import { scalingTags } from "./scaling-tags.ts";
import { serviceSettings } from "./service-settings.ts";

/** Every gap in moto that this stack falls into. What the stand-ins keep in memory belongs to one emulator. */
export function createGaps(cognito: Cognito = createCognito(() => {})): Gap[] {
  return [
    ...cacheSubnetGroups(),
    ...cognito.gaps,
    ...managedSecretRotation(),
    ...parameterSource(),
    ...registry(process.env[REGISTRY_VARIABLE]),
    ...replicationGroups(),
    ...ruleDescriptions(),
    ...scalingTags(),
    ...serviceSettings(),
  ];
}
