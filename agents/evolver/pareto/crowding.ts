import type { Point } from "./point.ts";

/**
 * How much room each point of a front has, by its place in `front`: the sum over the objectives of
 * the distance between its neighbours, as a share of the front's range; infinite at the ends.
 */
export function crowdingOf(points: readonly Point[], front: readonly number[]): Float64Array {
  const room = new Float64Array(front.length);
  const objectives = points[front[0] ?? 0]?.objectives.length ?? 0;
  const order = Array.from(front.keys());
  for (let objective = 0; objective < objectives; objective++) {
    const value = (place: number) => points[front[place] ?? 0]?.objectives[objective] ?? 0;
    const values = Float64Array.from(front.keys(), value);
    const at = (place: number) => values[place] ?? 0;
    order.sort((a, b) => at(a) - at(b));
    const [low = 0, high = 0] = [order[0], order.at(-1)];
    const range = at(high) - at(low);
    room[low] = Number.POSITIVE_INFINITY;
    room[high] = Number.POSITIVE_INFINITY;
    if (range === 0) continue;
    for (let rank = 1; rank < order.length - 1; rank++) {
      const [before = 0, own = 0, after = 0] = [order[rank - 1], order[rank], order[rank + 1]];
      room[own] = (room[own] ?? 0) + (at(after) - at(before)) / range;
    }
  }
  return room;
}
