import { expect, test } from "vitest";
import { begun, worked } from "./example-night.ts";
import { judging } from "./judging.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

/** So many attempts that were judged; the log calls the last of them a drift, or does not. */
function usualAfter(count: number, drift?: { level: number }) {
  const entries = Array.from({ length: count }, (_, at): Entry[] => {
    const heuristic = 6 + (at % 3);
    const attempt = [...begun(`t${at}`), ...worked(`t${at}`, 1, { heuristic, judge: 7 })];
    if (at + 1 < count || !drift) return attempt;
    return attempt.map(([stream, event]) =>
      event.type === "attempt.assessed" ? [stream, { ...event, drift }] : [stream, event],
    );
  });
  return viewOf(judging, writeLog(entries.flat())).drift.values().next().value;
}

test("what is usual is learned anew after an alarm that the log tells of, and only then (D24)", () => {
  // The newest sixty wait before they are usual.
  expect(usualAfter(200)?.n).toBe(140);
  expect(usualAfter(200, { level: 1.2 })).toMatchObject({ n: 60, level: 0 });
});

test("an alarm before anything is usual changes nothing", () =>
  expect(usualAfter(3, { level: 9 })).toEqual(usualAfter(3)));
