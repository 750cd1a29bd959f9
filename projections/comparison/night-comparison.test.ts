import { expect, test } from "vitest";
import { digestOfShift } from "../digest/digest.ts";
import { createNight } from "../digest/night.ts";
import {
  begun,
  failed,
  merged,
  proposed,
  shiftEnded,
  shiftStarted,
  worked,
} from "../example-night.ts";
import { BETWEEN_READS, compareNights } from "./night-comparison.ts";
import { viewOf, writeLog, type Entry } from "../written-log.ts";

/** As a command has it: the two nights, and what lies between the first's start and the other's end. */
function compared(entries: readonly Entry[], [a, b]: [number, number] = [1, 2]) {
  const log = writeLog(entries);
  const night = (shift: number) => {
    const made = createNight(viewOf(digestOfShift(shift), log));
    if (!made) throw new Error(`no night ${shift}`);
    return made;
  };
  const between = log.filter(({ event }) => BETWEEN_READS.includes(event.type));
  return compareNights(night(a), night(b), between);
}

const done = (task: string, model?: string): Entry[] => [
  ...begun(task, 1, model),
  ...worked(task),
  ...merged(task),
];

const twoNights: readonly Entry[] = [
  ...["a", "b", "c", "d", "e"].flatMap((task) => proposed(task)),
  ...shiftStarted(1),
  ...done("a"),
  ...done("b"),
  ...shiftEnded(),
  [
    "guidance-c",
    {
      type: "guidance.given",
      category: "capability",
      text: "Be brief.",
      by: "director",
      expiresAtMs: 9,
    },
  ],
  ...shiftStarted(2, "off"),
  ...done("c"),
  ...begun("d", 1, "gpt"),
  ...failed("d", 1, "hang"),
  ...begun("e", 1, "gpt"),
  ...failed("e", 1, "hang"),
  ...shiftEnded("stopped"),
];

const lines = (made: ReturnType<typeof compared>) =>
  made.sections.flatMap(({ title, facts }) => facts.map(({ text }) => `${title}: ${text}`));

test("the first line says what a director asks first", () => {
  expect(compared(twoNights).headline.text).toMatch(/^1 fewer merged; 2 more failed or rejected/);
});

test("each number that moved is told with what it was and what it is", () => {
  const told = lines(compared(twoNights));
  expect(told).toContain("Outcomes: Merged: 2 → 1");
  expect(told).toContain("Outcomes: Failed: 0 → 2");
  expect(told).toContain("Outcomes: Attempts: 2 → 3");
  expect(told).toContain("Brakes, limits and the night itself: Sandbox: bubblewrap → off");
  expect(told).toContain(
    "What was changed from one to the other: guidance for capability: Be brief.",
  );
});

test("a kind of failure that grew names its model where it was one", () => {
  expect(lines(compared(twoNights))).toContain(
    "Failures, by kind: Failed (hang): 0 → 2 (all with gpt)",
  );
});

test("every line rests on events that are known (I9)", () => {
  const { headline, sections, references } = compared(twoNights);
  for (const { text, events } of [headline, ...sections.flatMap(({ facts }) => facts)]) {
    expect(events.length, text).toBeGreaterThan(0);
    for (const id of events) expect(references.has(id), `${text}: ${id}`).toBe(true);
  }
});

test("what stayed is not told, and a night is like itself", () => {
  const told = lines(compared(twoNights));
  expect(told.filter((line) => /: (.+) → \1$/.test(line))).toEqual([]);
  const same = compared(twoNights, [1, 1]);
  const [changed, ...others] = same.sections;
  expect(others).toEqual([]);
  expect(changed?.title).toMatch(/^What was changed/);
  expect(same.headline.text).toBe("as many merged and failed, at the same cost");
});

test("a task that went otherwise is named with both ends", () => {
  const again: readonly Entry[] = [
    ...proposed("a"),
    ...shiftStarted(1),
    ...begun("a"),
    ...failed("a", 1, "hang"),
    ["task-a", { type: "task.released", generation: 1, reason: "failed", untilMs: null }],
    ...shiftEnded(),
    ...shiftStarted(2),
    ...begun("a", 2),
    ...worked("a", 2),
    ...merged("a", 2),
    ...shiftEnded(),
  ];
  expect(lines(compared(again))).toContain(
    "Tasks that went otherwise: a Title of a: failed → merged",
  );
});

test("a rule of the gate that was changed is told", () => {
  const rules = twoNights.map((entry): Entry => {
    const [stream, event] = entry;
    if (event.type !== "attempt.started" || event.task !== "d") return entry;
    return [stream, { ...event, rules: { ...event.rules, scoreMin: 5 } }];
  });
  const told = lines(compared(rules)).find((line) => line.includes("Rules of the gate"));
  expect(told).toMatch(/at least 4.* → at least 5/);
});
