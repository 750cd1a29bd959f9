import type { Random } from "../ports.ts";

/** A standard normal number (Box and Muller). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** The standard normal distribution up to x (Abramowitz and Stegun 7.1.26; off by 1.5e-7 at most). */
export function normalUpTo(x: number): number {
  const t = 1 / (1 + (0.327_591_1 * Math.abs(x)) / Math.SQRT2);
  const [a, b, c, d, e] = [
    1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592,
  ];
  const upper = 0.5 * ((((a * t + b) * t + c) * t + d) * t + e) * t * Math.exp((-x * x) / 2);
  return x >= 0 ? 1 - upper : upper;
}

/** Numbers in [0, 1) that follow from a seed alone (mulberry32). */
export function seededDraws(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
