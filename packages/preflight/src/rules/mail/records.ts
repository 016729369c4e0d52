import type { Graph, Resource } from "../../graph/graph.ts";
import { text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { textsOf } from "../shared/attributes.ts";
import { hostNameOf } from "../shared/hosts.ts";

const SPF = "https://datatracker.ietf.org/doc/html/rfc7208";
const DMARC = "https://datatracker.ietf.org/doc/html/rfc7489#section-6.3";

/** DNS questions that a receiver may ask for one SPF record. Source: section 4.6.4 of RFC 7208. */
const MAX_LOOKUPS = 10;
const ASKING = /^[+?~-]?(?:include:|exists:|(?:a|mx|ptr)(?:$|[:/]))|^redirect=/i;

const NO_SPF = "no error: spf=permerror in the headers of each mail, which counts as no SPF at all";
const NO_DMARC = "no error: receivers treat the domain as one without DMARC, and dmarc=none stands in the headers";

export const MAIL_RECORD_RULES: readonly Rule[] = [
  defineRule({
    id: "MAIL-003",
    severity: "error",
    title: "A name has one SPF record that receivers can evaluate",
    reference: SPF,
    problems: {
      several: {
        when: "runtime",
        prevents: NO_SPF,
        cause: "Two texts that begin with v=spf1 are an error; all senders go into one.",
      },
      lookups: {
        when: "runtime",
        prevents: NO_SPF,
        cause: "A receiver asks DNS at most ten times for include, a, mx, ptr, exists and redirect together.",
      },
      everybody: {
        when: "runtime",
        prevents: "no error: a mail from anybody passes as one of the domain",
        cause: "all without a sign, or with +, lets every address send.",
      },
      last: {
        when: "runtime",
        prevents: "no error: senders behind all are never looked at, and their mail fails",
        cause: "all matches every address, so that what is behind it is ignored.",
      },
      version: {
        when: "runtime",
        prevents: "no error: spf=none in the headers of each mail",
        cause: "A text is SPF if it begins with v=spf1 and a space.",
        severity: "warning",
      },
    },
    *check(graph) {
      for (const { record, name, texts } of textRecords(graph)) {
        const wrong = spfProblem(name, texts);
        if (wrong) yield { ...wrong, at: record, attribute: "records" };
      }
    },
  }),
  defineRule({
    id: "MAIL-004",
    severity: "error",
    title: "A DMARC record has the form that receivers read",
    reference: DMARC,
    problems: {
      form: {
        when: "runtime",
        prevents: NO_DMARC,
        cause: "A record begins with v=DMARC1, then p=none, p=quarantine or p=reject, with semicolons between.",
      },
      several: {
        when: "runtime",
        prevents: NO_DMARC,
        cause: "Receivers that find two records apply neither.",
      },
      report: {
        when: "runtime",
        prevents: "no error: no reports arrive",
        cause: "rua and ruf are addresses as URIs.",
        severity: "warning",
      },
    },
    *check(graph) {
      for (const { record, name, texts } of textRecords(graph)) {
        const wrong = name.startsWith("_dmarc.") ? dmarcProblem(texts) : undefined;
        if (wrong) yield { ...wrong, at: record, attribute: "records" };
      }
    },
  }),
];

interface TextRecord {
  readonly record: Resource;
  readonly name: string;
  /** Those that are known, without quotes inside: long texts are several, which receivers join. */
  readonly texts: readonly string[];
}

function* textRecords(graph: Graph): Generator<TextRecord> {
  for (const record of graph.ofType("aws_route53_record")) {
    const type = text(record.get("type"));
    if ((type !== "TXT" && type !== "SPF") || !record.isPlanned) continue;
    const texts = textsOf(record.get("records")).texts.map((one) =>
      one.replace(/^"|"$/g, "").replace(/"\s*"/g, "").trim(),
    );
    yield { record, name: hostNameOf(record)?.name ?? "", texts };
  }
}

type Wrong<Kind extends string> = Omit<KindOfProblem<Kind>, "at">;

function spfProblem(
  name: string,
  texts: readonly string[],
): Wrong<"several" | "lookups" | "everybody" | "last" | "version"> | undefined {
  const own = texts.filter((one) => /^v=spf1(?:\s|$)/i.test(one));
  if (own.length > 1) {
    const message = `has ${own.length} SPF texts${name === "" ? "" : ` for "${name}"`}.`;
    return { kind: "several", message, fix: "Join them: one v=spf1, the mechanisms of both, and one all." };
  }
  const misspelt = texts.find((one) => /^["']?\s*(?:spf1|spf|v\s*=\s*spf\d?)\b/i.test(one) && !own.includes(one));
  if (misspelt !== undefined && /\b(?:include:|all\b)/i.test(misspelt)) {
    const message = `has "${misspelt.slice(0, 60)}", which does not begin with v=spf1.`;
    return { kind: "version", message, fix: 'Begin it with "v=spf1 ".' };
  }
  const [spf] = own;
  if (spf === undefined) return undefined;
  const terms = spf.split(/\s+/).slice(1);
  const lookups = terms.filter((term) => ASKING.test(term)).length;
  if (lookups > MAX_LOOKUPS) {
    const message = `has an SPF text that takes ${lookups} DNS lookups, and more for what its includes include.`;
    return { kind: "lookups", message, fix: `Take out what no longer sends, down to ${MAX_LOOKUPS} in all.` };
  }
  if (terms.some((term) => /^\+?all$/i.test(term))) {
    return {
      kind: "everybody",
      message: 'has an SPF text with "all" that lets everybody send.',
      fix: 'Write "~all" or "-all".',
    };
  }
  const all = terms.findIndex((term) => /^[?~-]all$/i.test(term));
  const behind = all < 0 ? undefined : terms.slice(all + 1).find((term) => !term.includes("="));
  return behind === undefined
    ? undefined
    : {
        kind: "last",
        message: `has an SPF text with "${behind}" behind "${terms[all]}".`,
        fix: `Put "${terms[all]}" last.`,
      };
}

function dmarcProblem(texts: readonly string[]): Wrong<"form" | "several" | "report"> | undefined {
  const own = texts.filter((one) => /dmarc/i.test(one));
  const [first] = own;
  if (first === undefined) return undefined;
  if (own.length > 1) {
    return { kind: "several", message: `has ${own.length} DMARC texts.`, fix: "Leave one." };
  }
  const tags = first.split(";").map((tag) => tag.split("=").map((one) => one.trim()));
  const tagged = (wanted: string) => tags.find(([tag = ""]) => tag.toLowerCase() === wanted)?.[1];
  const [version = []] = tags;
  const policy = tagged("p");
  const fix = 'Write it like "v=DMARC1; p=none; rua=mailto:dmarc@example.com".';
  if (
    version[0]?.toLowerCase() !== "v" ||
    version[1] !== "DMARC1" ||
    !/^(?:none|quarantine|reject)$/i.test(policy ?? "")
  ) {
    return { kind: "form", message: `has the DMARC text "${first.slice(0, 80)}".`, fix };
  }
  const address = ["rua", "ruf"]
    .flatMap((tag) => (tagged(tag) ?? "").split(","))
    .find((one) => one !== "" && !/^\s*(?:mailto|https?):/i.test(one));
  return address === undefined
    ? undefined
    : {
        kind: "report",
        message: `sends DMARC reports to "${address.trim()}", which is no URI.`,
        fix: `Write "mailto:${address.trim()}".`,
      };
}
