import { expect, test } from "vitest";
import { simulate } from "./simulate.ts";
import { NIGHT_SHIFT, rivals } from "./strategies.ts";

/** Whole weeks; eight of them, and twenty seeds, are what `nightshift sim windows` is for. */
const WEEKS = Number(process.env["WINDOWS_WEEKS"] ?? 1);
const SEEDS = Number(process.env["WINDOWS_SEEDS"] ?? 1);

test("weeks end with their windows used, the reserve untouched and nothing lost to limits (G1, G3)", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { usedShare, intrusions, refused, lost, cut, done } = await simulate(NIGHT_SHIFT, {
      seed,
      weeks: WEEKS,
    });
    expect({ seed, intrusions, refused, lost, cut }).toEqual({
      seed,
      intrusions: 0,
      refused: 0,
      lost: 0,
      cut: 0,
    });
    expect(usedShare).toBeGreaterThanOrEqual(0.95);
    expect(done).toBeGreaterThan(800 * WEEKS);
  }
}, 600_000);

test("a crontab takes the director's share and loses tries, so the figures can tell them apart", async () => {
  const [cron] = rivals;
  if (!cron) throw new Error("nobody to compare with");
  const found = await simulate(cron, { seed: 1, weeks: 1 });
  expect(found.intrusions).toBeGreaterThan(0);
  expect(found.lost).toBeGreaterThan(0);
}, 120_000);

test("a cadence of the documents leaves most of a window unused (F1)", async () => {
  const slots = rivals.find(({ name }) => name === "nine-slots");
  if (!slots) throw new Error("no such cadence");
  const { usedShare, done } = await simulate(slots, { seed: 1, weeks: 1 });
  expect(usedShare).toBeLessThan(0.5);
  // Nine slots of four tasks a day begin 504 in the two weeks that it takes.
  expect(done).toBeGreaterThan(450);
}, 120_000);
