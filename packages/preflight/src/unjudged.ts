import { STORE_TYPES } from "./ecs/needs.ts";
import { awslogsOptions, type Service, services, taskDefinitions } from "./ecs/tasks.ts";
import { grouped } from "./graph/by-link.ts";
import type { Graph, Resource } from "./graph/graph.ts";
import { type Link, linked } from "./graph/links.ts";
import { block, blocks, Expression, isAbsent, items, stateOf, text, type Value } from "./graph/value.ts";
import { roleOf } from "./iam/permissions.ts";
import { readPolicy } from "./iam/policy.ts";
import { LB_TYPES, LISTENER_RULE_TYPES, LISTENER_TYPES, TARGET_GROUP_TYPES } from "./network/load-balancers.ts";
import { SUBNET_TYPES, TABLE_TYPES, VPC_TYPES } from "./network/routes.ts";
import { GROUP_TYPES, linkedGroups } from "./network/security-groups.ts";

/** A value that is not known, so that something can't be judged. */
export interface Unknown {
  /** Of the resource that has the attribute. */
  readonly address: string;
  readonly attribute: string;
  /** What it is instead. Goes on from the attribute: `comes from a dynamic block, …`. */
  readonly reason: string;
}

/** Things of one kind that can't be judged, all for the same question. */
export interface Unjudged {
  /** Plural, such as `services`. */
  readonly subjects: string;
  /** What they could not be judged for, such as `reachability`. */
  readonly question: string;
  readonly count: number;
  /** How many there are, with those that were judged. */
  readonly of: number;
  readonly because: readonly Unknown[];
  /** What makes these values known: one sentence; undefined where nothing that preflight takes does. */
  readonly remedy?: string;
}

/** `2 of 3 services could not be judged for reachability`. */
export function sentenceOf({ subjects, question, count, of }: Omit<Unjudged, "because">): string {
  return `${count} of ${of} ${subjects} could not be judged for ${question}`;
}

/** A value that a judgement needs. */
interface Need {
  readonly at: Resource;
  readonly attribute: string;
  readonly value: Value | undefined;
  /** Why it is not known; undefined where it is. */
  readonly why: (graph: Graph, value: Value | undefined) => string | undefined;
}

interface Question {
  readonly subjects: string;
  readonly question: string;
  /** For each thing that is judged, what has to be known for it. */
  readonly needs: (graph: Graph) => readonly (readonly Need[])[];
}

/**
 * What preflight did not judge because a value that decides is not known: by a `dynamic` block or a local, of which a plan
 * does not tell, or because it is outside of the file. What is known to be absent was judged.
 */
export function unjudged(graph: Graph): Unjudged[] {
  return QUESTIONS.flatMap(({ subjects, question, needs }) => {
    const all = needs(graph);
    const unknown = all.map((one) => one.flatMap((need) => unknownOf(graph, need))).filter((found) => found.length > 0);
    if (unknown.length === 0) return [];
    const because = new Map(unknown.flat().map((one) => [`${one.address} ${one.attribute}`, one]));
    const found = { subjects, question, count: unknown.length, of: all.length, because: [...because.values()] };
    return [found.because.some(isInSource) ? { ...found, remedy: REMEDY } : found];
  });
}

const REMEDY = "Pass the plan's source directory, which has these references: --source DIR.";

function isInSource({ reason }: Unknown): boolean {
  return reason === DYNAMIC || reason === LOCAL || reason.endsWith(UNTOLD);
}

function unknownOf(graph: Graph, { at, attribute, value, why }: Need): Unknown[] {
  const reason = why(graph, value);
  return reason === undefined ? [] : [{ address: at.address, attribute, reason }];
}

const DYNAMIC = "comes from a dynamic block, whose references a plan does not contain";
const LOCAL = "comes through a local value, whose references a plan does not contain";
const UNTOLD = "and the plan does not tell how";

