import { type Graph, linked } from "@operation-app/preflight/graph";
import type { Policy } from "../gate-policy.ts";
import { objectOf, type Plan } from "../plan.ts";
import { shorterBackups } from "./backups.ts";
import { type ChangedObject, changedObjects, isUnknownAt } from "./changed-objects.ts";
import { deadEnds } from "./dead-ends.ts";
import { loosenedFirewall } from "./firewall.ts";
import { lostRights } from "./iam/lost-rights.ts";
import { POLICY_ATTRIBUTES } from "./iam/opened-policies.ts";
import { plannedPolicy } from "./iam/planned-policy.ts";
import { newPublicPaths } from "./login.ts";
import { outages, waysOutMissing } from "./outages.ts";
import { SWITCHES } from "./public-access.ts";
import { deletedAlarms, deletedBudgets, stoppedReactions, stoppedSchedules } from "./silence.ts";

/** What is not stopped but should be checked: values known after apply, shorter backups, paths without a login, outages. */
export function notedChanges(plan: Plan, graph: Graph, policy: Policy): string[] {
  const ofObjects = changedObjects(plan)
    .filter(({ change }) => change.change.after !== null && change.change.after !== undefined)
    .flatMap((object) => [
      ...openPaths(object, graph).map(
        ([path, what]) => `${object.address}: ${path} is known after apply, so ${what} can't be checked before.`,
      ),
      ...shorterBackups(object, graph, policy).noted,
      ...loosenedFirewall(object),
      ...lostRights(object),
    ]);
  return [
    ...ofObjects,
    ...newPublicPaths(plan),
    ...outages(plan),
    ...waysOutMissing(plan),
    ...deadEnds(plan),
    ...deletedAlarms(plan),
    ...deletedBudgets(plan),
    ...stoppedReactions(plan),
    ...stoppedSchedules(plan),
  ].sort();
}

type OpenPath = readonly [path: string, what: string];

function openPaths(object: ChangedObject, graph: Graph): OpenPath[] {
  return [...openPolicies(object, graph), ...openBlocks(object, graph), ...openSwitches(object, graph)];
}

function openPolicies(object: ChangedObject, graph: Graph): OpenPath[] {
  const { address, type, unknown } = object;
  if (/^aws_vpc_endpoint/.test(type)) return [];
  const texts = [...POLICY_ATTRIBUTES, "inline_policy"].filter(
    (name) =>
      isOpenIn(unknown, name) &&
      (isItsPurpose(type) || isWritten(graph, address, name)) &&
      (name === "inline_policy" || plannedPolicy(object, name, graph).isOpen),
  );
  const attached = ["policy_arn", "policy_arns", "managed_policy_arn", "managed_policy_arns"].filter((name) => {
    if (!isOpenIn(unknown, name) || !(isItsPurpose(type) || isWritten(graph, address, name))) return false;
    // A policy that the plan has is judged where it is made.
    return linked(graph.find(address)?.get(name), "aws_iam_policy", "data.aws_iam_policy").resources.length === 0;
  });
  return [...texts, ...attached].map((name) => [name, "who is allowed to do what"]);
}

/** An object that is only a policy; others get a default policy from the provider. */
function isItsPurpose(type: string): boolean {
  return /_policy$|^aws_iam_|_policy_attachment/.test(type) && type !== "aws_iam_role";
}

function openBlocks({ address, type, after, unknown }: ChangedObject, graph: Graph): OpenPath[] {
  const what = "whether it is open to the internet";
  if (/^aws_(default_)?security_group$/.test(type)) {
    const isWhole = isUnknownAt(unknown, "ingress");
    return isOpenIn(unknown, "ingress") && (!isWhole || isWritten(graph, address, "ingress"))
      ? [["ingress", what]]
      : [];
  }
  const isRule =
    type === "aws_vpc_security_group_ingress_rule" || (type === "aws_security_group_rule" && after.type !== "egress");
  const isList = type.startsWith("aws_ec2_managed_prefix_list");
  const names = isRule
    ? ["cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks", "from_port", "to_port", "ip_protocol", "protocol"]
    : isList
      ? ["cidr", "entry"]
      : [];
  return names.filter((name) => isOpenIn(unknown, name)).map((name) => [name, what]);
}

/** For existing objects, the gate stops a value known after apply. */
function openSwitches({ address, type, change, unknown }: ChangedObject, graph: Graph): OpenPath[] {
  if (change.change.before !== null && change.change.before !== undefined) return [];
  return SWITCHES.filter(
    ({ path, types }) =>
      (types?.includes(type) ?? true) &&
      isUnknownAt(unknown, path) &&
      isWritten(graph, address, path.split(".")[0] ?? path),
  ).map(({ path }) => [path, "whether it is public"]);
}

function isWritten(graph: Graph, address: string, attribute: string): boolean {
  return graph.find(address)?.writes(attribute) ?? false;
}

/** The attribute, or something in it. */
function isOpenIn(unknown: unknown, name: string): boolean {
  return unknown === true || JSON.stringify(objectOf(unknown)[name] ?? false).includes("true");
}
