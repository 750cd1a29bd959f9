import type { Random } from "@nightshift/agents/ports";

/** Spread of the logarithm of a task's size, and its mean in percent of a five-hour window. */
const SIZE_SIGMA = 0.8;
const SIZE_MEAN_PERCENT = 2;

/** A task's size, lognormal, in percent of a five-hour window. */
export function sizePercent(random: Random): number {
  return lognormal(random, SIZE_MEAN_PERCENT, SIZE_SIGMA);
}

/** A lognormal number of a mean. */
export function lognormal(random: Random, mean: number, sigma: number): number {
  return mean * Math.exp(sigma * normal(random) - (sigma * sigma) / 2);
}

/** From one number to another, each as likely. */
export function between(random: Random, from: number, to: number): number {
  return from + random.next() * (to - from);
}

/** Box and Muller. */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
