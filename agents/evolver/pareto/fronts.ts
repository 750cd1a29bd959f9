import type { Point } from "./point.ts";
import { createStairs, type Stairs } from "./stairs.ts";

const OBJECTIVES_MAX = 3;

/**
 * Non-dominated sort: the indexes of the points, front by front, the best front first. A point that
 * breaks constraints comes after all that keep them, by how much it breaks them (Deb 2002).
 *
 * In the order of the first objective a point is dominated only by points before it, and by whether
 * the other two of one of these are both no larger: a staircase for each front tells by one search,
 * and the front by another (ENS-BS, Zhang 2015). n points take n log² n, however many are on a front.
 * @throws Error (a bug) for more than three objectives.
 */
export function frontsOf(points: readonly Point[]): number[][] {
  if ((points[0]?.objectives.length ?? 0) > OBJECTIVES_MAX) throw new Error("four objectives");
  const order = points.map((_, at) => at);
  order.sort((a, b) => compared(points[a], points[b]));
  const fronts: number[][] = [];
  let stairs: Stairs[] = [];
  // Fronts before this one belong to points that break the constraints less.
  let first = 0;
  let before: Point | undefined;
  let place = 0;
  for (const at of order) {
    const point = points[at];
    if (!point) continue;
    if (before && point.violation !== before.violation) {
      first = fronts.length;
      stairs = [];
    }
    // Twins share a front: neither is better. Whoever else is nowhere larger is smaller somewhere.
    if (!before || compared(before, point) !== 0) place = first + placeOf(point, stairs);
    before = point;
    (fronts[place] ??= []).push(at);
    const [, second = 0, third = 0] = point.objectives;
    (stairs[place - first] ??= createStairs()).add(second, third);
  }
  return fronts;
}

/** The first front of which nobody dominates the point: who is on a later one is dominated by all before. */
function placeOf({ objectives }: Point, stairs: readonly Stairs[]): number {
  const [, second = 0, third = 0] = objectives;
  let [low, high] = [0, stairs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stairs[middle]?.covers(second, third)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Kept constraints first, then objective by objective; 0 for twins. */
function compared(a: Point | undefined, b: Point | undefined): number {
  if (!a || !b) return 0;
  if (a.violation !== b.violation) return a.violation - b.violation;
  for (let at = 0; at < a.objectives.length; at++) {
    const gap = (a.objectives[at] ?? 0) - (b.objectives[at] ?? 0);
    if (gap !== 0) return gap;
  }
  return 0;
}
