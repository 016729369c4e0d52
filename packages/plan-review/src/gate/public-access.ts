import type { Graph } from "@operation-app/preflight/graph";
import type { Stop } from "../gate-policy.ts";
import { listOf, objectOf, type Plan } from "../plan.ts";
import { isInternet, publicAddresses } from "./addresses.ts";
import {
  type ChangedObject,
  changedObjects,
  goneBuckets,
  isLeftToProvider,
  isUnknownAt,
  valueAt,
} from "./changed-objects.ts";
import type { Found } from "./stop.ts";

/** What would become public, beside security groups and policies. */
export function publicOpenings(plan: Plan, graph: Graph): Found[] {
  const objects = changedObjects(plan);
  const gone = goneBuckets(objects);
  return objects.flatMap((object) => [
    ...openSwitches(object, graph),
    ...openAcls(object),
    ...openBlocks(object, gone),
  ]);
}

/** An attribute that is public with one of these values. */
interface Switch {
  readonly path: string;
  readonly types?: readonly string[];
  readonly isPublic: (value: unknown) => boolean;
  readonly what: string;
  readonly fix: string;
  /** @default "public-endpoint" */
  readonly action?: Stop;
  /** A new object may be public; only a change to it is stopped. */
  readonly onlyChanged?: boolean;
}

export const SWITCHES: readonly Switch[] = [
  {
    path: "publicly_accessible",
    isPublic: isTrue,
    what: "would get a public address (publicly_accessible).",
    fix: "Set publicly_accessible to false, and connect from inside the VPC.",
  },
  {
    path: "internal",
    types: ["aws_lb", "aws_alb", "aws_elb"],
    isPublic: (value) => value !== true,
    what: "would change from internal to internet-facing (internal).",
    fix: "Keep internal as it is, and create a second load balancer for the internet.",
    onlyChanged: true,
  },
  {
    path: "vpc_config.0.endpoint_public_access",
    types: ["aws_eks_cluster"],
    isPublic: isTrue,
    what: "would be reachable from the internet (endpoint_public_access).",
    fix: "Set endpoint_public_access to false.",
    onlyChanged: true,
  },
  {
    path: "authorization_type",
    types: ["aws_lambda_function_url"],
    isPublic: (value) => value === "NONE",
    what: "would answer anyone (authorization_type NONE).",
    fix: "Set authorization_type to AWS_IAM.",
  },
  {
    path: "allow_unauthenticated_identities",
    types: ["aws_cognito_identity_pool"],
    isPublic: isTrue,
    what: "would give AWS credentials to anyone (allow_unauthenticated_identities).",
    fix: "Set allow_unauthenticated_identities to false.",
  },
  {
    path: "vpc_config.0.public_access_cidrs",
    types: ["aws_eks_cluster"],
    isPublic: (value) => isInternet(publicAddresses(listOf(value).map(String))),
    what: "would be reachable from the whole internet (public_access_cidrs).",
    fix: "List the CIDR blocks that need access.",
    onlyChanged: true,
  },
  {
    path: "broker_node_group_info.0.connectivity_info.0.public_access.0.type",
    types: ["aws_msk_cluster"],
    isPublic: (value) => value === "SERVICE_PROVIDED_EIPS",
    what: "would be reachable from the internet (public_access).",
    fix: "Set the type of public_access to DISABLED.",
    onlyChanged: true,
  },
  {
    path: "endpoint_type",
    types: ["aws_transfer_server"],
    isPublic: (value) => value === "PUBLIC",
    what: "would be reachable from the internet (endpoint_type).",
    fix: "Keep endpoint_type as it is.",
    onlyChanged: true,
  },
  {
    path: "map_public_ip_on_launch",
    types: ["aws_subnet"],
    isPublic: isTrue,
    what: "would give public addresses to what is launched in it (map_public_ip_on_launch).",
    fix: "Keep map_public_ip_on_launch as it is.",
    onlyChanged: true,
  },
  ...["associate_public_ip_address", "network_interfaces.0.associate_public_ip_address"].map((path) => ({
    path,
    isPublic: (value: unknown) => String(value) === "true",
    what: "would get a public address (associate_public_ip_address).",
    fix: "Keep associate_public_ip_address as it is.",
    onlyChanged: true,
  })),
  ...[
    ["aws_eip", "instance"],
    ["aws_eip", "network_interface"],
    ["aws_eip_association", "instance_id"],
    ["aws_eip_association", "network_interface_id"],
  ].map(([type, path]) => ({
    path: path as string,
    types: [type as string],
    isPublic: (value: unknown) => typeof value === "string" && value !== "",
    what: `would give a public address to a machine (${path}).`,
    fix: "Reach it through a load balancer, a VPN or Session Manager.",
  })),
  {
    path: "group",
    types: ["aws_ami_launch_permission"],
    action: "public-policy",
    isPublic: (value) => value === "all",
    what: "would share the image with everyone (group all).",
    fix: "List the accounts that need access.",
  },
  {
    path: "permissions.account_ids",
    types: ["aws_ssm_document"],
    action: "public-policy",
    isPublic: (value) => /^all$/i.test(String(value)),
    what: "would share the document with everyone (account_ids All).",
    fix: "List the accounts that need access.",
  },
  {
    path: "network_configuration.0.assign_public_ip",
    types: ["aws_ecs_service"],
    isPublic: isTrue,
    what: "would give its tasks public addresses (assign_public_ip).",
    fix: "Keep the tasks in private subnets, with NAT or endpoints.",
    onlyChanged: true,
  },
];

