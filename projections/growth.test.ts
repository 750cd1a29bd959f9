import { expect, test } from "vitest";
import { complexityOf } from "./complexity.ts";
import { growth, stageOf, type Growth } from "./growth.ts";
import { begun, failed, worked } from "./example-night.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

const grown = (scores: Partial<Record<1 | 2 | 3 | 4 | 5 | 6, number[]>>): Growth => ({
  tasks: new Map(),
  open: new Map(),
  scores: new Map(
    ([1, 2, 3, 4, 5, 6] as const).flatMap((level) => {
      const own = scores[level];
      return own ? [[level, own] as const] : [];
    }),
  ),
});
const times = (count: number, score: number) => Array.from({ length: count }, () => score);

test.for([
  ["Rename the module", 1],
  ["Document the API", 2],
  ["Add a slugify function", 3],
  ["Fix rounding", 3],
  ["Add tests, then compare both parsers", 4],
  ["Review the login flow", 5],
  ["Design a plugin system", 6],
  ["Fix the design of the button", 3],
] as const)("what a task orders tells its level: %s", ([title, level]) =>
  expect(complexityOf({ title, text: "" })).toBe(level),
);

test("scores count for the level of their task, a failure counts 1 (D40)", () => {
  const log = writeLog([
    ...begun("a"),
    ...worked("a", 1, { heuristic: 8, judge: 8 }),
    ...begun("b"),
    ...failed("b"),
  ]);
  expect([...viewOf(growth, log).scores.values()].flat().toSorted((a, b) => a - b)).toEqual([1, 8]);
});

test("an attempt that was planned into parts waits for no score, one that stays whole does", () => {
  const open = (parts: number) => {
    const split: Entry[] = begun("a").map(([stream, event]) =>
      event.type === "attempt.planned" ? [stream, { ...event, parts }] : [stream, event],
    );
    return viewOf(growth, writeLog(split)).open.size;
  };
  expect(open(0)).toBe(1);
  expect(open(2)).toBe(0);
});

test("the stage is that of the highest level with a mean of 7 over five scores", () => {
  expect(stageOf(grown({}))).toEqual({ mastered: 0, stage: "first steps" });
  expect(stageOf(grown({ 3: times(5, 7), 4: times(5, 6.9), 5: times(4, 9) }))).toEqual({
    mastered: 3,
    stage: "concrete work",
  });
  expect(stageOf(grown({ 1: times(5, 8), 6: times(5, 7) })).stage).toBe("abstract work");
});
