import { AWS_SERVICE_RULES } from "./aws-services.ts";
import { LOAD_BALANCER_PATH_RULES } from "./load-balancers.ts";
import { NEIGHBOUR_RULES } from "./neighbours.ts";

/** Whether everything reaches what it has to reach. */
export const REACHABILITY_RULES = [...AWS_SERVICE_RULES, ...NEIGHBOUR_RULES, ...LOAD_BALANCER_PATH_RULES];
