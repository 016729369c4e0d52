/** Shorter texts are too common to search for. */
export const SHORTEST_SECRET = 6;

const INSTEAD = "(sensitive)";

/** Each character's part in a sum over SHORTEST_SECRET of them, in 32 bits. */
const BASE = 65_599;
const OLDEST = Array.from({ length: SHORTEST_SECRET }).reduce<number>((power) => Math.imul(power, BASE), 1);

/** Sums that end in the same bits share a slot. */
const SLOTS = 2 ** 18;

/**
 * Texts that may not be shown, found in one pass over any text, however many they are: each is known by its rarest
 * piece of SHORTEST_SECRET characters, and pieces by a sum that moves along the text.
 */
export class KnownSecrets {
  private readonly all: ReadonlySet<string>;
  private readonly byPiece = new Map<number, { readonly secret: string; readonly end: number }[]>();
  private readonly isPiece: Uint8Array;

  /** @param secrets of at least SHORTEST_SECRET characters; shorter ones are left out */
  constructor(secrets: Iterable<string>) {
    this.all = new Set([...secrets].filter(({ length }) => length >= SHORTEST_SECRET));
    const counts = new Uint32Array(this.all.size === 0 ? 0 : SLOTS);
    this.isPiece = new Uint8Array(counts.length);
    for (const secret of this.all) {
      forEachPiece(secret, (sum) => {
        counts[slotOf(sum)] = (counts[slotOf(sum)] as number) + 1;
      });
    }
    for (const secret of this.all) {
      const rarest = { sum: 0, end: 0, count: Number.POSITIVE_INFINITY };
      forEachPiece(secret, (sum, end) => {
        const count = counts[slotOf(sum)] as number;
        if (count < rarest.count) Object.assign(rarest, { sum, end, count });
      });
      const { sum, end } = rarest;
      const same = this.byPiece.get(sum);
      if (same) same.push({ secret, end });
      else this.byPiece.set(sum, [{ secret, end }]);
      this.isPiece[slotOf(sum)] = 1;
    }
  }

  get isEmpty(): boolean {
    return this.all.size === 0;
  }

  has(text: string): boolean {
    return this.all.has(text);
  }

  /** The text without any of them; those that overlap are one. */
  hidden(text: string): string {
    if (this.isEmpty) return text;
    const found: { start: number; end: number }[] = [];
    forEachPiece(text, (sum, end) => {
      if (this.isPiece[slotOf(sum)] === 0) return;
      for (const one of this.byPiece.get(sum) ?? []) {
        const start = end - one.end;
        if (start >= 0 && text.startsWith(one.secret, start)) found.push({ start, end: start + one.secret.length });
      }
    });
    let left = "";
    let done = 0;
    for (const { start, end } of found.sort((a, b) => a.start - b.start)) {
      if (start >= done) left += text.slice(done, start) + INSTEAD;
      done = Math.max(done, end);
    }
    return left + text.slice(done);
  }
}

function slotOf(sum: number): number {
  return sum & (SLOTS - 1);
}

/** @param take the sum of each piece of a text, and the place of its end */
function forEachPiece(text: string, take: (sum: number, end: number) => void): void {
  let sum = 0;
  for (let index = 0; index < text.length; index++) {
    sum = (Math.imul(sum, BASE) + text.charCodeAt(index)) | 0;
    if (index >= SHORTEST_SECRET) sum = (sum - Math.imul(OLDEST, text.charCodeAt(index - SHORTEST_SECRET))) | 0;
    if (index >= SHORTEST_SECRET - 1) take(sum, index + 1);
  }
}
