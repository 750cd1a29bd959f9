import { expect, test } from "vitest";
import type { CallContext } from "@nightshift/protocol/bus";
import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import { boundsOf, defaultSettings, SettingKey } from "@nightshift/protocol/settings";
import { skills } from "@nightshift/protocol/skills";
import { evolver } from "./evolver.ts";
import { fitness } from "./fitness.ts";
import type { Outcome } from "./outcome.ts";
import { proposal } from "./policy/signals.ts";

const NOW = Date.parse("2026-11-21T03:00:00Z");
let count = 0;
const outcome = (told: Partial<Outcome> = {}): Outcome => ({
  attempt: "t-g1",
  category: "capability",
  output: "code",
  estimateTokens: null,
  model: "m",
  genome: "g",
  genes: null,
  score: 7,
  truncated: false,
  continued: false,
  contextTokens: 10_000,
  outputTokens: 2_000,
  outputBudget: 8_000,
  merged: true,
  propensity: 1,
  beganMs: NOW - 2 * HOUR_MS,
  atMs: NOW - HOUR_MS,
  evidence: `event-${count++}`,
  ...told,
});
const times = (n: number, told: (at: number) => Partial<Outcome>) =>
  Array.from({ length: n }, (_, at) => outcome(told(at)));

const call: CallContext = {
  context: "evolution",
  message: "m",
  principal: "dispatcher",
  signal: new AbortController().signal,
  progress: () => {},
};

async function evolve(
  outcomes: Outcome[],
  more: { settings?: object; weights?: Record<string, number>; openKeys?: string[] } = {},
) {
  const { settings = {}, weights = {}, openKeys = [] } = more;
  const input = skills.evolve.input.parse({
    settings: { ...defaultSettings, ...settings },
    weights,
    outcomes,
    openKeys,
    nowMs: NOW,
  });
  return skills.evolve.output.parse(await evolver({}).handle("evolve", input, call));
}

const cut = times(10, (at) => ({ truncated: at < 3 }));

test("when more than a quarter of the answers are cut off the output budget grows", async () => {
  const { proposals } = await evolve(cut);
  expect(proposals).toMatchObject([
    { key: "outputTokensMax", from: 8_000, to: 10_000, signal: "truncation" },
  ]);
  expect(proposals[0]?.rationale).toContain("3 of 10 tasks were cut off (30 %");
  expect(proposals[0]?.evidence).toEqual(cut.slice(0, 3).map(({ evidence }) => evidence));
});

test("a quarter exactly, too few tasks or an older budget are no signal", async () => {
  expect((await evolve(times(8, (at) => ({ truncated: at < 2 })))).proposals).toEqual([]);
  expect((await evolve(cut.slice(0, 7))).proposals).toEqual([]);
  expect((await evolve(cut, { settings: { outputTokensMax: 10_000 } })).proposals).toEqual([]);
});

test("where the budget is at its maximum tasks are split earlier", async () => {
  const full = times(10, (at) => ({ truncated: at < 5, outputBudget: 32_000 }));
  const { proposals } = await evolve(full, { settings: { outputTokensMax: 32_000 } });
  expect(proposals).toMatchObject([{ key: "splitOverTokens", from: 8_000, to: 6_400 }]);
});

test("a key that is being tried is left alone", async () => {
  expect((await evolve(cut, { openKeys: ["outputTokensMax"] })).proposals).toEqual([]);
});

test("a score that falls as the context grows takes context away", async () => {
  const bloated = times(20, (at) => ({ contextTokens: 20_000 + at * 3_000, score: 9 - at * 0.2 }));
  const { proposals } = await evolve(bloated);
  expect(proposals).toMatchObject([
    { key: "contextTokensLarge", from: 80_000, to: 64_000, signal: "context-bloat" },
  ]);
  const small = times(20, (at) => ({ contextTokens: 10_000 + at * 1_000, score: 9 - at * 0.2 }));
  expect((await evolve(small)).proposals).toMatchObject([
    { key: "contextTokensMedium", to: 32_000 },
  ]);
});

test("a score that falls by chance, or rises with the context, takes nothing away", async () => {
  const noise = [7, 6, 8, 7, 6, 8, 7, 6];
  const few = times(8, (at) => ({ contextTokens: 20_000 + at * 3_000, score: noise[at] ?? 7 }));
  expect((await evolve(few)).proposals).toEqual([]);
  const rising = times(20, (at) => ({ contextTokens: 20_000 + at * 3_000, score: 4 + at * 0.2 }));
  expect((await evolve(rising)).proposals).toEqual([]);
});

const continued = times(12, (at) => ({ continued: at < 4, score: at < 4 ? 5.1 : 7.4 }));

test("where continued tasks score a point lower continuing stops", async () => {
  const { proposals } = await evolve(continued, { settings: { continuationsMax: 2 } });
  expect(proposals).toMatchObject([
    { key: "continuationsMax", from: 2, to: 0, signal: "continuation" },
  ]);
  expect(proposals[0]?.rationale).toContain("4 continued tasks scored 2.3 lower than 8 others");
  expect((await evolve(continued)).proposals).toEqual([]);
});

