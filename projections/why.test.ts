import { expect, test } from "vitest";
import { BLOB, OTHER_COMMIT } from "./example-night.ts";
import { wholeNight } from "./whole-night.ts";
import { explain } from "./why.ts";
import { writeLog } from "./written-log.ts";

const log = writeLog(wholeNight);

test("a merge is explained from the merge back to the wish", () => {
  const { steps, attempt, attempts, title } = explain("again", log);
  expect({ attempt, attempts, title }).toEqual({
    attempt: "again-g2",
    attempts: ["again-g1", "again-g2"],
    title: "again Title of again",
  });
  expect(steps.map(({ kind }) => kind)).toEqual([
    "integration",
    "gate",
    "scores",
    "verdict",
    "execution",
    "spend",
    "prompt",
    "award",
    "bids",
    "plan",
    "claim",
    "proposal",
  ]);
  const text = (kind: string) => {
    const step = steps.find((one) => one.kind === kind);
    return [step?.text, ...(step?.details ?? [])].join("\n");
  };
  expect(text("integration")).toContain(`to ${OTHER_COMMIT}`);
  expect(text("gate")).toBe("accepted at 8.2\ngreen: all checks are green");
  expect(text("scores")).toContain("heuristic 7.0, judge 9.0, blend 8.2");
  expect(text("verdict")).toContain("npm test: pass, 12 passed");
  expect(text("execution")).toContain("12000 tokens in (2000 cached), 1500 out, $0.04 billed");
  expect(text("spend")).toContain("again-g2-implement: $0.04 billed, 13500 tokens");
  expect(text("award")).toContain("coder with sonnet on claude-1, by auction, propensity 0.800");
  expect(text("bids")).toContain("other with haiku: $0.04, 90000 ms, merit 0.20");
  expect(steps.find(({ kind }) => kind === "prompt")?.blobs).toEqual([BLOB]);
});

test("every step names its events, all of the task", () => {
  const { steps } = explain("again", log);
  const byId = new Map(log.map((recorded) => [recorded.id, recorded]));
  const streams = /^(task-again|attempt-again-g2|repo-lib-1|budget-2026w47)$/;
  for (const step of steps) {
    expect(step).not.toMatchObject({ events: [] });
    for (const id of step.events) expect(byId.get(id)?.stream).toMatch(streams);
  }
});

test("an earlier attempt is explained when it is asked for", () => {
  const { steps } = explain("again", log, "again-g1");
  expect(steps[0]?.text).toBe("task returned: Tests fail.");
  expect(steps.find(({ kind }) => kind === "gate")?.text).toBe("rejected at 3.0");
});

test("a task that was refused is explained without an attempt", () => {
  const { attempt, steps } = explain("twice", log);
  expect(attempt).toBeNull();
  expect(steps.map(({ text }) => text)[0]).toBe("task refused (already-done): src/a.ts has it");
});

test("a task that nobody knows has no steps", () => {
  expect(explain("none", log).steps).toEqual([]);
});
