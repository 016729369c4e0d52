import { grouped } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { isEmpty, text } from "../../graph/value.ts";
import { readPolicy, type Statement } from "../../iam/policy.ts";

/** A queue or a topic, which others write to by its policy. */
export const RECEIVERS = {
  aws_sqs_queue: { link: "queue_url", call: "sqs:SendMessage" },
  aws_sns_topic: { link: "arn", call: "sns:Publish" },
} as const;

export type ReceiverType = keyof typeof RECEIVERS;

/** Whether a service may write to a queue or topic, and the resource that lets it in. */
export interface Admission {
  readonly isIn: boolean;
  /** A policy of its own, beside the queue or topic. */
  readonly by: Resource | undefined;
  readonly hasPolicy: boolean;
}

/** What the policy of a queue or topic says to a service; undefined where it can't be known. */
export function admissionOf(graph: Graph, target: Resource, service: string): Admission | undefined {
  const { byOwner, isOpen } = graph.once(FINDERS[target.type as ReceiverType]);
  const by = byOwner.get(target)?.[0];
  if (!target.isMade || target.many || graph.isHandedOn(target) || (!by && isOpen)) return undefined;
  const written = (by ?? target).get("policy");
  const { statements, complete } = readPolicy(graph, written);
  if (!complete || by?.many) return undefined;
  return { isIn: statements.some((one) => letsIn(one, service)), by, hasPolicy: !isEmpty(written) };
}

/** For `graph.once`: policies of queues or topics by what they are of; `isOpen`: of some that can't be known. */
function policiesOf(type: ReceiverType) {
  return (graph: Graph) => {
    const owned = graph.ofType(`${type}_policy`).map((policy) => {
      return { policy, owner: linkedResource(policy.get(RECEIVERS[type].link), type) };
    });
    const byOwner = grouped(owned, ({ owner }) => (owner ? [owner] : []));
    return {
      byOwner: new Map([...byOwner].map(([owner, all]) => [owner, all.map(({ policy }) => policy)])),
      isOpen: owned.some(({ owner }) => owner === undefined),
    };
  };
}

const FINDERS = { aws_sqs_queue: policiesOf("aws_sqs_queue"), aws_sns_topic: policiesOf("aws_sns_topic") };

/** A principal that can't be known may be the service. */
function letsIn({ allow, principals = {} }: Statement, service: string): boolean {
  const names = Object.values(principals).flat().map(text);
  return allow && names.some((name) => name === service || name === "*" || name === undefined);
}
