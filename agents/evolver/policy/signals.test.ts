import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import type { Outcome } from "../outcome.ts";
import { directedMutations } from "./signals.ts";

const outcomes = (count: number, told: (at: number) => Partial<Outcome>): Outcome[] =>
  Array.from({ length: count }, (_, at) => ({
    attempt: `a${at}`,
    category: "capability",
    output: "code",
    estimateTokens: 3_000,
    model: "m",
    genome: "g",
    genes: NEUTRAL_GENES,
    score: 7,
    truncated: false,
    continued: false,
    contextTokens: 10_000,
    outputTokens: 6_000,
    outputBudget: 8_000,
    merged: true,
    propensity: 1,
    beganMs: at,
    atMs: at + 1,
    evidence: `e${at}`,
    ...told(at),
  }));
const propose = (seen: Outcome[], since: Record<string, number> = {}) =>
  directedMutations(seen, defaultSettings, [], since);

test("where half is cut off the budget grows by half at once", () => {
  const [change] = propose(outcomes(20, (at) => ({ truncated: at % 2 === 0 })));
  expect(change).toMatchObject({ key: "outputTokensMax", from: 8_000, to: 12_000 });
});

test("what was cut off before the last change says nothing of what is in force", () => {
  const seen = outcomes(20, (at) => ({ truncated: at < 10 }));
  expect(propose(seen, { outputTokensMax: 10 })).toEqual([]);
  expect(propose(seen, { outputTokensMax: 0 })).toHaveLength(1);
});

test("room that no answer needs is taken back, where none is cut off", () => {
  const short = outcomes(40, () => ({ outputTokens: 2_000 }));
  expect(propose(short)).toMatchObject([{ key: "outputTokensMax", to: 6_400, signal: "waste" }]);
  expect(propose(outcomes(20, () => ({ outputTokens: 2_000 })))).toEqual([]);
  const cut = outcomes(40, (at) => ({ outputTokens: 2_000, truncated: at === 0 }));
  expect(propose(cut)).toEqual([]);
});

test("where larger tasks score lower they are split earlier", () => {
  const large = outcomes(30, (at) => ({ estimateTokens: 500 + at * 300, score: 9 - at * 0.1 }));
  expect(propose(large)).toMatchObject([{ key: "splitOverTokens", to: 6_400, signal: "large" }]);
  const even = outcomes(30, (at) => ({ estimateTokens: 500 + at * 300, score: 7 + (at % 2) }));
  expect(propose(even)).toEqual([]);
});
