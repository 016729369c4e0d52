import type { Graph, Resource } from "../../graph/graph.ts";
import { linkedResource } from "../../graph/links.ts";
import { type Block, blocks, Expression, items, text, type Value } from "../../graph/value.ts";
import { LISTENER_RULE_TYPES, LISTENER_TYPES, lbOf } from "../../network/load-balancers.ts";
import { settingOf } from "../cognito/client.ts";
import { textsOf } from "./attributes.ts";
import { fitsPattern, type HostName, hostsOf, mayAnswer } from "./hosts.ts";

/** Where a load balancer takes people back from the log-in. */
export const CALLBACK_PATH = "/oauth2/idpresponse";

/** A log-in in front of a load balancer's targets. */
export interface LogIn {
  /** The listener or rule that has the action. */
  readonly at: Resource;
  readonly listener: Resource | undefined;
  readonly lb: Resource | undefined;
  /** The `authenticate_cognito` block. */
  readonly settings: Block;
  /** Made in this configuration; undefined where it is not, or can't be known. */
  readonly client: Resource | undefined;
  readonly pool: Resource | undefined;
  readonly domain: Resource | undefined;
}

export function logIns(graph: Graph): readonly LogIn[] {
  return graph.once(collectLogIns);
}

function collectLogIns(graph: Graph): LogIn[] {
  return [...authenticatingActions(graph)].flatMap(({ at, listener, action }) =>
    blocks(action.authenticate_cognito).blocks.map((settings) => ({
      at,
      listener,
      lb: listener && lbOf(listener),
      settings,
      client: linkedResource(settings.user_pool_client_id, "aws_cognito_user_pool_client"),
      pool: linkedResource(settings.user_pool_arn, "aws_cognito_user_pool"),
      domain: linkedResource(settings.user_pool_domain, "aws_cognito_user_pool_domain"),
    })),
  );
}

export function* authenticatingActions(
  graph: Graph,
): Generator<{ at: Resource; listener: Resource | undefined; action: Block }> {
  for (const at of graph.ofType(...LISTENER_TYPES, ...LISTENER_RULE_TYPES)) {
    const isListener = LISTENER_TYPES.some((type) => type === at.type);
    const listener = isListener ? at : linkedResource(at.get("listener_arn"), ...LISTENER_TYPES);
    for (const action of blocks(at.get(isListener ? "default_action" : "action")).blocks) {
      if (text(action.type)?.startsWith("authenticate-")) yield { at, listener, action };
    }
  }
}

/** A callback URL as far as it is known. */
interface Callback {
  readonly url: string;
  /** undefined where a part of it can't be known. */
  readonly host: string | undefined;
  /** It is, or may be, one that a load balancer sends. */
  readonly fits: boolean;
}

/** Stands for what can't be known. */
const HOLE = "…";

function callbackOf(value: Value): Callback {
  const parts =
    value instanceof Expression ? value.parts?.map((part) => (typeof part === "string" ? part : HOLE)) : undefined;
  const url = text(value) ?? parts?.join("") ?? HOLE;
  const host = /^https:\/\/([^/?#]*)/.exec(url)?.[1]?.replace(/:\d+$/, "");
  return { url, host: host?.includes(HOLE) ? undefined : host, fits: mayBeCallback(url) };
}

function mayBeCallback(url: string): boolean {
  const [head = "", ...others] = url.split(HOLE);
  const tail = others.at(-1);
  if (tail === undefined) return /^https:\/\/[^/?#]+(.*)$/.exec(url)?.[1] === CALLBACK_PATH;
  const startsRight = "https://".startsWith(head) || /^https:\/\/[^/?#]*(\/|$)/.test(head);
  return startsRight && (CALLBACK_PATH.endsWith(tail) || /^[^/?#]*\/oauth2\/idpresponse$/.test(tail));
}

export function callbacksOf(graph: Graph, client: Resource): { callbacks: readonly Callback[]; complete: boolean } {
  const listed = items(settingOf(graph, client, "callback_urls"));
  return { callbacks: listed.items.map(callbackOf), complete: listed.complete };
}

/** Host names by which people come to a log-in, as patterns or records; undefined where not all are known. */
export function hostsOfLogIn(
  graph: Graph,
  { at, lb }: LogIn,
): { names: readonly string[]; has: (host: string) => boolean } | undefined {
  const conditions = blocks(at.get("condition")).blocks.flatMap((condition) => blocks(condition.host_header).blocks);
  if (conditions.length > 0) {
    const patterns = conditions.map(({ values }) => textsOf(values));
    if (!patterns.every(({ complete, texts }) => complete && texts.length > 0)) return undefined;
    return {
      names: patterns.flatMap(({ texts }) => texts),
      has: (host) => patterns.every(({ texts }) => texts.some((pattern) => fitsPattern(pattern, host))),
    };
  }
  // Something else may stand in front of it, with a name of its own.
  if (!lb || graph.ofType("aws_cloudfront_distribution", "aws_globalaccelerator_accelerator").length > 0)
    return undefined;
  const { byLb, all } = hostsOf(graph);
  const hosts = byLb.get(lb);
  if (!hosts || hosts.open || all.open) return undefined;
  return {
    names: hosts.names.map(({ name }) => name),
    has: (host) => all.names.some((record: HostName) => mayAnswer(record, host)),
  };
}
