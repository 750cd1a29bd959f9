/** One solution: its genes, what it scores (less is better), and by how much it breaks constraints. */
export type Point = {
  readonly genes: Float64Array;
  /** Every objective is minimised. */
  readonly objectives: Float64Array;
  /** Sum of broken constraints; 0 where all are kept. */
  readonly violation: number;
};

/**
 * Whether `a` is better in the sense of Deb (2002): it keeps the constraints and `b` does not, or
 * breaks them less, or is nowhere worse and somewhere better.
 */
export function dominates(a: Point, b: Point): boolean {
  if (a.violation !== b.violation) return a.violation < b.violation;
  return objectivesDominate(a.objectives, b.objectives);
}

/** Nowhere larger and somewhere smaller. */
function objectivesDominate(a: Float64Array, b: Float64Array): boolean {
  let smaller = false;
  for (let at = 0; at < a.length; at++) {
    const [left, right] = [a[at] ?? 0, b[at] ?? 0];
    if (left > right) return false;
    if (left < right) smaller = true;
  }
  return smaller;
}
