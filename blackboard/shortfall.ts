import type { Yardstick } from "@nightshift/protocol/brake";
import { Refusal } from "@nightshift/protocol/errors";

/**
 * Page's one-sided CUSUM: how far the scores have fallen short of what is usual, summed up since
 * they last were as good as usual (science: a mean of ten lets nine low tasks through, this three).
 * @returns the sum in deviations, 0 or more, and the index of the first score in it.
 * @throws Refusal "out-of-bounds" for a deviation that is none.
 */
export function lastShortfall(
  scores: readonly number[],
  { reference, deviation, slack }: Yardstick,
): { sum: number; since: number } {
  if (!(deviation > 0)) {
    throw new Refusal("out-of-bounds", `${deviation} is no deviation to measure by`);
  }
  let sum = 0;
  let since = scores.length;
  for (const [index, score] of scores.entries()) {
    const before = sum;
    sum = Math.max(0, before + (reference - score) / deviation - slack);
    if (sum === 0) since = scores.length;
    else if (before === 0) since = index;
  }
  return { sum, since };
}