function openSwitches(object: ChangedObject, graph: Graph): Found[] {
  const { address, type, change, before, after, unknown } = object;
  if (isAbsent(change.change.after)) return [];
  return SWITCHES.filter(
    ({ types, path }) =>
      types?.includes(type) ?? ((path.split(".")[0] as string) in after || isUnknownAt(unknown, path)),
  ).flatMap(({ path, isPublic, what, fix, onlyChanged, action = "public-endpoint" }) => {
    const isNew = isAbsent(change.change.before);
    if (isLeftToProvider(object, path, graph)) return [];
    if ((isNew && onlyChanged) || (!isNew && isPublic(valueAt(before, path)))) return [];
    if (isUnknownAt(unknown, path)) {
      const message = `would get a ${path} that is known after apply: perhaps it is public.`;
      return isNew ? [] : [{ address, action, message, fix }];
    }
    return isPublic(valueAt(after, path)) ? [{ address, action, message: what, fix }] : [];
  });
}

const PUBLIC_ACL = /^(public-read|public-read-write|authenticated-read)$/;
const EVERYBODY = /groups\/global\/(AllUsers|AuthenticatedUsers)$/;

function openAcls({ address, type, before, after }: ChangedObject): Found[] {
  if (!/^aws_s3_(bucket|bucket_acl|object|bucket_object)$/.test(type)) return [];
  if (!isPublicAcl(after) || isPublicAcl(before)) return [];
  return [
    {
      address,
      action: "public-bucket",
      message: "would be readable by anyone (acl).",
      fix: "Remove the ACL: a bucket is private without it.",
    },
  ];
}

function isPublicAcl(values: Readonly<Record<string, unknown>>): boolean {
  const grants = [...listOf(valueAt(values, "access_control_policy.0.grant")), ...listOf(values.grant)];
  const toEverybody = grants.some((grant) =>
    EVERYBODY.test(String(valueAt(grant, "grantee.0.uri") ?? objectOf(grant).uri ?? "")),
  );
  return PUBLIC_ACL.test(String(values.acl ?? "")) || toEverybody;
}

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

function openBlocks(
  { address, type, change, before, after, unknown }: ChangedObject,
  gone: ReadonlySet<unknown>,
): Found[] {
  if (type !== "aws_s3_bucket_public_access_block" && type !== "aws_s3_account_public_access_block") return [];
  const found = (message: string): Found[] => [
    { address, action: "public-bucket", message, fix: `Keep ${BLOCKS.join(", ")} on.` },
  ];
  if (isAbsent(change.change.after)) {
    const isForgotten = change.change.actions.join() === "forget";
    return isForgotten || gone.has(before.bucket) ? [] : found("would be deleted: the bucket could become public.");
  }
  const isNew = isAbsent(change.change.before);
  const off = BLOCKS.filter(
    (name) => (isNew || before[name] === true) && after[name] !== true && !(isNew && isUnknownAt(unknown, name)),
  );
  return off.length === 0 ? [] : found(`would no longer block public access (${off.join(", ")}).`);
}

function isAbsent(values: unknown): boolean {
  return values === null || values === undefined;
}

function isTrue(value: unknown): boolean {
  return value === true;
}
