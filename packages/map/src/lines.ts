import { INTERNET } from "@operation-app/preflight/network";
import type { Box, Layout } from "./layout.ts";
import type { StackMap, Wire } from "./stack-map.ts";

export type Point = readonly [x: number, y: number];

/** A wire, and the corners that it is drawn through. */
export interface Line {
  readonly wire: Wire;
  readonly points: readonly Point[];
  /** Where its ports are written; undefined where there is no room, or none. */
  readonly label: Point | undefined;
}

/** Room that a line leaves beside a card. */
const CLEAR = 12;
const STEP = 7;
/** What a label takes. */
const LABEL = { w: 66, h: 12 };

/** Draws every wire between its cards: down the gaps between rows, across between rows, beside all of them where need be. */
export function linesOf(map: StackMap, layout: Layout): Line[] {
  const router = new Router(map, layout);
  const labels: Point[] = [];
  const isRoom = ([x, y]: Point) => labels.every(([a, b]) => Math.abs(a - x) > LABEL.w || Math.abs(b - y) > LABEL.h);
  return map.wires.flatMap((wire): Line[] => {
    const points = router.route(wire);
    if (points === undefined) return [];
    const tidy = withoutRepeats(points);
    const label = wire.ports.length > 0 ? labelAt(tidy) : undefined;
    if (label === undefined || !isRoom(label)) return [{ wire, points: tidy, label: undefined }];
    labels.push(label);
    return [{ wire, points: tidy, label }];
  });
}

function withoutRepeats(points: readonly Point[]): Point[] {
  return points.filter(([x, y], index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before?.[0] === x && before[1] === y) return false;
    const isOnTheWay = before && after && ((before[0] === x && after[0] === x) || (before[1] === y && after[1] === y));
    return !isOnTheWay;
  });
}

/** Beside the arrow's head. */
function labelAt(points: readonly Point[]): Point | undefined {
  const [end, before] = [points.at(-1), points.at(-2)];
  if (!end || !before) return undefined;
  return end[0] === before[0] ? [end[0] + 8, end[1] > before[1] ? end[1] - 9 : end[1] + 15] : [end[0] - 74, end[1] - 6];
}

type Side = "above" | "below";

class Router {
  private readonly cards: ReadonlyMap<string, Box>;
  private readonly obstacles: readonly Box[];
  private readonly sites = new Map<string, "door" | "aws" | "top" | "inside">();
  private readonly uses = new Map<string, number>();
  private readonly layout: Layout;

  constructor({ things }: StackMap, layout: Layout) {
    this.layout = layout;
    this.cards = layout.cards;
    const inside = things.filter(({ place }) => place !== undefined);
    this.obstacles = [
      ...inside.flatMap(({ id }) => layout.cards.get(id) ?? []),
      ...layout.networks.flatMap(({ frames }) => frames),
    ];
    const topRow = layout.cards.get(INTERNET)?.y;
    for (const { id, kind, place } of things) {
      const site = kind === "door" ? "door" : place ? "inside" : layout.cards.get(id)?.y === topRow ? "top" : "aws";
      this.sites.set(id, site);
    }
  }

  route({ from, to }: Wire): Point[] | undefined {
    const [a, b] = [this.cards.get(from), this.cards.get(to)];
    if (!a || !b) return undefined;
    const [start, end] = [this.sites.get(from), this.sites.get(to)];
    if (start === "top" && end === "top") return this.alongTop(a, b);
    if (end === "door") return this.toDoor(a, b);
    if (end === "aws") return start === "door" || start === "aws" ? this.across(a, b, from) : this.toAws(a, b);
    return this.throughRows(a, b, from, to);
  }

  private alongTop(a: Box, b: Box): Point[] {
    const y = a.y + a.h / 2;
    const isNext = [...this.cards.values()].every((card) => card.y !== a.y || card.x <= a.x || card.x >= b.x);
    if (b.x > a.x && isNext)
      return [
        [a.x + a.w, y],
        [b.x, y],
      ];
    const lane = this.lane(a, "below");
    return [
      [a.x + a.w - 20, a.y + a.h],
      [a.x + a.w - 20, lane],
      [b.x + 20, lane],
      [b.x + 20, b.y + b.h],
    ];
  }

  /** All that goes to doors leaves a card at one place, and runs down one shaft: a comb. */
  private toDoor(a: Box, b: Box): Point[] {
    const { right } = this.layout.shafts;
    const [x, y, lane] = [a.x + a.w - 22, b.y + b.h / 2, this.lane(a, "below")];
    return [
      [x, a.y + a.h],
      [x, lane],
      [right, lane],
      [right, y],
      [b.x, y],
    ];
  }

