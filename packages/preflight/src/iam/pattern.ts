import type { Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { remembered } from "../graph/remembered.ts";
import { templateOf } from "../graph/texts.ts";
import { Expression, type Reference, text, type Value } from "../graph/value.ts";
import type { Answer } from "../network/addresses.ts";

/** A piece that AWS makes up, or that can't be known. */
export interface Hole {
  readonly hole: string;
  /** It is a whole ARN of something in the configuration: it means that, and nothing else. */
  readonly whole?: boolean;
}

/** A text, or a hole; in `compare` a text is a single character. */
type Piece = string | Hole;

/** A text in which some pieces can't be known, no two texts side by side. Two holes of one name hold the same. */
export type Pattern = readonly Piece[];

/** Whether a pattern holds everything: `*`. */
export function isEverything(pieces: Pattern): Answer {
  if (pieces.length === 1 && pieces[0] === "*") return "yes";
  return pieces.some(isOpen) ? "maybe" : "no";
}

let unnamed = 0;

/** A hole that is like no other. */
export function anything(): Hole {
  unnamed++;
  return { hole: `?${unnamed}` };
}

/** A pattern of texts and holes: `pattern("arn:aws:ecr:", anything(), …)`. */
export function pattern(...pieces: readonly Piece[]): Pattern {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (typeof piece === "string" && typeof last === "string") merged[merged.length - 1] = last + piece;
    else if (piece !== "") merged.push(piece);
  }
  return merged;
}

/**
 * The pattern that a value is, references to attributes that AWS makes up as holes of the attribute's name.
 *
 * @returns undefined where the value can't be read at all
 */
export const patternOf = remembered(read);

function read(value: Value): Pattern | undefined {
  const known = text(value);
  if (known !== undefined && !(value instanceof Expression && value.parts)) return pattern(known);
  if (!(value instanceof Expression) || value.parts === undefined) return undefined;
  return pattern(...value.parts.map((part) => (typeof part === "string" ? part : pieceOf(part))));
}

function pieceOf(reference: Reference): Piece {
  const known = text(templateOf([reference]));
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

/** Whether a pattern with `*` and `?`, as IAM has them, holds a text. */
export function matches(wanted: Pattern, found: Pattern): Answer {
  const [want, find] = [wanted[0], found[0]];
  if (typeof want === "object" && want.whole && typeof find === "object" && find.whole)
    return want.hole === find.hole ? matches(wanted.slice(1), found.slice(1)) : "no";
  if (typeof find === "object" && find.whole && typeof want === "string" && !/^[*?]/.test(want)) return "no";
  if (typeof want === "object" && want.whole && typeof find === "string") return "no";
  if (typeof want === "string" && typeof find === "string") {
    const answer = matchesText(want, wanted.length === 1, find, found.length === 1);
    if (answer !== undefined) return answer;
  }
  const [wants, finds] = [charactersOf(wanted), charactersOf(found)];
  if (compare(wants, finds, false)) return "yes";
  const mayHold = [...wanted, ...found].some(isOpen) && compare(wants, finds, true);
  return mayHold ? "maybe" : "no";
}

/**
 * What the texts that two patterns begin with tell: nearly always all of it.
 *
 * @param wantsOnly the pattern is this text and no more
 */
function matchesText(want: string, wantsOnly: boolean, find: string, findsOnly: boolean): Answer | undefined {
  const wildcard = want.search(/[*?]/);
  const start = wildcard < 0 ? want : want.slice(0, wildcard);
  if (!find.startsWith(start)) return findsOnly || !start.startsWith(find) ? "no" : undefined;
  if (wantsOnly && wildcard >= 0 && wildcard === want.length - 1 && want.endsWith("*")) return "yes";
  return wantsOnly && wildcard < 0 && findsOnly ? (find === want ? "yes" : "no") : undefined;
}

function charactersOf(pieces: Pattern): readonly Piece[] {
  return pieces.flatMap((piece): readonly Piece[] => (typeof piece === "string" ? piece.split("") : [piece]));
}

/** @param lenient a hole may hold anything; otherwise only what has the same name */
function compare(wanted: readonly Piece[], found: readonly Piece[], lenient: boolean): boolean {
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
function isOpen(piece: Piece | undefined): boolean {
  return typeof piece === "object" && !piece.whole;
}

function isSame(want: Piece | undefined, find: Piece | undefined): boolean {
  if (typeof want !== "object") return want === find || (want === "?" && typeof find === "string");
  return typeof find === "object" && want.hole === find.hole;
}
