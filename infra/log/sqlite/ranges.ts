/** Positions looked at together; the first range begins, and the last ends, where there are rows. */
export type Range = { after: bigint; upTo: bigint };

/** Positions that a thread takes at once. */
const RANGE_POSITIONS = 10_000;
const FIRST = -(2n ** 63n);
const LAST = 2n ** 63n - 1n;

/** How many ranges a log is looked at in. */
export function rangeCount(lastPosition: number): number {
  return Math.max(1, Math.ceil(lastPosition / RANGE_POSITIONS));
}

/** A range by its number; rows at places that the log does not know are in the first or the last. */
export function rangeAt(index: number, lastPosition: number): Range {
  const after = BigInt(index * RANGE_POSITIONS);
  const isLast = index === rangeCount(lastPosition) - 1;
  const upTo = isLast ? LAST : after + BigInt(RANGE_POSITIONS);
  return { after: index === 0 ? FIRST : after, upTo };
}

/** Takes the next range that nobody has taken; undefined when all are. */
export function takeRange(next: SharedArrayBuffer, lastPosition: number): number | undefined {
  const index = Atomics.add(new Int32Array(next), 0, 1);
  return index < rangeCount(lastPosition) ? index : undefined;
}
