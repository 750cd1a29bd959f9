/** The lower left corner of points of a plane: each step further right is further down. */
export type Stairs = {
  /** Whether some point is in neither direction larger than this one. */
  covers(x: number, y: number): boolean;
  add(x: number, y: number): void;
};

export function createStairs(): Stairs {
  const xs: number[] = [];
  const ys: number[] = [];
  /** How many steps are at x or left of it. */
  const upTo = (x: number): number => {
    let [low, high] = [0, xs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((xs[middle] ?? 0) <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const covers = (x: number, y: number): boolean => {
    const left = upTo(x);
    // The nearest on the left is the lowest of them.
    return left > 0 && (ys[left - 1] ?? 0) <= y;
  };
  return {
    covers,
    add(x, y) {
      if (covers(x, y)) return;
      let from = upTo(x);
      // A step at the same x is higher, or this point would be covered.
      if (from > 0 && xs[from - 1] === x) from -= 1;
      let to = from;
      while (to < xs.length && (ys[to] ?? 0) >= y) to += 1;
      xs.splice(from, to - from, x);
      ys.splice(from, to - from, y);
    },
  };
}
