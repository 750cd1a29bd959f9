/** What was measured, and what it is held against: null where it is only told. */
type Figure = {
  what: string;
  value: number;
  unit: string;
  limit: number | null;
  /** The limit is the least the value may be, not the most. */
  atLeast?: true;
  /** Behind the point; 2 where it is left out. */
  digits?: number;
};
export type Benchmark = Figure[];

/** Whether a figure keeps its limit. */
export function isWithin({ value, limit, atLeast }: Figure): boolean {
  if (limit === null) return true;
  return atLeast ? value >= limit : value <= limit;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Milliseconds that work took, several times over. */
export async function times(count: number, work: () => unknown): Promise<number[]> {
  const taken: number[] = [];
  for (let run = 0; run < count; run++) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return taken;
}
