import { type Graph, linked, type Resource } from "@operation-app/preflight/graph";
import { kindOf } from "./drawn.ts";

/** A part of more things than these is a part of none. */
const MAX_OWNERS = 6;
/** Steps from a part to what it belongs to: of a role's policy to the role, its task definition and the service. */
const MAX_STEPS = 4;

/** What is a part of the network itself, and of no thing in it. */
export const OF_NETWORK =
  /^aws_(?:default_)?(?:vpc|subnet|route|route_table|route_table_association|main_route_table_association|network_acl|network_acl_rule|internet_gateway|egress_only_internet_gateway|flow_log|vpc_dhcp_options|vpc_dhcp_options_association|vpc_ipv4_cidr_block_association)$/;
const RULE = /^aws_(security_group_rule|vpc_security_group_(in|e)gress_rule)$/;

/** For resources that are not drawn themselves, the drawn ones that they belong to. */
export function ownersOf(graph: Graph): ReadonlyMap<Resource, readonly Resource[]> {
  const made = graph.resources.filter(({ isData }) => !isData);
  const open = made.filter((one) => kindOf(one) === undefined && !OF_NETWORK.test(one.type));
  const users = usersOf(made);
  const owners = new Map<Resource, readonly Resource[]>();
  const settle = (resource: Resource, found: Iterable<Resource>) => {
    const all = [...new Set(found)];
    if (all.length > 0 && all.length <= MAX_OWNERS) owners.set(resource, all);
  };
  for (const resource of open) settle(resource, nearest(resource, users));
  for (let step = 0; step < MAX_STEPS; step++) {
    for (const resource of open.filter((one) => !owners.has(one))) {
      const near = [...(users.get(resource) ?? []), ...leadingTo(resource)];
      settle(
        resource,
        near.flatMap((one) => owners.get(one) ?? []),
      );
    }
  }
  return owners;
}

/** Drawn things that use it, as a service its task definition; else those that it is for, as a listener for its load balancer. */
function nearest(resource: Resource, users: ReadonlyMap<Resource, readonly Resource[]>): Resource[] {
  const using = (users.get(resource) ?? []).filter((one) => kindOf(one) !== undefined);
  if (using.length > 0 || /^aws_iam_/.test(resource.type)) return using;
  return leadingTo(resource).filter((one) => kindOf(one) !== undefined);
}

/** A rule belongs to the group that it is in, and not to the one that it names. */
function leadingTo(resource: Resource): readonly Resource[] {
  return RULE.test(resource.type)
    ? linked(resource.get("security_group_id"), "aws_security_group", "aws_default_security_group").resources
    : [...resource.dependencies];
}

function usersOf(resources: readonly Resource[]): ReadonlyMap<Resource, readonly Resource[]> {
  const users = new Map<Resource, Resource[]>();
  for (const resource of resources) {
    if (RULE.test(resource.type)) continue;
    for (const used of resource.dependencies) {
      const known = users.get(used);
      if (known) known.push(resource);
      else users.set(used, [resource]);
    }
  }
  return users;
}
