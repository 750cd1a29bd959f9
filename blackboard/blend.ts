import { Refusal } from "@nightshift/protocol/errors";

/**
 * One score from two (B6, C17): the judge's at its weight, the heuristics' at the rest, to two
 * decimals. Failing evidence caps it, whatever anyone says of the work (step 7).
 * @param cap Null where no evidence fails.
 * @throws Refusal "out-of-bounds" for a score outside 0 to 10 or a weight outside 0 to 1.
 */
export function blend(
  { judge, heuristic, judgeWeight }: { judge: number; heuristic: number; judgeWeight: number },
  cap: number | null,
): number {
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