  private toAws(a: Box, b: Box): Point[] {
    const { outside } = this.layout.shafts;
    const [x, y, lane] = [a.x + a.w - 36, b.y + b.h / 2, this.lane(a, "below") + 6];
    return [
      [x, a.y + a.h],
      [x, lane],
      [outside, lane],
      [outside, y],
      [b.x, y],
    ];
  }

  private across(a: Box, b: Box, from: string): Point[] {
    const [y, end] = [a.y + a.h / 2, b.y + b.h / 2];
    const x = b.x - 22 - (this.count(`across ${from}`) + this.count("across")) * 4;
    const bounded = Math.max(x, a.x + a.w + 14);
    return [
      [a.x + a.w, y],
      [bounded, y],
      [bounded, end],
      [b.x, end],
    ];
  }

  private throughRows(a: Box, b: Box, from: string, to: string): Point[] {
    const down = b.y >= a.y + a.h;
    const up = b.y + b.h <= a.y;
    const [exit, entry]: [Side, Side] = down ? ["below", "above"] : up ? ["above", "below"] : ["below", "below"];
    const [out, into] = [this.lane(a, exit), this.lane(b, entry)];
    const [outY, intoY] = [exit === "below" ? a.y + a.h : a.y, entry === "above" ? b.y : b.y + b.h];
    const end = this.slot(b, entry, to);
    const begins = isWithin(end, a) && a.w > b.w / 2 ? end : this.slot(a, exit, from);
    const ends = isWithin(begins, b) && begins !== end && this.isFree(begins, out, into) ? begins : end;
    if (begins === ends && this.isFree(begins, out, into))
      return [
        [begins, outY],
        [begins, intoY],
      ];
    const jog = (this.count(`lane ${out}`) % 4) * 5 - 6;
    if (out === into)
      return [
        [begins, outY],
        [begins, out + jog],
        [ends, out + jog],
        [ends, intoY],
      ];
    const shaft = this.shaft(begins, ends, out, into);
    return [
      [begins, outY],
      [begins, out + jog],
      [shaft, out + jog],
      [shaft, into + jog],
      [ends, into + jog],
      [ends, intoY],
    ];
  }

  /** The gap between rows that is next to a card. */
  private lane({ y, h }: Box, side: Side): number {
    const { lanes } = this.layout;
    const sorted = [...lanes].sort((a, b) => a - b);
    if (side === "below") return sorted.find((lane) => lane >= y + h) ?? y + h + 16;
    return sorted.findLast((lane) => lane <= y) ?? y - 16;
  }

  /** A place at a side of a card, another for each line. */
  private slot({ x, w }: Box, side: Side, id: string): number {
    const used = this.count(`${id} ${side}`);
    const offset = Math.ceil(used / 2) * 26 * (used % 2 === 0 ? 1 : -1);
    return Math.round(x + w / 2 + Math.max(Math.min(offset, w / 2 - 14), 14 - w / 2));
  }

  private count(key: string): number {
    const used = this.uses.get(key) ?? 0;
    this.uses.set(key, used + 1);
    return used;
  }

  /** Where a line can run from one gap between rows to another: near its end, between cards, or beside all of them. */
  private shaft(begins: number, ends: number, from: number, to: number): number {
    const between = this.between(from, to);
    const beside = between.flatMap(({ x, w }) => [x - CLEAR, x + w + CLEAR]);
    const near = [ends, begins, ...beside].filter((x) => this.isFree(x, from, to) && x > this.layout.shafts.left + 40);
    const [best] = near.sort(
      (a, b) => Math.abs(a - ends) + Math.abs(a - begins) - Math.abs(b - ends) - Math.abs(b - begins),
    );
    const reach = Math.abs(begins - this.layout.shafts.left) + Math.abs(ends - this.layout.shafts.left);
    const isNear = best !== undefined && Math.abs(best - ends) + Math.abs(best - begins) <= reach + 400;
    return isNear ? best : this.layout.shafts.left - (this.count("left") % 4) * STEP + 8;
  }

  private between(from: number, to: number): Box[] {
    const [top, bottom] = [Math.min(from, to), Math.max(from, to)];
    return this.obstacles.filter(({ y, h }) => y < bottom && y + h > top);
  }

  private isFree(at: number, from: number, to: number): boolean {
    return this.between(from, to).every(({ x, w }) => at <= x - CLEAR / 2 || at >= x + w + CLEAR / 2);
  }
}

function isWithin(at: number, { x, w }: Box): boolean {
  return at >= x + 14 && at <= x + w - 14;
}
