import { TIMINGS_KEPT } from "../limits.ts";

/** What the official server calls the measures that it tells, and at which share each stands. */
const SHARES: readonly (readonly [name: string, share: number])[] = [
  ["Fastest", 0],
  ["Quintile 1", 0.2],
  ["Quintile 2", 0.4],
  ["Median", 0.5],
  ["Quintile 3", 0.6],
  ["Quintile 4", 0.8],
  ["90%", 0.9],
  ["95%", 0.95],
  ["99%", 0.99],
  ["99.5%", 0.995],
  ["99.9%", 0.999],
  ["Quintile 5", 1],
  ["Highest", 1],
];

/** How long a subscriber took to answer lately, in milliseconds. */
export class Timing {
  readonly #times: number[] = [];
  #next = 0;

  add(ms: number): void {
    this.#times[this.#next] = ms;
    this.#next = (this.#next + 1) % TIMINGS_KEPT;
  }

  /** Nothing where nothing was answered yet. */
  measures(): { key: string; value: string }[] {
    const sorted = this.#times.toSorted((a, b) => a - b);
    if (sorted.length === 0) return [];
    const mean = sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length;
    const at = (share: number) =>
      sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0;
    return [
      { key: "Mean", value: String(Math.round(mean)) },
      ...SHARES.map(([key, share]) => ({ key, value: String(Math.round(at(share))) })),
    ];
  }
}
