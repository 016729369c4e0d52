import { INTERNET } from "@operation-app/preflight/network";
import { KINDS } from "./kinds.ts";
import type { NetworkArea, StackMap, Thing } from "./stack-map.ts";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Column extends Box {
  readonly zone: string;
}

/** Rows of a network that have the same kind of subnets. */
export interface Band extends Box {
  readonly isPublic: boolean | undefined;
}

export interface PlacedNetwork extends Box {
  readonly area: NetworkArea;
  readonly columns: readonly Column[];
  readonly bands: readonly Band[];
  /** Frames around what stands in several zones. */
  readonly frames: readonly Box[];
  readonly doors: Box | undefined;
}

/** The picture, before lines are drawn in it: for the same map the same, whatever order its resources have. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly cards: ReadonlyMap<string, Box>;
  readonly networks: readonly PlacedNetwork[];
  readonly aws: Box | undefined;
  readonly removed: Box | undefined;
  /** Where lines may run across, by y: between the rows. */
  readonly lanes: readonly number[];
  /** Where lines may run down beside all rows, by x. */
  readonly shafts: { readonly left: number; readonly right: number; readonly outside: number };
}

const EDGE = 20;
const GAP = 44;
const TOP = { y: 20, h: 60 };
const CARD = { h: 64, withChips: 82, small: 44, least: 176, leastSmall: 160 };
const SHAFT = { left: 64, right: 56, outside: 84 };
const DOOR = { w: 192, h: 40, gap: 10 };
const AWS = { w: 268, h: 50, gap: 10, head: 40 };
const HEAD = { network: 34, zones: 26, band: 24 };

/** Width of a column, by how many there are. */
function columnWidth(zones: number, things: number): number {
  const usual = [620, 620, 320, 250, 220][Math.min(zones, 4)] ?? 220;
  return things > 60 ? Math.max(usual, Math.floor(1500 / Math.max(zones, 1))) : usual;
}

/** Places everything: zones are columns, public stands above private, who asks above who is asked. */
export function layoutOf(map: StackMap): Layout {
  const cards = new Map<string, Box>();
  const lanes: number[] = [TOP.y + TOP.h + GAP / 2];
  const networks: PlacedNetwork[] = [];
  let y = TOP.y + TOP.h + GAP;
  for (const area of map.networks) {
    const things = map.things.filter(({ place }) => place?.network === area.id);
    if (things.length === 0 && area.zones.length === 0) continue;
    const network = placeNetwork(area, things, y, cards, lanes);
    networks.push(network);
    y = network.y + network.h + GAP / 2;
  }
  const right = Math.max(EDGE + 480, ...networks.map((one) => one.x + one.w));
  const aws = placeAws(map, right + SHAFT.outside, cards);
  placeTop(map, right, cards);
  const bottom = Math.max(y, aws ? aws.y + aws.h : 0);
  const width = (aws ? aws.x + aws.w : right) + EDGE;
  const removed = placeRemoved(map, { x: EDGE, y: bottom + 12, w: width - 2 * EDGE, h: 0 }, cards);
  const doors = networks.flatMap((one) => one.doors ?? []);
  return {
    width: Math.max(width, ...[...cards.values()].map(({ x, w }) => x + w + EDGE)),
    height: (removed ? removed.y + removed.h : bottom) + EDGE,
    cards,
    networks,
    aws,
    removed,
    lanes,
    shafts: {
      left: EDGE + SHAFT.left / 2,
      right: (doors[0]?.x ?? right - 16) - SHAFT.right / 2 + 8,
      outside: right + SHAFT.outside / 2,
    },
  };
}

/** `worker-2` before `worker-10`. */
const NUMBERS = new Intl.Collator("en", { numeric: true });

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return NUMBERS.compare(a.id, b.id) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** People, the internet, and what stands before the network. */
function placeTop({ things }: StackMap, right: number, cards: Map<string, Box>): void {
  const front = things.filter(
    ({ id, kind, change }) => KINDS[kind].site === "front" && id !== "people" && id !== INTERNET && !isGone(change),
  );
  const w = 210;
  const middle = Math.max((EDGE + right) / 2 - w / 2, EDGE + w + 80);
  cards.set("people", { x: Math.max(EDGE, middle - w - 90), y: TOP.y, w: 190, h: TOP.h });
  cards.set(INTERNET, { x: middle, y: TOP.y, w, h: TOP.h });
  for (const [index, { id }] of front.entries())
    cards.set(id, { x: middle + w + 70 + index * (w + 24), y: TOP.y, w, h: TOP.h });
}

