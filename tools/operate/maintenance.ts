import {
  type Action,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  paginateDescribeRules,
  type Rule,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { InputError, UserError } from "@operation-app/preflight/input";
import { Address4, Address6 } from "ip-address";
import type { Session } from "./session.ts";

/**
 * Priorities that the stack leaves free: rules that Terraform does not know, so that no plan takes them for drift and no
 * apply takes them away.
 */
const LETS_PASS = 1;
const ANSWERS = 2;

/** Tag by which these rules are known; its value is since when. */
const TAG = "Maintenance";

/** What ELB takes as the body of a fixed response. */
const MAX_BYTES = 1024;
/** Values that a rule's conditions take together. */
const MAX_ADDRESSES = 5;

/** What visitors get where there is no page of one's own. */
export const DEFAULT_PAGE = `<!doctype html>
<html lang="ja">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>メンテナンス中 / Maintenance</title>
<style>body{max-width:32em;margin:20vh auto;padding:0 1em;font:16px/1.7 sans-serif;text-align:center}</style>
<h1>メンテナンス中です</h1>
<p>ただいまサービスを停止しています。しばらくしてから、もう一度お試しください。</p>
<div lang="en">
<h2>Down for maintenance</h2>
<p>We will be back soon. Please try again later.</p>
</div>
`;

export interface Maintenance {
  /** Since when, as ISO 8601 writes it; empty where nobody has written it down. */
  readonly since: string;
  /** Addresses that get the app, in CIDR notation. */
  readonly allowed: readonly string[];
}

/** @throws InputError where it is no page that ELB takes */
export function checkPage(page: string): void {
  const bytes = Buffer.byteLength(page);
  if (bytes === 0) throw new InputError("The page is empty.");
  if (bytes > MAX_BYTES)
    throw new InputError(
      `The page has ${bytes} bytes; the load balancer's limit is ${MAX_BYTES}. Shorten it, or load styles and images from elsewhere.`,
    );
}

/** What an address is made of, without names of zones or ports; numbers of IPv4 are decimal. */
const WRITTEN = /^[0-9a-f:]*[0-9a-f:.]+(\/\d{1,3})?$/i;

/**
 * Addresses as ELB's conditions take them.
 *
 * @throws InputError where one is none, or there are too many
 */
export function cidrBlocks(addresses: readonly string[]): string[] {
  if (addresses.length > MAX_ADDRESSES)
    throw new InputError(
      `A listener rule can have ${MAX_ADDRESSES} addresses. Write CIDR blocks such as 203.0.113.0/24.`,
    );
  return addresses.map((written) => {
    const Block = [Address4, Address6].find((kind) => WRITTEN.test(written) && kind.isValid(written));
    if (Block === undefined)
      throw new InputError(`"${written}" is not an address. Write one such as 203.0.113.7 or 203.0.113.0/24.`);
    return written.includes("/") ? written : `${written}${new Block(written).subnet}`;
  });
}

/** Whether maintenance is on. */
export async function inspectMaintenance(session: Session): Promise<Maintenance | undefined> {
  const { own } = await rulesOf(session);
  const answering = own.get(ANSWERS);
  if (!answering) return undefined;
  const [allowed = []] = (own.get(LETS_PASS)?.rule.Conditions ?? []).map(
    ({ SourceIpConfig }) => SourceIpConfig?.Values,
  );
  return { since: answering.since, allowed };
}

/**
 * Answers every visitor with 503 and a page, but for those of some addresses. Where it is on already, it gets this page and
 * these addresses.
 *
 * @throws UserError where another rule has its priority
 */
export async function startMaintenance(
  session: Session,
  {
    page,
    allowed,
    now = new Date(),
  }: { readonly page: string; readonly allowed: readonly string[]; readonly now?: Date },
): Promise<void> {
  const { own, all } = await rulesOf(session);
  const put = (priority: number, condition: RuleCondition, action: readonly Action[]) =>
    putRule(session, own.get(priority)?.rule, { priority, condition, actions: action, since: now.toISOString() });
  // In this order nobody who is let through is locked out for a moment.
  if (allowed.length > 0) {
    const { Actions = [] } = all.find(({ IsDefault }) => IsDefault) ?? {};
    await put(LETS_PASS, { Field: "source-ip", SourceIpConfig: { Values: [...allowed] } }, Actions);
  }
  const answer = { StatusCode: "503", ContentType: "text/html", MessageBody: page };
  await put(ANSWERS, { Field: "path-pattern", PathPatternConfig: { Values: ["*"] } }, [
    { Type: "fixed-response", FixedResponseConfig: answer },
  ]);
  if (allowed.length === 0) await deleteRules(session, [own.get(LETS_PASS)?.rule]);
}

/** @returns whether it was on */
export async function endMaintenance(session: Session): Promise<boolean> {
  const { own } = await rulesOf(session);
  // In this order: interrupted in between, maintenance is still on and seen, and not a rule that lets some past the others.
  await deleteRules(session, [own.get(LETS_PASS)?.rule, own.get(ANSWERS)?.rule]);
  return own.size > 0;
}

function listenerOf({ deployment }: Session): string {
  const { listenerArn, environment } = deployment;
  if (listenerArn !== undefined) return listenerArn;
  throw new UserError(`${environment.name}: its state has no listener of the load balancer.`);
}

/** Rules of the listener, and those of maintenance by their priority, by its tag. */
async function rulesOf(session: Session) {
  const client = session.clients.loadBalancing;
  const all: Rule[] = [];
  for await (const page of paginateDescribeRules({ client }, { ListenerArn: listenerOf(session) }))
    all.push(...(page.Rules ?? []));
  const candidates = all.filter(({ Priority }) => Priority === String(LETS_PASS) || Priority === String(ANSWERS));
  const since = await tagsOf(client, candidates);
  const own = new Map<number, { readonly rule: Rule; readonly since: string }>();
  for (const rule of candidates) {
    const at = since.get(rule.RuleArn);
    if (at !== undefined) own.set(Number(rule.Priority), { rule, since: at });
  }
  return { all, own };
}

async function tagsOf(client: ElasticLoadBalancingV2Client, rules: readonly Rule[]) {
  if (rules.length === 0) return new Map<string | undefined, string>();
  const ResourceArns = rules.map(({ RuleArn = "" }) => RuleArn);
  const { TagDescriptions = [] } = await client.send(new DescribeTagsCommand({ ResourceArns }));
  return new Map(
    TagDescriptions.flatMap(({ ResourceArn, Tags = [] }) =>
      Tags.filter(({ Key }) => Key === TAG).map(({ Value = "" }) => [ResourceArn, Value] as const),
    ),
  );
}

interface RuleInput {
  readonly priority: number;
  readonly condition: RuleCondition;
  readonly actions: readonly Action[];
  readonly since: string;
}

async function putRule(
  session: Session,
  existing: Rule | undefined,
  { priority, condition, actions, since }: RuleInput,
) {
  const client = session.clients.loadBalancing;
  const { app, name } = session.deployment.environment;
  const content = { Conditions: [condition], Actions: [...actions] };
  if (existing) {
    await client.send(new ModifyRuleCommand({ RuleArn: existing.RuleArn, ...content }));
    return;
  }
  const tags = { Application: app, Environment: name, [TAG]: since };
  try {
    await client.send(
      new CreateRuleCommand({
        ListenerArn: listenerOf(session),
        Priority: priority,
        ...content,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || !/^PriorityInUse/.test(error.name)) throw error;
    throw new UserError(
      `Another rule of the listener has priority ${priority}, which maintenance needs. Give it a higher one (the stack's own start at 3).`,
      { cause: error },
    );
  }
}

async function deleteRules({ clients }: Session, rules: readonly (Rule | undefined)[]): Promise<void> {
  for (const rule of rules) {
    if (rule) await clients.loadBalancing.send(new DeleteRuleCommand({ RuleArn: rule.RuleArn }));
  }
}
