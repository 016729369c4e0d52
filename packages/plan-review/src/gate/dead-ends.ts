import { counted } from "@operation-app/preflight/terminal";
import { listOf, objectOf, type Plan } from "../plan.ts";
import type { Fields } from "../policy-documents.ts";

/** What a type's objects are known by to others. */
interface Known {
  /** Whether it leads to something. */
  readonly leads: (values: Fields) => boolean;
  /** What others see when it does not any more. */
  readonly says: (before: Fields, isGone: boolean) => string;
}

/** Types of records that clients look a name up by. */
const LOOKED_UP = /^(A|AAAA|CNAME|MX)$/;

const KNOWN: Readonly<Record<string, Known>> = {
  aws_route53_record: {
    leads: ({ type }) => LOOKED_UP.test(String(type)),
    says: ({ name, fqdn, type }) =>
      `is deleted, and no other ${type} record has its name: ${fqdn ?? name} leads nowhere from then on.`,
  },
  aws_eip: {
    leads: ({ public_ip: address }) => typeof address === "string",
    says: ({ public_ip: address }) =>
      `gives ${address} back to AWS, and it can't be allocated again: everyone who allows or calls this address needs the new one.`,
  },
  aws_cloudfront_distribution: {
    leads: ({ enabled }) => enabled === true,
    says: (_, isGone) =>
      `is ${isGone ? "deleted" : "switched off"}: what it serves can't be reached by it from then on.`,
  },
  // What a load balancer leads to is noted with the target group, see `outages`.
  aws_ecs_service: {
    leads: ({ desired_count: count, load_balancer: balancers }) => Number(count) > 0 && listOf(balancers).length === 0,
    says: ({ desired_count: count }) => `runs ${counted(Number(count), "task")}, and none from then on.`,
  },
};

/** Names, addresses, distributions and services that lead nowhere after this plan. */
export function deadEnds({ resource_changes: changes }: Plan): string[] {
  const key = ({ name, zone_id, type: own }: Fields, type = own) => [name, type, zone_id].join(" ");
  const records = changes.filter(({ type, change }) => type === "aws_route53_record" && change.after !== null);
  const left = new Set(records.map(({ change }) => key(objectOf(change.after))));
  return changes.flatMap(({ address, type, deposed, change: { actions, before, after } }) => {
    const [known, old] = [KNOWN[type], objectOf(before)];
    const isGone = actions.includes("delete");
    if (!known?.leads(old) || deposed !== undefined || !(isGone || actions.includes("update"))) return [];
    if (!isGone && (type === "aws_eip" || known.leads(objectOf(after)))) return [];
    const isReplaced = actions.includes("create") && type !== "aws_eip";
    const isAnswered = type === "aws_route53_record" && answering(old.type).some((one) => left.has(key(old, one)));
    return isReplaced || isAnswered ? [] : [`${address} ${known.says(old, isGone)}`];
  });
}

/** Types of records that answer whoever looks for one of this type: a CNAME stands for all others. */
function answering(type: unknown): unknown[] {
  return type === "CNAME" ? [type, "A", "AAAA"] : [type, "CNAME"];
}
