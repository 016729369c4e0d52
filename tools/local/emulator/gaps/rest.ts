import type { Call, Reply } from "../call.ts";
import type { Moto } from "./gap.ts";

/** A call whose protocol says in method and path what is asked for, as a stand-in reads it. */
export interface RestCall {
  readonly call: Call;
  readonly moto: Moto;
  /** What the groups of the route's path matched. */
  readonly names: readonly string[];
  readonly query: URLSearchParams;
  /** The body as JSON. */
  input<T>(): T;
}

/** Answers of one method and path; the pattern takes the whole path, with or without a last slash. */
export type Route = readonly [method: string, path: RegExp, answer: (call: RestCall) => Reply | Promise<Reply>];

/** What the first route that fits a call answers, and else moto. */
export function routed(routes: readonly Route[]): (call: Call, moto: Moto) => Promise<Reply> {
  return async (call, moto) => {
    const { pathname, searchParams: query } = new URL(call.path, "http://emulator");
    const path = pathname.replace(/\/$/, "");
    for (const [method, pattern, answer] of routes) {
      const [whole, ...names] = (call.method === method && path.match(pattern)) || [];
      if (whole === path)
        return answer({ call, moto, names, query, input: () => JSON.parse(call.body.toString("utf8")) });
    }
    return moto.forward(call);
  };
}
