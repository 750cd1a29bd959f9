/** The most that fits, of 0 to `max`; 0 where nothing does. What is more must never fit better. */
export function longest(max: number, fits: (many: number) => boolean): number {
  let low = 0;
  let high = max;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
