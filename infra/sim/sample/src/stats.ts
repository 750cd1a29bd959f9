/** Sum of the samples, by Neumaier's method: small terms are not lost beside large ones. */
export function sum(samples: readonly number[]): number {
  let total = 0;
  let compensation = 0;
  for (const sample of samples) {
    const next = total + sample;
    compensation +=
      Math.abs(total) >= Math.abs(sample) ? total - next + sample : sample - next + total;
    total = next;
  }
  return total + compensation;
}

/** Arithmetic mean. @throws RangeError without samples. */
export function mean(samples: readonly number[]): number {
  if (samples.length === 0) throw new RangeError("no samples");
  return sum(samples) / samples.length;
}

/** Variance of a sample (divided by n − 1). @throws RangeError with fewer than two samples. */
export function variance(samples: readonly number[]): number {
  if (samples.length < 2) throw new RangeError("fewer than two samples");
  const centre = mean(samples);
  return sum(samples.map((sample) => (sample - centre) ** 2)) / (samples.length - 1);
}

/** Standard deviation of a sample. @throws RangeError with fewer than two samples. */
export function deviation(samples: readonly number[]): number {
  return Math.sqrt(variance(samples));
}

/**
 * The value below which a share of the samples lies, by linear interpolation.
 * @param share From 0 to 1.
 * @throws RangeError without samples, or for a share outside its range.
 */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError("no samples");
  if (!(share >= 0 && share <= 1)) throw new RangeError(`not a share: ${share}`);
  const sorted = samples.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Numbers of samples in bins of equal width between the smallest and the largest sample. */
export function histogram(samples: readonly number[], bins: number): number[] {
  if (!Number.isInteger(bins) || bins < 1) throw new RangeError(`not a number of bins: ${bins}`);
  const counts = Array.from({ length: bins }, () => 0);
  if (samples.length === 0) return counts;
  const low = Math.min(...samples);
  const width = (Math.max(...samples) - low) / bins || 1;
  for (const sample of samples) {
    const bin = Math.min(bins - 1, Math.floor((sample - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}
