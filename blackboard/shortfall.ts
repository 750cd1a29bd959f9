import type { BrakeThresholds, Yardstick } from "@nightshift/protocol/brake";
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

/** What a scope has to show: its latest scores, oldest first, and all that it ever had. */
export type ScopeRecord = { scores: readonly number[]; n: number; sum: number };

/**
 * Who always was below the setting is held against its own record, or it would be braked for ever;
 * nobody is held against more than the setting, or one good month would cost a model its work. The
 * scores in question are no part of what they are held against: a slow fall would hide itself.
 */
export function yardstickOf(
  { scores, n, sum }: ScopeRecord,
  { brakeReference, brakeReferenceTasks, brakeDeviation, brakeSlack }: BrakeThresholds,
): Yardstick {
  const olderTasks = Math.max(0, n - scores.length);
  const older = Math.max(0, sum - scores.reduce((all, score) => all + score, 0));
  const own = (brakeReferenceTasks * brakeReference + older) / (brakeReferenceTasks + olderTasks);
  const reference = Math.min(brakeReference, own);
  return { reference, deviation: brakeDeviation, slack: brakeSlack };
}
