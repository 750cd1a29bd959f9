/** One thing that was measured: how well it is, 0 to 1, and how much it counts. */
export type Part = { name: string; share: number; weight: number; note: string };

/** A score by heuristics, 0 to 10, with all that it is made of. */
export type Breakdown = { score: number; parts: Part[] };

const LOWEST = 1;
const HIGHEST = 9.5;
/** What a cut-off answer loses here already; the gate takes its own share later (C25, C28). */
const CUT_OFF_POINTS = 2.5;

/**
 * The score of parts: their weighted mean between 1 and 9.5, held down by what must be whole. What
 * is left out or does not parse cannot be made good by what is well documented.
 * @param whole Share from 0 to 1 of what makes the rest worth anything.
 */
export function scored(parts: Part[], whole: number, cutOff: boolean): Breakdown {
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  const mean = parts.reduce((sum, part) => sum + part.weight * bounded(part.share), 0) / weight;
  const reached = LOWEST + (HIGHEST - LOWEST) * mean * (0.5 + 0.5 * bounded(whole));
  const score = Math.max(LOWEST, reached - (cutOff ? CUT_OFF_POINTS : 0));
  return { score: Math.round(score * 100) / 100, parts };
}

export function bounded(share: number): number {
  return Math.min(1, Math.max(0, share));
}