function isGone(change: Thing["change"]): boolean {
  return change === "delete" || change === "forget";
}

interface Group {
  readonly things: readonly Thing[];
  readonly first: number;
  readonly last: number;
  readonly layer: number;
}

function placeNetwork(
  area: NetworkArea,
  things: readonly Thing[],
  top: number,
  cards: Map<string, Box>,
  lanes: number[],
): PlacedNetwork {
  const inside = things.filter(({ kind }) => KINDS[kind].site === "network").sort(byId);
  const doors = things.filter(({ kind }) => KINDS[kind].site === "door").sort(byDoor);
  const zones = area.zones.length;
  const w = columnWidth(zones, inside.length);
  const left = EDGE + SHAFT.left;
  const columns = Math.max(zones, 1);
  const inner = { x: left, w: w * columns };
  const rows = new Rows(top + HEAD.network + (zones > 0 ? HEAD.zones : 6));
  const bands: Band[] = [];
  const frames: Box[] = [];
  for (const isPublic of [true, undefined, false]) {
    const own = inside.filter(({ place }) => place?.isPublic === isPublic);
    if (own.length === 0) continue;
    const from = rows.y;
    rows.y += HEAD.band;
    for (const shelf of shelvesOf(groupsOf(own, zones))) {
      const heights = shelf.map((group) => placeGroup(group, inner.x, w, rows.y, cards, frames));
      rows.y += Math.max(...heights) + GAP;
      lanes.push(rows.y - GAP / 2);
    }
    bands.push({ isPublic, x: inner.x - 8, y: from, w: inner.w + 16, h: rows.y - from - 10 });
  }
  const doorTop = top + HEAD.network + HEAD.zones + HEAD.band;
  const doorX = left + inner.w + SHAFT.right;
  for (const [index, { id }] of doors.entries())
    cards.set(id, { x: doorX, y: doorTop + index * (DOOR.h + DOOR.gap), w: DOOR.w, h: DOOR.h });
  const bottom = Math.max(rows.y, doorTop + doors.length * (DOOR.h + DOOR.gap) + 8, top + 90);
  const doorBox =
    doors.length > 0
      ? { x: doorX - 8, y: doorTop - 26, w: DOOR.w + 16, h: doors.length * (DOOR.h + DOOR.gap) + 26 }
      : undefined;
  const width = SHAFT.left + inner.w + (doors.length > 0 ? SHAFT.right + DOOR.w + 20 : 24);
  return {
    area,
    x: EDGE,
    y: top,
    w: width,
    h: bottom - top,
    columns: area.zones.map((zone, index) => ({
      zone,
      x: left + index * w,
      y: top + HEAD.network,
      w,
      h: bottom - top - HEAD.network - 8,
    })),
    bands,
    frames,
    doors: doorBox,
  };
}

/** Where the next row begins. */
class Rows {
  y: number;

  constructor(y: number) {
    this.y = y;
  }
}

/** Doors stand in the order of what they lead to, so that their lines do not cross. */
function byDoor(a: Thing, b: Thing): number {
  return a.title < b.title ? -1 : a.title > b.title ? 1 : byId(a, b);
}

/** What stands in the same zones, and in the same row. */
function groupsOf(things: readonly Thing[], zones: number): Group[] {
  const found = new Map<string, Thing[]>();
  for (const thing of things) {
    const { place, kind } = thing;
    const within = place && place.zones.length > 0 ? place.zones : [0, Math.max(zones - 1, 0)];
    const key = [rowOf(thing), Math.min(...within), Math.max(...within), kind === "nat"].join();
    found.set(key, [...(found.get(key) ?? []), thing]);
  }
  return [...found].map(([key, all]) => {
    const [layer = 0, first = 0, last = 0] = key.split(",").map(Number);
    return { things: all, first, last, layer };
  });
}