/** For an attribute that names a resource: those of other types are no answer. */
function naming(...types: readonly string[]): Need["why"] {
  return (graph, value) => (isAbsent(value) ? undefined : whyUnlinked(graph, value, linked(value, ...types), types));
}

/** For an attribute that names any number of resources. */
function namingAll(follow: (value: Value) => Link, types: readonly string[]): Need["why"] {
  return (graph, value) => {
    const { items: all, complete } = items(value);
    const reasons = all.flatMap((one) => whyUnlinked(graph, one, follow(one), types) ?? []);
    return complete ? reasons[0] : (reasons[0] ?? whyUnknown(graph, value));
  };
}

function whyUnlinked(
  graph: Graph,
  value: Value,
  { literal, resources, certain }: Link,
  types: readonly string[],
): string | undefined {
  if (literal !== undefined) return `is ${JSON.stringify(literal)}, which is not in this ${graph.kind}`;
  const lookedUp = resources.find(({ isData }) => isData);
  if (lookedUp && types.includes(lookedUp.type))
    return `is looked up by ${lookedUp.address}, and not made in this ${graph.kind}`;
  return certain && resources.length > 0 ? undefined : whyUnknown(graph, value);
}

const namingGroups = namingAll(linkedGroups, GROUP_TYPES);
const namingSubnets = namingAll((value) => linked(value, ...SUBNET_TYPES), SUBNET_TYPES);

/** For an attribute that puts something into a resource: what is in another one, elsewhere, is no matter of this file. */
function belongingTo(...types: readonly string[]): Need["why"] {
  return (graph, value) => {
    const { literal, resources, certain } = linked(value, ...types);
    if (literal !== undefined || isAbsent(value) || (certain && resources.length > 0)) return undefined;
    return whyUnknown(graph, value);
  };
}

/** For an attribute whose value itself decides. */
const readable: Need["why"] = (graph, value) => (stateOf(value) === "unknown" ? whyUnknown(graph, value) : undefined);

/** Resources named in a reason; more than these are counted. */
const MAX_NAMES = 3;

function whyUnknown({ kind }: Graph, value: Value | undefined): string {
  if (!(value instanceof Expression)) return `is not known in this ${kind}`;
  if (value.isDynamic) return DYNAMIC;
  const references = value.references.filter((one) => one.kind !== "order");
  if (references.some((one) => one.kind === "hidden")) return LOCAL;
  const names = [...new Set(references.flatMap(({ resources }) => resources.map(({ address }) => address)))];
  if (names.length === 0) return `is not known in this ${kind}`;
  const shown = names.length > MAX_NAMES ? `${names.length} resources` : names.join(", ");
  return kind === "plan" ? `is made of ${shown}, ${UNTOLD}` : `comes from ${shown}, and is not known in this ${kind}`;
}

/** The same attribute of all resources of some types, where one is written. */
function each(types: readonly string[], attribute: string, why: Need["why"]): Question["needs"] {
  return (graph) =>
    graph
      .ofType(...types)
      .filter((one) => !isAbsent(one.get(attribute)))
      .map((at) => [{ at, attribute, value: at.get(attribute), why }]);
}

/** Tasks that have a network interface of their own. */
function placed(graph: Graph): readonly Service[] {
  return services(graph).filter(({ resource, fargate }) => fargate || !isAbsent(resource.get("network_configuration")));
}

function placeOfTasks({ resource }: Service): Need[] {
  const attribute = "network_configuration";
  const network = block(resource.get(attribute));
  if (!network) return [{ at: resource, attribute, value: resource.get(attribute), why: readable }];
  return [
    { at: resource, attribute: `${attribute}.subnets`, value: network.subnets, why: namingSubnets },
    { at: resource, attribute: `${attribute}.security_groups`, value: network.security_groups, why: namingGroups },
  ];
}

