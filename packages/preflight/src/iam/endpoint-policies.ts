import type { TaskDefinition } from "../ecs/tasks.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { remembered } from "../graph/remembered.ts";
import { isAbsent, text, textWithGaps } from "../graph/value.ts";
import type { Answer } from "../network/addresses.ts";
import { byEndpoint } from "../network/endpoints.ts";
import { type Call, LAYER_BUCKET, logCalls, pullCalls, secretUses } from "./calls.ts";
import { allows } from "./permissions.ts";
import { type Policy, readPolicy, type Statement } from "./policy.ts";

const policiesByEndpoint = byEndpoint("aws_vpc_endpoint_policy");

/**
 * What the policy of an endpoint says to the calls that a task makes to a service; without a policy, everything is
 * allowed.
 */
export function endpointPolicyFor(graph: Graph, service: string, task: TaskDefinition): (endpoint: Resource) => Answer {
  return (endpoint) => {
    const separate = graph.once(policiesByEndpoint).get(endpoint) ?? [];
    const [written] = [...separate, endpoint].map((one) => one.get("policy")).filter((policy) => !isAbsent(policy));
    if (written === undefined) return "yes";
    const whole = readPolicy(graph, written);
    const policy = service === "s3" ? asForPresigned(whole) : whole;
    const answers = callsTo(graph, service, task).map(({ action, target }) => allows(policy, action, target));
    return answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
  };
}

function callsTo(graph: Graph, service: string, task: TaskDefinition): Pick<Call, "action" | "target">[] {
  if (service === "s3") return [{ action: "s3:GetObject", target: LAYER_BUCKET }];
  const all = [...pullCalls(task), ...logCalls(graph, task), ...secretUses(graph, task).map(({ call }) => call)];
  // Who only pulls asks the registry for no availability of layers.
  return all.filter((call) => call.service === service && call.action !== "ecr:BatchCheckLayerAvailability");
}

/**
 * What a policy says to a request for image layers, which goes to a bucket of AWS by a URL that ECR has signed: neither
 * who asks nor whose the bucket is are the account's own.
 * Source: "Minimum Amazon S3 bucket permissions for Amazon ECR" in the guide of Amazon ECR.
 */
const asForPresigned = remembered((policy: Policy): Policy => {
  const statements = policy.statements.filter((statement) => {
    const isForOwn = !isOpenToAll(statement) || Object.entries(statement.conditions).some(asksForOwn);
    return statement.allow ? !isForOwn : true;
  });
  const refuses = policy.statements.some(
    ({ allow, conditions }) => !allow && Object.entries(conditions).some(refusesOthers),
  );
  return { ...policy, statements: refuses ? statements.map(withoutRefusedConditions) : statements };
});

/** Keys of conditions about who asks, and whose the bucket is. */
const OWN_KEY = /^(?:aws:principal(?:account|arn|orgid|orgpaths)|(?:aws|s3):resource(?:account|orgid|orgpaths))$/i;

function isOpenToAll({ principals }: Statement): boolean {
  if (!principals) return true;
  return Object.values(principals)
    .flat()
    .some((who) => text(who) === "*" || (text(who) === undefined && textWithGaps(who) === undefined));
}

type Test = [operator: string, keys: Statement["conditions"][string]];

function asksForOwn([operator, keys]: Test): boolean {
  return /^(?:For(?:Any|All)Values?:)?(?:String|Arn)(?:Equals|Like)/i.test(operator) && isAboutOwn(keys);
}

function refusesOthers([operator, keys]: Test): boolean {
  return /^(?:For(?:Any|All)Values?:)?(?:String|Arn)Not(?:Equals|Like)/i.test(operator) && isAboutOwn(keys);
}

/** One value is the account's own; a list may have that of AWS too. */
function isAboutOwn(keys: Test[1]): boolean {
  return Object.entries(keys).some(([key, values]) => OWN_KEY.test(key) && values.length === 1);
}

/** A refusal of everybody but the account's own meets a signed URL, as if it had no condition. */
function withoutRefusedConditions(statement: Statement): Statement {
  const tests = Object.entries(statement.conditions);
  return !statement.allow &&
    tests.length === 1 &&
    tests.every(refusesOthers) &&
    Object.keys(tests[0]?.[1] ?? {}).length === 1
    ? { ...statement, hasConditions: false }
    : statement;
}
