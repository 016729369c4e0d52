import type { Rule } from "../rule.ts";
import { ALARM_RULES } from "./alarms/index.ts";
import { BACKUP_RULES } from "./backup.ts";
import { CACHE_RULES } from "./cache/index.ts";
import { CHANGE_RULES } from "./changes/index.ts";
import { COGNITO_RULES } from "./cognito/index.ts";
import { DATABASE_RULES } from "./database/index.ts";
import { DISTRIBUTION_RULES } from "./distributions/index.ts";
import { DNS_RULES } from "./dns/index.ts";
import { ECR_RULES } from "./ecr.ts";
import { ECS_RULES } from "./ecs/index.ts";
import { FUNCTION_RULES } from "./functions.ts";
import { IAM_RULES } from "./iam/index.ts";
import { LOAD_BALANCER_RULES } from "./load-balancer/index.ts";
import { MAIL_RULES } from "./mail/index.ts";
import { MESSAGE_RULES } from "./messages.ts";
import { NAME_RULES } from "./names.ts";
import { NETWORK_RULES } from "./network/index.ts";
import { PARAMETER_RULES } from "./parameters.ts";
import { REACHABILITY_RULES } from "./reachability/index.ts";
import { REFERENCE_RULES } from "./references.ts";
import { BUCKET_RULES } from "./s3/index.ts";
import { SCHEDULE_RULES } from "./schedules/index.ts";
import { STATE_RULES } from "./state.ts";
import { FIREWALL_RULES } from "./waf/index.ts";

/** Rules that are about one thing: a folder or file of `src/rules`, and a page of `docs/rules`. */
export interface RuleGroup {
  /** Of the folder or file, and of the page. */
  readonly name: string;
  readonly title: string;
  readonly rules: readonly Rule[];
  /** Path of the page, from `packages/preflight/docs`, where it is not in `rules`. */
  readonly page?: string;
}

/** Every rule, in the order of the documentation. */
export const RULE_GROUPS: readonly RuleGroup[] = [
  { name: "network", title: "Network", rules: NETWORK_RULES },
  { name: "reachability", title: "Reachability", rules: REACHABILITY_RULES },
  { name: "load-balancer", title: "Load balancer", rules: LOAD_BALANCER_RULES },
  { name: "iam", title: "Permissions", rules: IAM_RULES },
  { name: "ecr", title: "Registry", rules: ECR_RULES },
  { name: "ecs", title: "Containers", rules: ECS_RULES },
  { name: "schedules", title: "Schedules and autoscaling", rules: SCHEDULE_RULES },
  { name: "alarms", title: "Alarms and events", rules: ALARM_RULES },
  { name: "cognito", title: "Cognito", rules: COGNITO_RULES },
  { name: "dns", title: "Names and certificates", rules: DNS_RULES },
  { name: "database", title: "Databases", rules: DATABASE_RULES },
  { name: "cache", title: "Caches", rules: CACHE_RULES },
  { name: "s3", title: "Buckets", rules: BUCKET_RULES },
  { name: "backup", title: "Backups", rules: BACKUP_RULES },
  { name: "distributions", title: "CloudFront", rules: DISTRIBUTION_RULES },
  { name: "messages", title: "Queues and topics", rules: MESSAGE_RULES },
  { name: "functions", title: "Functions", rules: FUNCTION_RULES },
  { name: "parameters", title: "Parameters", rules: PARAMETER_RULES },
  { name: "mail", title: "Mail", rules: MAIL_RULES },
  { name: "waf", title: "Web firewalls", rules: FIREWALL_RULES },
  { name: "names", title: "Names", rules: NAME_RULES },
  { name: "references", title: "References", rules: REFERENCE_RULES },
  { name: "changes", title: "Changes to what exists", rules: CHANGE_RULES },
  { name: "state", title: "State and plans", rules: STATE_RULES },
];

export const RULES: readonly Rule[] = RULE_GROUPS.flatMap(({ rules }) => rules);
