import { money } from "@operation-app/cost";
import { INTERNET } from "@operation-app/preflight/network";
import { hopInJapanese } from "../hop-words.ts";
import { KINDS, kindOfService } from "../kinds.ts";
import type { Box, Layout } from "../layout.ts";
import { PLACEHOLDERS } from "../path-table.ts";
import type { StackMap, Thing } from "../stack-map.ts";
import type { Language } from "../svg.ts";
import { idOfAws } from "../things.ts";
import { CHANGES, HINT } from "../words.ts";
import type { PageData, PageHop, PageThing } from "./client/page-data.ts";

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
