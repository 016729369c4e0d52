import { money } from "@operation-app/cost";
import { INTERNET } from "@operation-app/preflight/network";
import { hopInJapanese } from "../hop-words.ts";
import { KINDS, kindOfService, type Words } from "../kinds.ts";
import type { Box, Layout } from "../layout.ts";
import { PLACEHOLDERS, type StoredHop } from "../path-table.ts";
import type { StackMap, Thing } from "../stack-map.ts";
import type { Language } from "../svg.ts";
import { idOfAws } from "../things.ts";
import { CHANGES, HINT } from "../words.ts";

/** What the script of a page knows. */
export interface PageData {
  readonly things: readonly PageThing[];
  readonly paths: {
    /** Address, security groups, row. */
    readonly starts: readonly (readonly [string, string, number])[];
    /** As `--path` takes it, the card, security groups, address. */
    readonly ends: readonly (readonly [string, string, string, string])[];
    readonly rows: readonly (readonly number[])[];
    /** Verdict, hops, what to write, and the same in Japanese. */
    readonly paths: readonly (readonly [string, readonly PageHop[], string?, string?])[];
  };
  readonly placeholders: readonly string[];
  readonly changes: typeof CHANGES;
  readonly hint: readonly [string, string];
  /** @default that of the browser */
  readonly language?: Language | undefined;
}

/** The last is what it says in Japanese. */
type PageHop = readonly [...StoredHop, string?];

interface PageThing extends Pick<Thing, "id" | "kind" | "title" | "chips" | "settings" | "groups"> {
  readonly name: Words;
  readonly what: Words;
  readonly parts: readonly (readonly [string, string?, string?])[];
  readonly findings: readonly { readonly [key: string]: string | undefined }[];
  readonly cost?: string;
  readonly loses?: true;
  readonly box: readonly number[];
}

export function pageData(map: StackMap, layout: Layout, language: Language | undefined): PageData {
  const { starts, ends, rows, paths } = map.paths;
  return {
    things: map.things.flatMap((thing) => {
      const box = layout.cards.get(thing.id);
      return box ? [pageThing(thing, box)] : [];
    }),
    paths: {
      starts: starts.map(({ id, groups, row }) => [id, groups, row] as const),
      ends: ends.map(({ id, thing, groups }) => [id, cardOf(id, thing), groups, thing] as const),
      rows,
      paths: paths.map(({ verdict, hops, fix }) => {
        const said = hops.map(([passes, at, what]): PageHop => [passes, at, what, hopInJapanese(what)]);
        return fix === undefined ? [verdict, said] : [verdict, said, fix, hopInJapanese(fix)];
      }),
    },
    placeholders: PLACEHOLDERS,
    changes: CHANGES,
    hint: [HINT.en, HINT.ja],
    language,
  };
}

/** The card that an end of a path is drawn as. */
function cardOf(id: string, thing: string): string {
  if (thing !== "") return thing;
  return id === INTERNET ? INTERNET : idOfAws(kindOfService(id));
}

function pageThing(thing: Thing, { x, y, w, h }: Box): PageThing {
  const { id, kind, title, chips, settings, groups, parts, findings, cost, losesData } = thing;
  return {
    ...{ id, kind, title, chips, settings, groups },
    name: KINDS[kind].name,
    what: KINDS[kind].what,
    parts: parts.map(({ address, source, change }) =>
      change ? [address, source ?? "", change] : source ? [address, source] : [address],
    ),
    findings: findings.map(({ id: rule, severity, address, message, fix }) => ({
      id: rule,
      severity,
      address,
      message,
      fix,
    })),
    ...(cost && { cost: money(cost) }),
    ...(losesData && { loses: true as const }),
    box: [x, y, w, h],
  };
}
