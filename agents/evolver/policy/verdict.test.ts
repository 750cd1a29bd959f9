import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { normal, seededDraws } from "../draws.ts";
import type { Outcome } from "../outcome.ts";
import { routerBy } from "../router/router.ts";
import { isTriedOn } from "./trial.ts";
import { verdictOf } from "./verdict.ts";

const trial = {
  policy: "output-1",
  key: "outputTokensMax",
  from: 8_000,
  to: 10_000,
  share: 0.3,
  tasksMax: 60,
  sinceMs: 1_000,
};

/** Attempts after the trial began, of which those under it score so much more. */
function attempts(count: number, more: number, change: Partial<Outcome> = {}): Outcome[] {
  const random = seededDraws(11);
  return Array.from({ length: count }, (_, at): Outcome => {
    const attempt = `t${at}-g1`;
    const isTried = isTriedOn(trial, { attempt, beganMs: 2_000 });
    const score = 6 + (isTried ? more : 0) + normal(random);
    return {
      attempt,
      category: "capability",
      output: "code",
      estimateTokens: 3_000,
      model: "sonnet",
      genome: "g",
      genes: NEUTRAL_GENES,
      score: Math.min(10, Math.max(0, score)),
      truncated: false,
      continued: false,
      contextTokens: 1_000,
      outputTokens: 3_000,
      outputBudget: 8_000,
      merged: null,
      propensity: 1,
      beganMs: 2_000,
      atMs: 3_000,
      evidence: `e${at}`,
      ...(isTried ? change : {}),
    };
  });
}
const verdict = (outcomes: readonly Outcome[]) =>
  verdictOf(trial, outcomes, routerBy(defaultSettings));

test("a trial reaches its share of what begins after it, always the same", () => {
  const hit = Array.from({ length: 2_000 }, (_, at) => ({ attempt: `t${at}`, beganMs: 2_000 }));
  const share = hit.filter((one) => isTriedOn(trial, one)).length / hit.length;
  expect(Math.abs(share - 0.3)).toBeLessThan(0.04);
  expect(hit.some((one) => isTriedOn(trial, { ...one, beganMs: 999 }))).toBe(false);
  const another = hit.filter((one) => isTriedOn({ ...trial, policy: "other" }, one)).length;
  expect(another).not.toBe(hit.filter((one) => isTriedOn(trial, one)).length);
});

test("what is clearly better is adopted before the trial is over, with its figures", () => {
  const told = verdict(attempts(120, 1.5));
  expect(told?.verdict).toBe("adopt");
  expect(told?.rationale).toMatch(/outputTokensMax 8000 → 10000 is kept: \d+ attempts under it/);
});

test("what is clearly worse is rolled back before the trial is over", () => {
  expect(verdict(attempts(120, -1.5))?.verdict).toBe("roll-back");
});

test("too few attempts, or older ones, say nothing", () => {
  expect(verdict(attempts(40, 3))).toBeNull();
  const old = attempts(200, 3).map((one) => ({ ...one, beganMs: 10 }));
  expect(verdict(old)).toBeNull();
});

test("what makes no difference is rolled back when its trial is over, not before", () => {
  expect(verdict(attempts(110, 0))).toBeNull();
  expect(verdict(attempts(260, -0.2))?.verdict).toBe("roll-back");
});

test("a trial that cuts off many more answers is over at once", () => {
  const told = verdict(attempts(110, 0.4, { truncated: true }));
  expect(told).toMatchObject({ verdict: "roll-back" });
});