test("nothing of the constitution is ever proposed, whatever came out", async () => {
  const worst = times(30, (at) => ({
    truncated: true,
    continued: at < 15,
    score: at < 15 ? 1 : 9 - at * 0.1,
    contextTokens: 1_000 * (30 - at),
  }));
  const { proposals } = await evolve(worst, { settings: { continuationsMax: 1 } });
  expect(proposals.length).toBeGreaterThan(0);
  for (const { key, to } of proposals) {
    const { evolvable, min, max } = boundsOf(SettingKey.parse(key));
    expect(evolvable).toBe(true);
    expect(to).toBeGreaterThanOrEqual(min);
    expect(to).toBeLessThanOrEqual(max);
  }
});

test("whatever a signal asks for, a key of the constitution stays and bounds hold", () => {
  const ask = (key: SettingKey, to: number) =>
    proposal({ key, to, signal: "s", why: "w", seen: cut }, (of) => defaultSettings[of], []);
  expect(ask("gateScoreMin", 1)).toEqual([]);
  expect(ask("selfImprovementShareMax", 0.1)).toEqual([]);
  expect(ask("outputTokensMax", 90_000)).toMatchObject([{ to: 32_000 }]);
  expect(ask("outputTokensMax", 8_000)).toEqual([]);
});

const WEIGHTS = {
  revenue: 0.2,
  capability: 0.2,
  tech_research: 0.15,
  biz_research: 0.15,
  self_improvement: 0.15,
  content: 0.1,
  ops: 0.05,
};
const sum = (weights: Record<string, number>) =>
  Object.values(weights).reduce((all, weight) => all + weight, 0);

test("the fast loop shifts work to what scored better, by a tenth at most", async () => {
  const day = [
    ...times(5, () => ({ category: "capability", score: 9 })),
    ...times(5, () => ({ category: "content", score: 4 })),
    ...times(5, () => ({ category: "self_improvement", score: 10 })),
  ];
  const { weights, weightsRationale, weightsEvidence } = await evolve(day, { weights: WEIGHTS });
  expect(weights?.capability).toBeGreaterThan(0.2);
  expect(weights?.content).toBeLessThan(0.1);
  expect(weights?.self_improvement).toBe(0.15);
  expect(sum(weights ?? {})).toBeCloseTo(1, 9);
  for (const [name, before] of Object.entries(WEIGHTS)) {
    expect(Math.abs((weights?.[name] ?? 0) - before)).toBeLessThanOrEqual(before * 0.1 + 1e-9);
    expect(weights?.[name]).toBeGreaterThanOrEqual(0.05 - 1e-9);
    expect(weights?.[name]).toBeLessThanOrEqual(0.3);
  }
  expect(weightsRationale).toContain("fast loop");
  expect(weightsEvidence.length).toBe(10);
});

test("however long a category does badly, floor and cap hold", async () => {
  let weights: Record<string, number> = WEIGHTS;
  const day = [
    ...times(5, () => ({ category: "capability", score: 10 })),
    ...times(5, () => ({ category: "revenue", score: 1 })),
    ...times(5, () => ({ category: "biz_research", score: 1 })),
  ];
  for (let step = 0; step < 60; step++)
    weights = (await evolve(day, { weights })).weights ?? weights;
  expect(weights.capability).toBeCloseTo(0.3, 6);
  expect(Math.min(...Object.values(weights))).toBeGreaterThanOrEqual(0.05 - 1e-9);
  expect(weights.self_improvement).toBe(0.15);
  expect(sum(weights)).toBeCloseTo(1, 9);
});

test("without a reason in the last day the trend of a week decides", async () => {
  const week = times(24, (at) => ({
    category: at % 2 === 0 ? "revenue" : "capability",
    atMs: NOW - (at < 12 ? 6 : 2) * DAY_MS,
    score: at % 2 === 0 ? (at < 12 ? 5 : 8) : 7,
  }));
  const { weights, weightsRationale } = await evolve(week, { weights: WEIGHTS });
  expect(weightsRationale).toContain("medium loop");
  expect(weights?.revenue).toBeGreaterThan(weights?.capability ?? 1);
});

test("too few tasks, one category or no weights move nothing", async () => {
  const few = times(2, () => ({ category: "capability", score: 9 }));
  expect((await evolve(few, { weights: WEIGHTS })).weights).toBeNull();
  const one = times(9, () => ({ category: "capability", score: 9 }));
  expect((await evolve(one, { weights: WEIGHTS })).weights).toBeNull();
  expect((await evolve(one)).weights).toBeNull();
  expect((await evolve([])).proposals).toEqual([]);
});

test("fitness is .60 quality, .25 thrift with tokens and .15 merged", () => {
  const did = { score: 10, outputTokens: 0, merged: true };
  expect(fitness(did)).toBe(1);
  expect(fitness({ ...did, merged: false })).toBeCloseTo(0.85);
  expect(fitness({ ...did, score: null })).toBeCloseTo(0.4);
  expect(fitness({ ...did, outputTokens: 16_000 })).toBeCloseTo(0.75);
});

test("what a person had to mend before the merge counts as half merged (H12)", () => {
  const did = { score: 10, outputTokens: 0, edited: true };
  expect(fitness({ ...did, merged: true })).toBeCloseTo(0.925);
  expect(fitness({ ...did, merged: false })).toBeCloseTo(0.85);
});

test("while nobody has said whether it is merged the odds of its score stand for it", () => {
  const did = { score: 7.2, outputTokens: 16_000 };
  const waiting = fitness({ ...did, merged: null });
  expect(waiting).toBeGreaterThan(fitness({ ...did, merged: false }) + 0.04);
  expect(waiting).toBeLessThan(fitness({ ...did, merged: true }) - 0.09);
});
