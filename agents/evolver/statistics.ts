export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pearson's correlation, -1 to 1; 0 where one side does not vary. */
export function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [meanX, meanY] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  let [both, onlyX, onlyY] = [0, 0, 0];
  for (const [x, y] of pairs) {
    both += (x - meanX) * (y - meanY);
    onlyX += (x - meanX) ** 2;
    onlyY += (y - meanY) ** 2;
  }
  return onlyX === 0 || onlyY === 0 ? 0 : both / Math.sqrt(onlyX * onlyY);
}

/** Normal quantile of one side at 5 %. */
const ONE_SIDED_5 = 1.645;

/** Whether a correlation over n pairs is below zero by more than chance (Fisher's z, 5 %). */
export function significantlyBelow(found: number, n: number): boolean {
  if (n < 4) return false;
  const bounded = Math.max(-0.999_999, found);
  return Math.atanh(bounded) * Math.sqrt(n - 3) < -ONE_SIDED_5;
}