/** Ways out stand below what takes requests: half a row. */
function rowOf({ kind, place }: Thing): number {
  return kind === "nat" || kind === "link" ? 0.5 : (place?.layer ?? 0);
}

/** Groups beside each other where they are in other columns. */
function shelvesOf(groups: readonly Group[]): Group[][] {
  const shelves: Group[][] = [];
  for (const group of [...groups].sort(
    (a, b) => a.layer - b.layer || b.last - b.first - (a.last - a.first) || a.first - b.first,
  )) {
    const fitting = shelves.find(
      (shelf) =>
        shelf[0]?.layer === group.layer && shelf.every(({ first, last }) => group.first > last || group.last < first),
    );
    if (fitting) fitting.push(group);
    else shelves.push([group]);
  }
  return shelves;
}

/** @returns the height that it takes */
function placeGroup(
  { things, first, last }: Group,
  left: number,
  w: number,
  y: number,
  cards: Map<string, Box>,
  frames: Box[],
): number {
  const isSmall = things.length > 8;
  const frame = { x: left + first * w + 12, w: (last - first + 1) * w - 24 };
  const pad = last > first ? 8 : 0;
  const least = isSmall ? CARD.leastSmall : CARD.least;
  const space = frame.w - 2 * pad;
  const across = Math.max(1, Math.min(things.length, Math.floor((space + 12) / (least + 12))));
  const cardWidth = Math.min((space - (across - 1) * 12) / across, things.length === 1 && last > first ? space : 330);
  const start = frame.x + pad + (space - across * cardWidth - (across - 1) * 12) / 2;
  const h = isSmall ? CARD.small : things.some(({ chips }) => chips.length > 0) ? CARD.withChips : CARD.h;
  for (const [index, { id }] of things.entries()) {
    const [row, column] = [Math.floor(index / across), index % across];
    cards.set(id, {
      x: Math.round(start + column * (cardWidth + 12)),
      y: y + pad + row * (h + 10),
      w: Math.round(cardWidth),
      h,
    });
  }
  const height = Math.ceil(things.length / across) * (h + 10) - 10 + 2 * pad;
  if (last > first) frames.push({ x: frame.x, y, w: frame.w, h: height });
  return height;
}

/** Services of AWS: those that something here calls, in the order of the doors; then the others. */
function placeAws({ things, wires }: StackMap, x: number, cards: Map<string, Box>): Box | undefined {
  const own = things.filter(
    ({ kind, place, change }) => KINDS[kind].site !== "front" && place === undefined && !isGone(change),
  );
  if (own.length === 0) return undefined;
  const doorsY = (id: string) => {
    const ys = wires.flatMap(({ from, to }) => (to === id ? (cards.get(from)?.y ?? []) : []));
    return ys.length === 0 ? undefined : ys.reduce((sum, one) => sum + one, 0) / ys.length;
  };
  const isAsked = (id: string) => wires.some(({ from, to }) => from === id || to === id);
  const rank = (id: string) => (isAsked(id) ? (doorsY(id) ?? 0) : Number.MAX_SAFE_INTEGER);
  const y = TOP.y + TOP.h + GAP;
  for (const [index, { id }] of [...own].sort((a, b) => rank(a.id) - rank(b.id)).entries())
    cards.set(id, { x: x + 12, y: y + AWS.head + index * (AWS.h + AWS.gap), w: AWS.w - 24, h: AWS.h });
  return { x, y, w: AWS.w, h: AWS.head + own.length * (AWS.h + AWS.gap) + 4 };
}

/** What the plan deletes stands below: its place is gone with it. */
function placeRemoved({ things }: StackMap, at: Box, cards: Map<string, Box>): Box | undefined {
  const gone = things.filter(({ place, change }) => place === undefined && isGone(change)).sort(byId);
  if (gone.length === 0) return undefined;
  const across = Math.max(1, Math.floor((at.w - 12) / 232));
  for (const [index, { id }] of gone.entries())
    cards.set(id, {
      x: at.x + 12 + (index % across) * 232,
      y: at.y + 34 + Math.floor(index / across) * 60,
      w: 220,
      h: 50,
    });
  return { ...at, h: 38 + Math.ceil(gone.length / across) * 60 };
}
