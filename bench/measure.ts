// What every benchmark measures with. Processor time, and not time on the clock, so that it matters little what else the
// machine does; on a busy one a figure is still up to half too high, and only ratios of runs in turns mean something.

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Processor time of some work, in milliseconds. */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0).padStart(5)} ms`;
}

/** A line with a figure and what is wanted of it. Nothing fails: a benchmark is not a test. */
export function againstTarget(what: string, value: number, target: number, unit = ""): string {
  const digits = unit === "" ? 2 : 0;
  const verdict = value <= target ? "met" : "MISSED";
  return `  ${what}   ${value.toFixed(digits)}${unit}   target: at most ${target}${unit}, ${verdict}`;
}

/** A line for each size, and how a thing of the largest stands to one of a smaller size: 1 is linear. */
export function growth(sizes: readonly { readonly count: number; readonly milliseconds: number }[], what: string) {
  const each = ({ count, milliseconds }: (typeof sizes)[number]) => milliseconds / count;
  for (const size of sizes)
    console.log(
      `  ${String(size.count).padStart(5)} ${what}s   ${milliseconds(size.milliseconds)}   ${(each(size) * 1000).toFixed(0).padStart(4)} µs a ${what}`,
    );
  const [large, middle] = [sizes.at(-1), sizes.at(-3)];
  if (large && middle)
    console.log(
      againstTarget(`a ${what} of ${large.count} against one of ${middle.count}`, each(large) / each(middle), 1.3),
    );
}
