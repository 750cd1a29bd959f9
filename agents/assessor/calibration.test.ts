import fc from "fast-check";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import type { GradedPair } from "./agreement.ts";
import { calibrate, isotonic } from "./calibration.ts";

const { assessorGradesMin: GRADES_MIN, assessorGradesMax: GRADES_MAX } = defaultSettings;
const score = fc.double({ min: 1, max: 10, noNaN: true });
const pairs = fc.array(fc.record({ judge: score, human: score }), {
  minLength: GRADES_MIN,
  maxLength: 60,
});
const times = (count: number, pair: GradedPair) => Array.from({ length: count }, () => pair);

test("a better score never becomes a worse one", () =>
  fc.assert(
    fc.property(pairs, score, score, (given, one, other) => {
      const curve = isotonic(given);
      const [low, high] = one < other ? [one, other] : [other, one];
      expect(curve(low)).toBeLessThanOrEqual(curve(high) + 1e-9);
    }),
  ));

test("on the grades it rests on the curve has no bias", () =>
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 10, max: 100 }), { minLength: 3 }), (judges) => {
      const given = judges.map((judge, at) => ({ judge: judge / 10, human: ((at * 7) % 10) + 1 }));
      const curve = isotonic(given);
      const blocks = given.map(({ judge, human }) => human - curve(judge));
      // Lines between the blocks move single scores, never further than the grades go.
      expect(Math.abs(blocks.reduce((sum, off) => sum + off, 0) / blocks.length)).toBeLessThan(9);
    }),
  ));

test("rising grades are left as they are", () => {
  const curve = isotonic([1, 2, 3, 4].map((at) => ({ judge: 2 * at, human: at })));
  expect([2, 3, 8].map(curve)).toEqual([1, 1.5, 4]);
});

test("beyond the grades there are the curve ends level", () => {
  const curve = isotonic([
    { judge: 5, human: 3 },
    { judge: 8, human: 7 },
  ]);
  expect([1, 10].map(curve)).toEqual([3, 7]);
});

test("too few grades change nothing, whatever they say", () => {
  expect(calibrate(times(GRADES_MIN - 1, { judge: 9, human: 2 }), defaultSettings)).toBeNull();
  expect(calibrate(times(GRADES_MIN, { judge: 9, human: 2 }), defaultSettings)?.of(9).score).toBe(
    2,
  );
});

test("how many grades are enough, and how many count, is the director's to set", () => {
  const few = times(5, { judge: 9, human: 2 });
  expect(calibrate(few, { ...defaultSettings, assessorGradesMin: 5 })?.of(9).score).toBe(2);
  const now = times(20, { judge: 9, human: 8 });
  const short = { ...defaultSettings, assessorGradesMax: 20 };
  expect(calibrate([...few, ...now], short)?.of(9).score).toBe(8);
});

test("the judge of last year is forgotten", () => {
  const old = times(GRADES_MAX, { judge: 8, human: 2 });
  const now = times(GRADES_MAX, { judge: 8, human: 7 });
  expect(calibrate([...old, ...now], defaultSettings)?.of(8).score).toBe(7);
});

test("a score stays between 1 and 10, and inside its own interval", () =>
  fc.assert(
    fc.property(pairs, score, (given, judge) => {
      const told = calibrate(given, defaultSettings)?.of(judge);
      if (!told) throw new Error("no calibration");
      expect(told.low).toBeGreaterThanOrEqual(1);
      expect(told.high).toBeLessThanOrEqual(10);
      expect(told.low).toBeLessThanOrEqual(told.score);
      expect(told.score).toBeLessThanOrEqual(told.high);
    }),
  ));
