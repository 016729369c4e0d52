import { ARN_RULES } from "./arns.ts";
import { BALANCER_RULES } from "./balancers.ts";
import { HEALTH_CHECK_RULES } from "./health-checks.ts";
import { LISTENER_RULES } from "./listeners.ts";
import { LOG_RULES } from "./logs.ts";
import { PROTOCOL_RULES } from "./protocols.ts";
import { LB_SETTING_RULES } from "./settings.ts";
import { TARGET_RULES } from "./targets.ts";

export const LOAD_BALANCER_RULES = [
  ...ARN_RULES,
  ...BALANCER_RULES,
  ...HEALTH_CHECK_RULES,
  ...LISTENER_RULES,
  ...LOG_RULES,
  ...TARGET_RULES,
  ...PROTOCOL_RULES,
  ...LB_SETTING_RULES,
];
