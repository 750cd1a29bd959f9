import type { Outcome } from "../outcome.ts";

export type Weights = Readonly<Record<string, number>>;
/** New weights, why, and the events behind them. */
export type Shift = { weights: Record<string, number>; rationale: string; evidence: string[] };

/** The share that no loop moves (C30, F19). */
export const FIXED_CATEGORY = "self_improvement";
/** The most a weight moves in one step, as a share of itself. */
const STEP_MAX = 0.1;
const FLOOR = 0.05;
const EVIDENCE_MAX = 200;
const ROUNDS = 60;
const WORTH_IT = 0.001;

/** New weights by pulls from -1 to 1; null where too little is known or next to nothing moves. */
export function shifted(
  weights: Weights,
  pulls: ReadonlyMap<string, number>,
  capShare: number,
  rationale: string,
  seen: readonly Outcome[],
): Shift | null {
  if (pulls.size < 2) return null;
  const next = balanced(weights, pulls, capShare);
  if (next === null) return null;
  const moved = Object.keys(weights).map((name) =>
    Math.abs((next[name] ?? 0) - (weights[name] ?? 0)),
  );
  if (Math.max(...moved) < WORTH_IT) return null;
  const about = seen.filter(({ category }) => pulls.has(category));
  const evidence = [...new Set(about.map((outcome) => outcome.evidence))].slice(-EVIDENCE_MAX);
  return { weights: next, rationale: rationale.slice(0, 1_000), evidence };
}

/**
 * Weights that add up to what they did, each within a tenth of what it was, the floor and the cap;
 * found by scaling all pulled weights alike until the sum is right. Null where none are.
 */
function balanced(
  weights: Weights,
  pulls: ReadonlyMap<string, number>,
  capShare: number,
): Record<string, number> | null {
  const free = Object.entries(weights).filter(([name]) => name !== FIXED_CATEGORY);
  const total = free.reduce((sum, [, weight]) => sum + weight, 0);
  const bounds = free.map(([name, weight]) => {
    const high = Math.max(Math.min(capShare, weight * (1 + STEP_MAX)), Math.min(capShare, FLOOR));
    const low = Math.min(high, Math.max(FLOOR, weight * (1 - STEP_MAX)));
    const wanted = weight * (1 + STEP_MAX * (pulls.get(name) ?? 0));
    return { name, low, high, wanted };
  });
  const at = (scale: number) =>
    bounds.map(({ low, high, wanted }) => Math.min(high, Math.max(low, wanted * scale)));
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  let [low, high] = [0, 2];
  if (sum(at(low)) > total + 1e-9 || sum(at(high)) < total - 1e-9) return null;
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (low + high) / 2;
    if (sum(at(middle)) < total) low = middle;
    else high = middle;
  }
  const found = at(high);
  return Object.fromEntries([
    ...Object.entries(weights),
    ...bounds.map(({ name }, index): [string, number] => [name, found[index] ?? 0]),
  ]);
}
