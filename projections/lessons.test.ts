import { expect, test } from "vitest";
import { begun, failed, worked } from "./example-night.ts";
import { effectOf, lessons } from "./lessons.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

const given: Entry = [
  "guidance-capability-1",
  { type: "guidance.given", category: "capability", text: "Be brief.", by: "me", expiresAtMs: 9 },
];
const log = (lesson: string, ...entries: Entry[]) =>
  writeLog([given, ...entries]).map((recorded) => {
    if (recorded.event.type !== "attempt.awarded") return recorded;
    const isOdd = recorded.stream.includes("odd");
    const chosen = isOdd ? { shown: [], withheld: [lesson] } : { shown: [lesson], withheld: [] };
    return { ...recorded, event: { ...recorded.event, lessons: chosen } };
  });

test("scores with a lesson and without it are kept apart, a failure counts 1 (F14)", () => {
  const lesson = writeLog([given])[0]?.id ?? "";
  const view = viewOf(
    lessons,
    log(
      lesson,
      ...begun("a"),
      ...worked("a", 1, { heuristic: 8, judge: 8 }),
      ...begun("b"),
      ...failed("b"),
      ...begun("odd"),
      ...worked("odd", 1, { heuristic: 6, judge: 6 }),
    ),
  );
  expect(view.lessons.get(lesson)).toMatchObject({
    kind: "guidance",
    shown: { n: 2, sum: 9 },
    withheld: { n: 1, sum: 6 },
  });
  expect(view.total.guidance.shown.n).toBe(2);
  expect(view.open.size).toBe(0);
});

test("an effect is the difference of the means, with the doubt of both", () => {
  const of = (...scores: number[]) => ({
    n: scores.length,
    sum: scores.reduce((sum, score) => sum + score, 0),
    squares: scores.reduce((sum, score) => sum + score * score, 0),
  });
  const told = effectOf({ shown: of(7, 9), withheld: of(5, 7) });
  expect(told?.points).toBe(2);
  expect(told?.error).toBeCloseTo(Math.SQRT2, 12);
  expect(effectOf({ shown: of(7, 9), withheld: of(5) })).toBeNull();
});
