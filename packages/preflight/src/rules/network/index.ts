import { ADDRESS_RULES } from "./addresses.ts";
import { ENDPOINT_RULES } from "./endpoints.ts";
import { GATEWAY_RULES } from "./gateways.ts";
import { IDENTIFIER_RULES } from "./identifiers.ts";
import { NAT_INSTANCE_RULES } from "./nat-instances.ts";
import { NETWORK_ACL_RULES } from "./network-acls.ts";
import { ROUTE_RULES } from "./routes.ts";
import { SECURITY_GROUP_RULES } from "./security-groups.ts";

/** What a network is made of, and how its parts fit. Whether it connects what it should is in reachability.ts. */
export const NETWORK_RULES = [
  ...ADDRESS_RULES,
  ...ENDPOINT_RULES,
  ...GATEWAY_RULES,
  ...IDENTIFIER_RULES,
  ...NAT_INSTANCE_RULES,
  ...NETWORK_ACL_RULES,
  ...ROUTE_RULES,
  ...SECURITY_GROUP_RULES,
];
