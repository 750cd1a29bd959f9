import type { RankedStanding } from "./ranking.ts";

/** Attempts after which half of the new ones go: those that stay get twice as many (science). */
const RUNGS = [2, 4, 8] as const;

/**
 * Who of the new genomes leaves: on each rung that a genome has reached and not passed, the worse
 * half of those on it, by their rank. One alone on a rung stays: it has nobody to be worse than.
 */
export function halved<T extends { record: { n: number } }>(
  ranking: readonly RankedStanding<T>[],
): T[] {
  return RUNGS.flatMap((rung, at) => {
    const next = RUNGS[at + 1] ?? Number.POSITIVE_INFINITY;
    // Whoever has had the tasks of the last rung is new no longer.
    if (next === Number.POSITIVE_INFINITY) return [];
    const on = ranking.filter(({ one }) => one.record.n >= rung && one.record.n < next);
    return on.slice(Math.ceil(on.length / 2)).map(({ one }) => one);
  });
}
