import type { Failure } from "./rule.ts";

const FAILS = {
  plan: "Otherwise plan fails with",
  apply: "Otherwise apply fails with",
  push: "Otherwise a push fails with",
  runtime: "Otherwise it deploys, and then",
  destroy: "Otherwise destroy fails with",
} as const;

/** What happens where nothing is done about a problem: when, and in whose words, or `silent` and what one sees. */
export function outcomeOf({ when, prevents }: Failure): {
  readonly how: string;
  readonly what: string;
  readonly silent: boolean;
} {
  const seen = /^no error: (.*)$/s.exec(prevents)?.[1];
  return seen === undefined
    ? { how: FAILS[when], what: prevents, silent: false }
    : { how: "Otherwise it fails silently", what: seen, silent: true };
}
