import { brakeTable } from "@nightshift/infra/sim/verdicts/brake-table";
import { expect, test } from "vitest";

/** `pnpm bench brake` plays more of them; the seed is fixed, so this is no matter of luck. */
const SIZES = { falls: 150, calmTasks: 120_000, seed: 1 };

test("after a fall from 7.2 to 4.9 the night lets 3.5 low tasks through at most, on average (H10)", () => {
  const [mean, , both] = brakeTable(SIZES);
  if (!mean || !both) throw new Error("the table has no rows");
  expect(both.lowThrough).toBeLessThanOrEqual(3.5);
  expect(both.falseAlarmEvery).toBeGreaterThanOrEqual(5_000);
  expect(both.driftAfter).toBeLessThanOrEqual(60);
  // What the documents have alone lets through about three times as many.
  expect(mean.lowThrough).toBeGreaterThan(2 * both.lowThrough);
  expect(mean.falseAlarmEvery).toBeGreaterThanOrEqual(19_000);
});
