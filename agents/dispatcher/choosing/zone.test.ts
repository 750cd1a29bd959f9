import type { Growth } from "@nightshift/projections/growth";
import { defaultSettings, type Settings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { zoneFactor } from "./zone.ts";

const times = (count: number, score: number) => Array.from({ length: count }, () => score);

/** What level 3 is worth after so many tasks that were done well, and poorly. */
function worth(well: number, poor: number, settings: Partial<Settings> = {}) {
  const view: Growth = { tasks: new Map(), open: new Map(), scores: new Map() };
  view.scores.set(3, [...times(well, 8), ...times(poor, 3)]);
  return zoneFactor(view, 3, { ...defaultSettings, ...settings });
}

test("a task is worth most where success is likely and not certain (D40)", () => {
  expect(worth(7, 3)).toBeCloseTo(1.1, 9);
  expect(worth(0, 10)).toBeCloseTo(0.9, 9);
  expect(worth(10, 0)).toBeLessThan(worth(8, 2));
});

test("a level of fewer than five tasks says nothing, and five say something", () => {
  expect(worth(4, 0)).toBe(1);
  expect(worth(5, 0)).not.toBe(1);
});

test("what counts as well, as likely and as known is the director's to set", () => {
  expect(worth(7, 3, { growthScoreMin: 9 })).toBeCloseTo(0.9, 9);
  expect(worth(10, 0, { growthZoneMiddle: 1 })).toBeCloseTo(1.1, 9);
  expect(worth(7, 3, { growthZoneWorth: 0.2 })).toBeCloseTo(1.2, 9);
  expect(worth(9, 1, { growthZoneReach: 0.2 })).toBeCloseTo(0.9, 9);
  expect(worth(7, 3, { growthKnownFrom: 20 })).toBe(1);
});
