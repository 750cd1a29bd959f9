import { Refusal } from "@nightshift/protocol/errors";

type Scores = {
  judge: number;
  heuristic: number;
  judgeWeight: number;
  /** What people make of the judge's score; it then counts in its place. */
  calibrated?: { score: number; low: number; high: number } | undefined;
};

/** Where the blend lies as far as the judge can be trusted; null where that is not known. */
export function blendInterval(
  { calibrated, ...scores }: Scores,
  cap: number | null,
): { low: number; high: number } | null {
  if (calibrated === undefined) return null;
  const { low, high } = calibrated;
  if (low > high) throw new Refusal("out-of-bounds", `${low} to ${high} is no interval`);
  return {
    low: blend({ ...scores, judge: low }, cap),
    high: blend({ ...scores, judge: high }, cap),
  };
}

/**
 * One score from two (B6, C17): the judge's at its weight, calibrated where it can be, the
 * heuristics' at the rest, to two decimals. Failing evidence caps it, whatever anyone says of the
 * work (step 7).
 * @param cap Null where no evidence fails.
 * @throws Refusal "out-of-bounds" for a score outside 0 to 10 or a weight outside 0 to 1.
 */
export function blend(
  { judge: raw, heuristic, judgeWeight, calibrated }: Scores,
  cap: number | null,
): number {
  const judge = calibrated?.score ?? raw;
  for (const [name, value, max] of [
    ["judge", judge, 10],
    ["heuristic", heuristic, 10],
    ["judgeWeight", judgeWeight, 1],
  ] as const) {
    if (!(value >= 0 && value <= max)) {
      throw new Refusal("out-of-bounds", `${name} is ${value}, not 0 to ${max}`);
    }
  }
  const mixed = Math.round((judgeWeight * judge + (1 - judgeWeight) * heuristic) * 100) / 100;
  return cap === null ? mixed : Math.min(mixed, cap);
}
