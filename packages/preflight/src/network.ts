/** Where things stand in a network, who connects to whom, and what becomes of each connection: for what draws or compares networks. */
export { nameOf, type Service, services } from "./ecs/tasks.ts";
export { groupNames } from "./network/barriers.ts";
export { isInternal, LB_TYPES } from "./network/load-balancers.ts";
export { LOG_ACCOUNTS } from "./network/log-accounts.ts";
export type { Hop, HopKind, Path } from "./network/path.ts";
export { fixFromInternet, fixOf } from "./network/path-fixes.ts";
export { type Place, vpcOf, zoneOf } from "./network/places.ts";
export { SUBNET_TYPES, tablesOf, VPC_TYPES } from "./network/routes.ts";
export { securityGroups } from "./network/security-groups.ts";
export { calledServices, type NetworkEnd, networkEnds } from "./network-ends.ts";
export { networkUses, type Use } from "./network-uses.ts";
export { HTTPS, INTERNET, KEEPING_SERVICES, type PathTarget, pathOver } from "./path-over.ts";
