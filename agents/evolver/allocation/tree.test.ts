import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import { expect, test } from "vitest";
import type { Outcome } from "../outcome.ts";
import { allocate } from "./tree.ts";

const NOW = Date.parse("2026-11-21T03:00:00Z");
const WEIGHTS = {
  revenue: 0.25,
  content: 0.2,
  capability: 0.25,
  ops: 0.15,
  self_improvement: 0.15,
};
const GROUPS = { revenue: "revenue", content: "revenue", capability: "base", ops: "base" };
const NEVER = { fast: null, medium: null, slow: null };

/** Over ten days, what earns does well and what it stands on does badly. */
const outcomes = Array.from({ length: 160 }, (_, at): Outcome => {
  const category = ["revenue", "content", "capability", "ops"][at % 4] ?? "ops";
  return {
    attempt: `a${at}`,
    category,
    output: "code",
    estimateTokens: null,
    model: "m",
    genome: "g",
    genes: NEUTRAL_GENES,
    score: at % 4 < 2 ? 8 : 5,
    truncated: false,
    continued: false,
    contextTokens: 0,
    outputTokens: 4_000,
    outputBudget: 8_000,
    merged: null,
    propensity: 1,
    beganMs: NOW - (10 * DAY_MS * (160 - at)) / 160,
    atMs: NOW - (10 * DAY_MS * (160 - at)) / 160,
    evidence: `e${at}`,
  };
});
const told = { weights: WEIGHTS, outcomes, capShare: 0.3, groups: GROUPS, nowMs: NOW };

test("the slow loop weighs groups: what earns against what it stands on", () => {
  const shift = allocate({ ...told, movedAtMs: NEVER });
  expect(shift?.loop).toBe("slow");
  expect(shift?.rationale).toContain("revenue");
  expect(shift?.weights.revenue).toBeGreaterThan(WEIGHTS.revenue);
  expect(shift?.weights.ops).toBeLessThan(WEIGHTS.ops);
  expect(shift?.weights.self_improvement).toBe(WEIGHTS.self_improvement);
});

test("each loop waits for its time: a week, a day, an hour", () => {
  const at = (slow: number, medium: number, fast: number) =>
    allocate({
      ...told,
      movedAtMs: { slow: NOW - slow, medium: NOW - medium, fast: NOW - fast },
    })?.loop;
  expect(at(8 * DAY_MS, 2 * DAY_MS, 2 * HOUR_MS)).toBe("slow");
  expect(at(6 * DAY_MS, 25 * HOUR_MS, 2 * HOUR_MS)).toBe("fast");
  expect(at(6 * DAY_MS, 2 * HOUR_MS, 2 * HOUR_MS)).toBe("fast");
  expect(at(6 * DAY_MS, 2 * HOUR_MS, HOUR_MS / 2)).toBeUndefined();
});

test("without a week of outcomes no group is weighed", () => {
  const young = outcomes.filter(({ atMs }) => NOW - atMs < 3 * DAY_MS);
  expect(allocate({ ...told, outcomes: young, movedAtMs: NEVER })?.loop).not.toBe("slow");
});
