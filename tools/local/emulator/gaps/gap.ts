import type { Call, Reply } from "../call.ts";

/**
 * One call that moto lacks or answers in a way that Terraform's AWS provider can't work with, and what stands in for it.
 *
 * A stand-in is as small as the provider allows. It is not an emulation: it checks nothing, except in Cognito, and makes nothing
 * happen.
 */
export interface Gap {
  /** The service's name in a request's signature. */
  readonly service: string;
  readonly action: string;
  /** What moto does on its own, and what that would mean for a deployment. */
  readonly why: string;
  /** What this answers instead. */
  readonly standIn: string;
  answer(call: Call, moto: Moto): Promise<Reply>;
}

/** The emulator behind the proxy, as a stand-in sees it. */
export interface Moto {
  /** Sends a call on as it came and gives moto's own answer. */
  forward(call: Call): Promise<Reply>;
  /** Asks moto something in the query protocol, in the caller's name and region; gives the XML of a good answer. */
  query(call: Call, service: string, version: string, parameters: Record<string, string>): Promise<string>;
}

/** All of them in one list: what one of the first forwards is answered by that of the others which is for the same call. */
export function inFrontOf(others: readonly Gap[], first: readonly Gap[]): Gap[] {
  return [...first.map((gap) => behind(gap, others)), ...others];
}

function behind(gap: Gap, others: readonly Gap[]): Gap {
  const next = others.find(({ service, action }) => service === gap.service && action === gap.action);
  if (!next) return gap;
  return { ...gap, answer: (call, moto) => gap.answer(call, { ...moto, forward: (to) => next.answer(to, moto) }) };
}
