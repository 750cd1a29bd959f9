/**
 * The volume that points dominate up to a reference, all objectives minimised, two or three of them.
 * What reaches beyond the reference counts nothing. Exact: by a sweep over two, by slices over three.
 * @throws Error (a bug) for another number of objectives.
 */
export function hypervolume(
  points: readonly ArrayLike<number>[],
  reference: readonly number[],
): number {
  const inside = points.filter((point) => reference.every((most, at) => (point[at] ?? 0) < most));
  if (reference.length === 2) return area(inside, reference);
  if (reference.length !== 3) throw new Error(`a hypervolume of ${reference.length} objectives`);
  const [, , deepest = 0] = reference;
  const sorted = inside.toSorted((a, b) => (a[2] ?? 0) - (b[2] ?? 0));
  let volume = 0;
  for (const [at, point] of sorted.entries()) {
    const depth = (sorted[at + 1]?.[2] ?? deepest) - (point[2] ?? 0);
    if (depth > 0) volume += depth * area(sorted.slice(0, at + 1), reference);
  }
  return volume;
}

/** The area below the stairs that the first two objectives make. */
function area(points: readonly ArrayLike<number>[], [right = 0, top = 0]: readonly number[]) {
  const sorted = points.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
  let sum = 0;
  let height = top;
  for (const point of sorted) {
    const [x, y] = [point[0] ?? 0, point[1] ?? 0];
    if (y >= height) continue;
    sum += (right - x) * (height - y);
    height = y;
  }
  return sum;
}
