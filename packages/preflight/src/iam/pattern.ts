import type { Resource } from "../graph/graph.ts";
import { remembered } from "../graph/remembered.ts";
import { Expression, linked, type Reference, text, type Value } from "../graph/value.ts";
import type { Answer } from "../network/addresses.ts";

/** A piece that AWS makes up, or that can't be known. */
export interface Hole {
  readonly hole: string;
  /** It is a whole ARN of something in the configuration: it means that, and nothing else. */
  readonly whole?: boolean;
}

/** A character of an ARN or a pattern, or a hole. */
type Token = string | Hole;

/** A text in which some pieces can't be known. Two holes of one name hold the same. */
export type Pattern = readonly Token[];

/** Whether a pattern holds everything: `*`. */
export function isEverything(tokens: Pattern): Answer {
  if (tokens.length === 1 && tokens[0] === "*") return "yes";
  return tokens.some((token) => typeof token === "object" && !token.whole) ? "maybe" : "no";
}

let unnamed = 0;

/** A hole that is like no other. */
export function anything(): Hole {
  unnamed++;
  return { hole: `?${unnamed}` };
}

/** A pattern of texts and holes: `pattern("arn:aws:ecr:", anything(), …)`. */
export function pattern(...pieces: readonly Token[]): Pattern {
  const tokens: Token[] = [];
  for (const piece of pieces) {
    if (typeof piece === "object") tokens.push(piece);
    else for (let i = 0; i < piece.length; i++) tokens.push(piece.charAt(i));
  }
  return tokens;
}

/**
 * The pattern that a value is, references to attributes that AWS makes up as holes of the attribute's name.
 *
 * @returns undefined where the value can't be read at all
 */
export function patternOf(value: Value): Pattern | undefined {
  return value instanceof Expression ? readOnce(value) : read(value);
}

const readOnce = remembered<Expression, Pattern | undefined>(read);

function read(value: Value): Pattern | undefined {
  const known = text(value);
  if (known !== undefined && !(value instanceof Expression && value.parts)) return pattern(known);
  if (!(value instanceof Expression) || value.parts === undefined) return undefined;
  return pattern(...value.parts.map((part) => (typeof part === "string" ? part : tokenOf(part))));
}

function tokenOf(reference: Reference): Token {
  const known = text(new Expression({ parts: [reference] }));
  if (known !== undefined) return known;
  const [resource, ...others] = reference.resources;
  if (resource === undefined || others.length > 0) return anything();
  // A version's ARN is its secret's.
  const [secret] =
    resource.type === "aws_secretsmanager_secret_version"
      ? linked(resource.get("secret_id"), "aws_secretsmanager_secret").resources
      : [];
  const hole = secret
    ? holeName(secret.type, secret.address, "arn")
    : holeName(resource.type, resource.address, reference.attribute);
  return { hole, whole: /(?:@|[._])arn$/.test(hole) };
}

/** Attributes of which the provider says that they are the ARN. */
const ARN_IS_ID = /aws_(secretsmanager_secret|sns_topic|lb|alb|lb_target_group|lb_listener|iam_policy|ecs_cluster)$/;

/** The ARN of a resource, which AWS makes up. */
export function arnOf(resource: Resource): Hole {
  return { hole: holeName(resource.type, resource.address, "arn"), whole: true };
}

export function holeName(type: string, address: string, attribute: string): string {
  return `${address}@${attribute === "id" && ARN_IS_ID.test(type) ? "arn" : attribute}`;
}

const answers = new Map<string, Answer>();
const MOST_REMEMBERED = 100_000;

/** Whether a pattern with `*` and `?`, as IAM has them, holds a text. */
export function matches(wanted: Pattern, found: Pattern): Answer {
  const [want, find] = [wanted[0], found[0]];
  if (beginDifferently(want, find)) return "no";
  // What follows the same whole ARN is often the same too, and then compared before.
  if (typeof want === "object" && want.whole && typeof find === "object" && find.whole)
    return matches(wanted.slice(1), found.slice(1));
  if (differBeforeAWildcard(wanted, found)) return "no";
  const key = `${written(wanted)}\n${written(found)}`;
  const known = answers.get(key);
  if (known) return known;
  const answer = compare(wanted, found, false) ? "yes" : compare(wanted, found, true) ? "maybe" : "no";
  if (answers.size > MOST_REMEMBERED) answers.clear();
  answers.set(key, answer);
  return answer;
}

/** Whole ARNs of two things, or one and a text, have nothing in common: most comparisons end here. */
function beginDifferently(want: Token | undefined, find: Token | undefined): boolean {
  const wantsWhole = typeof want === "object" && want.whole === true;
  const findsWhole = typeof find === "object" && find.whole === true;
  if (wantsWhole && findsWhole) return want.hole !== find.hole;
  return (
    (wantsWhole && typeof find === "string") || (findsWhole && typeof want === "string" && want !== "*" && want !== "?")
  );
}

/** Most actions do: `ecr:` is not `logs:`. */
function differBeforeAWildcard(wanted: Pattern, found: Pattern): boolean {
  for (let i = 0; i < wanted.length; i++) {
    const [want, find] = [wanted[i], found[i]];
    if (typeof want !== "string" || want === "*" || want === "?" || typeof find === "object") return false;
    if (want !== find) return true;
  }
  return false;
}

const written = remembered((tokens: Pattern): string =>
  tokens
    .map((token) => (typeof token === "string" ? token : `\0${token.hole.startsWith("?") ? "" : token.hole}\0`))
    .join(""),
);

/** @param lenient a hole may hold anything; otherwise only what has the same name */
function compare(wanted: Pattern, found: Pattern, lenient: boolean): boolean {
  const width = found.length + 1;
  const end = wanted.length * width + found.length;
  const seen = new Uint8Array(end + 1);
  const open: number[] = [];
  const visit = (i: number, j: number) => {
    const place = i * width + j;
    if (i > wanted.length || j > found.length || seen[place]) return;
    seen[place] = 1;
    open.push(place);
  };
  visit(0, 0);
  while (open.length > 0 && !seen[end]) {
    const place = open.pop() as number;
    const [i, j] = [Math.floor(place / width), place % width];
    const [want, find] = [wanted[i], found[j]];
    if (want === "*" || (lenient && isOpen(want))) {
      visit(i + 1, j);
      visit(i, j + 1);
    }
    if (lenient && isOpen(find)) {
      visit(i, j + 1);
      if (want !== ":") visit(i + 1, j); // a piece of an ARN ends at the colon
    }
    if (isSame(want, find)) visit(i + 1, j + 1);
  }
  return seen[end] === 1;
}

/** Whether a hole may hold anything. */
function isOpen(token: Token | undefined): boolean {
  return typeof token === "object" && !token.whole;
}

function isSame(want: Token | undefined, find: Token | undefined): boolean {
  if (typeof want !== "object") return want === "?" || want === find;
  return typeof find === "object" && want.hole === find.hole;
}