function placeOfBalancer(at: Resource): Need[] {
  const mapped = blocks(at.get("subnet_mapping")).blocks.map((one) => one.subnet_id ?? null);
  const isMapped = mapped.length > 0;
  return [
    {
      at,
      attribute: isMapped ? "subnet_mapping" : "subnets",
      value: isMapped ? mapped : at.get("subnets"),
      why: namingSubnets,
    },
    { at, attribute: "security_groups", value: at.get("security_groups"), why: namingGroups },
  ];
}

const SUBNET_GROUPS = naming("aws_db_subnet_group", "aws_elasticache_subnet_group");

function placeOfStore(at: Resource): Need[] {
  return ["vpc_security_group_ids", "security_group_ids", "db_subnet_group_name", "subnet_group_name"].map(
    (attribute) => ({
      at,
      attribute,
      value: at.get(attribute),
      why: attribute.endsWith("_name") ? SUBNET_GROUPS : namingGroups,
    }),
  );
}

const TARGETS = naming(...TARGET_GROUP_TYPES);
const FORWARDS = belongingTo(...TARGET_GROUP_TYPES);

function targetsOf(at: Resource): Need[] {
  const attribute = "load_balancer";
  const attached = blocks(at.get(attribute));
  if (!attached.complete) return [{ at, attribute, value: at.get(attribute), why: readable }];
  return attached.blocks.map((one) => ({
    at,
    attribute: `${attribute}.target_group_arn`,
    value: one.target_group_arn,
    why: TARGETS,
  }));
}

function forwardsOf(at: Resource): Need[] {
  const attribute = at.get("default_action") === undefined ? "action" : "default_action";
  const actions = blocks(at.get(attribute));
  if (!actions.complete) return [{ at, attribute, value: at.get(attribute), why: readable }];
  return actions.blocks.flatMap((action) => [
    { at, attribute: `${attribute}.target_group_arn`, value: action.target_group_arn || null, why: FORWARDS },
    ...blocks(action.forward).blocks.flatMap((forward) =>
      blocks(forward.target_group).blocks.map((one) => ({
        at,
        attribute: `${attribute}.forward.target_group.arn`,
        value: one.arn,
        why: FORWARDS,
      })),
    ),
  ]);
}

/** Roles that tasks run and start with. */
function rolesOfTasks(graph: Graph): Resource[] {
  const values = taskDefinitions(graph).flatMap(({ resource }) =>
    ROLE_ARGUMENTS.map((attribute) => resource.get(attribute)),
  );
  return [...new Set(values.flatMap((value) => roleOf(value) ?? []))];
}

const ROLE_ARGUMENTS = ["execution_role_arn", "task_role_arn"] as const;

const policyText: Need["why"] = (graph, value) =>
  readPolicy(graph, value).complete ? undefined : whyUnknown(graph, value);

const namingRole: Need["why"] = (graph, value) => {
  const link = linked(value, "aws_iam_role");
  return link.certain || link.resources.length > 0 ? undefined : whyUnknown(graph, value);
};

/** Policies of a role: which they are, and what they say. One whose role is not known may be any role's. */
function rightsOf(graph: Graph): (role: Resource) => Need[] {
  const policies = graph.ofType("aws_iam_role_policy", "aws_iam_role_policy_attachment");
  const byRole = grouped(policies, (at) => linked(at.get("role"), "aws_iam_role").resources);
  const others = policies.filter((at) => linked(at.get("role"), "aws_iam_role").resources.length === 0);
  const byName = new Map<string, Resource[]>();
  for (const at of others) {
    const name = text(at.get("role"));
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), at]);
  }
  // Whatever their number, one of them is enough not to know what a role is allowed to do.
  const open = others
    .map((at): Need => ({ at, attribute: "role", value: at.get("role"), why: namingRole }))
    .find(({ value }) => namingRole(graph, value) !== undefined);
  return (role) => {
    const named = byName.get(text(role.get("name")) ?? "") ?? [];
    return [...(byRole.get(role) ?? []), ...named].map(saysOf).concat(open ?? []);
  };
}

