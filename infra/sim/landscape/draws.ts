import type { Random } from "@nightshift/agents/ports";

/** One of several, each as likely as its share of the whole. @throws RangeError where there is none. */
export function byShare<T extends { share: number }>(random: Random, choices: readonly T[]): T {
  let left = random.next() * choices.reduce((sum, { share }) => sum + share, 0);
  const found = choices.find(({ share }) => (left -= share) < 0) ?? choices.at(-1);
  if (found === undefined) throw new RangeError("nothing to draw from");
  return found;
}
