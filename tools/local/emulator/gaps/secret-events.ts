import type { Call } from "../call.ts";
import type { Gap, Moto } from "./gap.ts";
import { withBody } from "./replies.ts";

/** Where calls go that follow from another: the proxy itself, so that a stand-in for ECS hears of them. */
export type Ask = (call: Pick<Call, "region">, service: string, target: string, input: object) => Promise<Answer>;

// biome-ignore lint/suspicious/noExplicitAny: what AWS answers has no type here
type Answer = any;

/** Puts calls in the JSON protocol to an address. */
export function askAt(endpoint: string): Ask {
  return async ({ region }, service, target, input) => {
    const credential = `Credential=emulator/20000101/${region}/${service}/aws4_request`;
    const reply = await fetch(endpoint, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": target,
      },
      body: JSON.stringify(input),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${target} was answered with ${reply.status}: ${text}`);
    return JSON.parse(text);
  };
}

/**
 * Secrets Manager, EventBridge and Step Functions: the event of a new value, and the state machine that it starts.
 *
 * Of a pattern, only lists of plain values; of a state machine, only calls of `ecs:UpdateService` in tasks, one after the other.
 */
export function secretEvents(ask: Ask | undefined): Gap[] {
  if (!ask) return [];
  /** When the labels of a secret were moved last, in seconds, by its ARN. */
  const moved = new Map<string, number>();
  const events = ["PutSecretValue", "UpdateSecretVersionStage"].map((action) => ({
    service: "secretsmanager",
    action,
    why: "moto sends no event when a secret gets another value, and its EventBridge starts no state machine",
    standIn: "moto's own answer; state machines that a rule starts at such an event have their services redeployed",
    async answer(call: Call, moto: Moto) {
      const reply = await moto.forward(call);
      if (reply.status === 200) {
        const { ARN, Name } = JSON.parse(reply.body.toString("utf8")) as { ARN: string; Name: string };
        moved.set(ARN, Date.now() / 1000);
        if (!labelsIn(call).includes("AWSCURRENT")) return reply;
        for (const machine of await startedBy(newValue(ARN, Name), call, ask)) await run(machine, call, ask);
      }
      return reply;
    },
  }));
  return [
    ...events,
    {
      service: "secretsmanager",
      action: "GetSecretValue",
      why: "moto gives the value that was put last as the current one, also where that label was moved to another since",
      standIn:
        "moto's own answer; where there is a value and a call names neither version nor label, that of the label AWSCURRENT",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        const asked = JSON.parse(call.body.toString("utf8"));
        // Asked for the label at once, moto has other words for a secret without a value than AWS.
        if (reply.status !== 200 || asked.VersionId || asked.VersionStage) return reply;
        return moto.forward({ ...call, body: Buffer.from(JSON.stringify({ ...asked, VersionStage: "AWSCURRENT" })) });
      },
    },
    {
      service: "secretsmanager",
      action: "DescribeSecret",
      why: "moto leaves LastChangedDate as it was when a label is moved",
      standIn: "moto's own answer, with the time at which one was moved last",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        if (reply.status !== 200) return reply;
        const secret = JSON.parse(reply.body.toString("utf8"));
        const LastChangedDate = moved.get(secret.ARN);
        return LastChangedDate === undefined ? reply : withBody(reply, JSON.stringify({ ...secret, LastChangedDate }));
      },
    },
  ];
}

/** The labels that a call moves. */
function labelsIn({ body }: Call): string[] {
  const { VersionStage, VersionStages = ["AWSCURRENT"] } = JSON.parse(body.toString("utf8")) as {
    VersionStage?: string;
    VersionStages?: string[];
  };
  return VersionStage === undefined ? VersionStages : [VersionStage];
}

function newValue(arn: string, name: string): object {
  return {
    source: "aws.secretsmanager",
    "detail-type": "Secret Label Updated",
    resources: [arn],
    detail: { name, labelUpdated: "AWSCURRENT" },
  };
}

/** ARNs of the state machines that rules start at an event. */
async function startedBy(event: object, call: Call, ask: Ask): Promise<string[]> {
  const { Rules } = await ask(call, "events", "AWSEvents.ListRules", {});
  const rules = (Rules as { Name: string; State: string; EventPattern?: string }[]).filter(
    ({ State, EventPattern }) => State === "ENABLED" && EventPattern && matches(JSON.parse(EventPattern), event),
  );
  const targets = await Promise.all(
    rules.map(({ Name }) => ask(call, "events", "AWSEvents.ListTargetsByRule", { Rule: Name })),
  );
  return targets
    .flatMap(({ Targets }) => Targets as { Arn: string }[])
    .map(({ Arn }) => Arn)
    .filter((arn) => arn.includes(":stateMachine:"));
}

/** Each field has one of the values of the pattern. What else a pattern may say matches nothing. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) return [value].flat().some((one) => pattern.includes(one));
  if (typeof pattern !== "object" || pattern === null || typeof value !== "object" || value === null) return false;
  return Object.entries(pattern).every(([field, wanted]) => matches(wanted, (value as Answer)[field]));
}

async function run(stateMachineArn: string, call: Call, ask: Ask): Promise<void> {
  const { definition } = await ask(call, "states", "AWSStepFunctions.DescribeStateMachine", { stateMachineArn });
  for (const { Cluster, Service, ForceNewDeployment } of updatesIn(JSON.parse(definition))) {
    const input = { cluster: Cluster, service: Service, forceNewDeployment: ForceNewDeployment };
    await ask(call, "ecs", "AmazonEC2ContainerServiceV20141113.UpdateService", input);
  }
}

function updatesIn(definition: Answer): Answer[] {
  if (typeof definition !== "object" || definition === null) return [];
  if (String(definition.Resource).endsWith(":aws-sdk:ecs:updateService")) return [definition.Parameters];
  return Object.values(definition).flatMap(updatesIn);
}
