import type { Rule } from "../rule.ts";
import { CACHE_RULES } from "./cache/index.ts";
import { COGNITO_RULES } from "./cognito/index.ts";
import { DATABASE_RULES } from "./database/index.ts";
import { DNS_RULES } from "./dns/index.ts";
import { ECR_RULES } from "./ecr.ts";
import { ECS_RULES } from "./ecs/index.ts";
import { IAM_RULES } from "./iam.ts";
import { LOAD_BALANCER_RULES } from "./load-balancer/index.ts";
import { NETWORK_RULES } from "./network/index.ts";
import { REACHABILITY_RULES } from "./reachability/index.ts";
import { REFERENCE_RULES } from "./references.ts";
import { STATE_RULES } from "./state.ts";

/** Every rule, in the order of the documentation. */
export const RULES: readonly Rule[] = [
  ...NETWORK_RULES,
  ...REACHABILITY_RULES,
  ...LOAD_BALANCER_RULES,
  ...IAM_RULES,
  ...ECR_RULES,
  ...ECS_RULES,
  ...COGNITO_RULES,
  ...DNS_RULES,
  ...DATABASE_RULES,
  ...CACHE_RULES,
  ...REFERENCE_RULES,
  ...STATE_RULES,
];