/** What a policy of a role says. */
function saysOf(at: Resource): Need {
  if (at.type === "aws_iam_role_policy") return { at, attribute: "policy", value: at.get("policy"), why: policyText };
  const [attached] = linked(at.get("policy_arn"), "aws_iam_policy").resources;
  return attached
    ? { at: attached, attribute: "policy", value: attached.get("policy"), why: policyText }
    : { at, attribute: "policy_arn", value: at.get("policy_arn"), why: readable };
}

const QUESTIONS: readonly Question[] = [
  { subjects: "services", question: "reachability", needs: (graph) => placed(graph).map(placeOfTasks) },
  {
    subjects: "services",
    question: "the target groups that they register with",
    needs: (graph) => graph.ofType("aws_ecs_service").map(targetsOf),
  },
  {
    subjects: "services",
    question: "the task definition that they run",
    needs: (graph) =>
      services(graph)
        .filter(({ resource }) => !isAbsent(resource.get("task_definition")))
        .map(({ resource, task }) => [
          {
            at: resource,
            attribute: "task_definition",
            value: resource.get("task_definition"),
            why: task ? () => undefined : naming("aws_ecs_task_definition"),
          },
        ]),
  },
  {
    subjects: "task definitions",
    question: "what is in their containers",
    needs: (graph) =>
      taskDefinitions(graph).map(({ resource: at, containers }) => {
        const attribute = "container_definitions";
        const value = at.get(attribute);
        return containers ? [] : [{ at, attribute, value, why: () => whyUnknown(graph, value) }];
      }),
  },
  {
    subjects: "task definitions",
    question: "the roles that they name",
    needs: (graph) =>
      taskDefinitions(graph).map(({ resource: at }) =>
        ROLE_ARGUMENTS.map((attribute) => ({
          at,
          attribute,
          value: at.get(attribute) || null,
          why: naming("aws_iam_role"),
        })),
      ),
  },
  { subjects: "roles of tasks", question: "rights", needs: (graph) => rolesOfTasks(graph).map(rightsOf(graph)) },
  {
    subjects: "task definitions",
    question: "the log groups of their containers",
    needs: (graph) =>
      taskDefinitions(graph).map(({ resource: at, containers = [] }) =>
        containers.map((container) => ({
          at,
          attribute: "container_definitions",
          value: awslogsOptions(container)?.["awslogs-group"],
          why: readable,
        })),
      ),
  },
  {
    subjects: "load balancers",
    question: "reachability",
    needs: (graph) => graph.ofType(...LB_TYPES).map(placeOfBalancer),
  },
  {
    subjects: "listeners and their rules",
    question: "the target groups that they forward to",
    needs: (graph) => graph.ofType(...LISTENER_TYPES, ...LISTENER_RULE_TYPES).map(forwardsOf),
  },
  {
    subjects: "listeners",
    question: "the load balancer that they belong to",
    needs: each(LISTENER_TYPES, "load_balancer_arn", belongingTo(...LB_TYPES)),
  },
  {
    subjects: "databases and caches",
    question: "reachability",
    needs: (graph) => graph.ofType(...STORE_TYPES).map(placeOfStore),
  },
  {
    subjects: "route table associations",
    question: "the table that they name",
    needs: each(["aws_route_table_association"], "route_table_id", belongingTo(...TABLE_TYPES)),
  },
  {
    subjects: "route table associations",
    question: "the subnet that they name",
    needs: each(["aws_route_table_association"], "subnet_id", belongingTo(...SUBNET_TYPES)),
  },
  {
    subjects: "routes",
    question: "the table that they are in",
    needs: each(["aws_route"], "route_table_id", belongingTo(...TABLE_TYPES)),
  },
  {
    subjects: "rules of security groups",
    question: "the group that they belong to",
    needs: each(
      ["aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"],
      "security_group_id",
      belongingTo(...GROUP_TYPES, ...VPC_TYPES),
    ),
  },
];
