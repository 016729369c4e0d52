import { backupPlans } from "./backup-plans.ts";
import { buckets } from "./buckets.ts";
import { budgets } from "./budgets.ts";
import { cacheSubnetGroups, type SubnetGroup } from "./cache-subnet-groups.ts";
import { type Cognito, createCognito } from "./cognito/index.ts";
import type { Send } from "./cognito/mail.ts";
import { databaseIdentities, type KeptDatabases } from "./database-identities.ts";
import { distributions } from "./distributions.ts";
import type { Gap } from "./gap.ts";
import { launchTemplates } from "./launch-templates.ts";
import { mail } from "./mail.ts";
import { managedSecretRotation } from "./managed-secret-rotation.ts";
import { parameterSource } from "./parameter-source.ts";
import { registry } from "./registry.ts";
import { replicationGroups } from "./replication-groups.ts";
import { ruleDescriptions } from "./rule-descriptions.ts";
import { savedQueries } from "./saved-queries.ts";
import { scalingTags } from "./scaling-tags.ts";
import { askAt, secretEvents } from "./secret-events.ts";
import { serviceSettings } from "./service-settings.ts";
import { stateMachines } from "./state-machines.ts";
import { webAcls } from "./web-acls.ts";

/** What gaps keep, and others look at. */
export interface Kept {
  /** @default one whose mails nobody reads */
  readonly cognito?: Cognito;
  /** Replication groups of ElastiCache, as they were asked for, by id. */
  readonly replicationGroups?: Map<string, URLSearchParams>;
  /** Subnet groups of ElastiCache, by name. */
  readonly cacheSubnetGroups?: Map<string, SubnetGroup>;
  /** Instances of RDS. */
  readonly databases?: KeptDatabases;
  /** Address of the registry behind ECR. @default none */
  readonly registry?: string;
  /** Where mail goes that SES sends. @default nowhere */
  readonly send?: Send;
  /** Address of the emulator itself, for what follows from a call. @default nothing does */
  readonly endpoint?: string;
}

/** Every gap in moto that this stack falls into. What the stand-ins keep in memory belongs to one emulator. */
export function createGaps(kept: Kept = {}): Gap[] {
  const { cognito = createCognito(() => {}) } = kept;
  return [
    ...backupPlans(),
    ...buckets(),
    ...budgets(),
    ...cacheSubnetGroups(kept.cacheSubnetGroups),
    ...cognito.gaps,
    ...databaseIdentities(kept.databases),
    ...distributions(),
    ...launchTemplates(),
    ...mail(kept.send),
    ...managedSecretRotation(),
    ...parameterSource(),
    ...registry(kept.registry),
    ...replicationGroups(kept.replicationGroups),
    ...ruleDescriptions(),
    ...savedQueries(),
    ...scalingTags(),
    ...secretEvents(kept.endpoint === undefined ? undefined : askAt(kept.endpoint)),
    ...serviceSettings(),
    ...stateMachines(),
    ...webAcls(),
  ];
}
