/** An amount that depends: at least `low`, at most `high`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const ZERO: Range = { low: 0, high: 0 };

export function exactly(amount: number): Range {
  return { low: amount, high: amount };
}

export function times(a: Range, b: Range): Range {
  return { low: a.low * b.low, high: a.high * b.high };
}

export function sum(ranges: readonly Range[]): Range {
  return {
    low: ranges.reduce((total, { low }) => total + low, 0),
    high: ranges.reduce((total, { high }) => total + high, 0),
  };
}

/** What comes on top, where both ends move by the same assumptions. A difference of sizes may turn the ends round. */
export function difference(after: Range, before: Range): Range {
  const [a, b] = [after.low - before.low, after.high - before.high];
  return { low: Math.min(a, b), high: Math.max(a, b) };
}

/** USD with cents, such as `45.26` or `9.00–35.99`. */
export function money({ low, high }: Range): string {
  const [least, most] = [cents(low), cents(high)];
  return least === most ? least : `${least}–${most}`;
}

/** The same with a sign, for what changes. */
export function signed({ low, high }: Range): string {
  const [least, most] = [low, high].map((amount) => (Number(cents(amount)) > 0 ? `+${cents(amount)}` : cents(amount)));
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** Sums of decimal prices come out a trillionth beside the half cent: that must not decide how it is rounded. */
function cents(amount: number): string {
  const text = (Math.round(amount * 100 + Math.sign(amount) * 1e-7) / 100).toFixed(2);
  return text === "-0.00" ? "0.00" : text;
}
