/** The nearest number to `value` that is not below `low` and not above `high`. */
export function clamp(value: number, low: number, high: number): number {
  if (low > high) throw new RangeError(`low ${low} is above high ${high}`);
  return Math.min(high, Math.max(low, value));
}
