import { expect, test } from "vitest";
import { taskSpec } from "../testing/fixtures.ts";
import { PROPENSITY_MIN, route, type RoutedBid, type TrackRecord } from "./router.ts";

const bid = (model: string, tier: RoutedBid["tier"], priceMicroUsd: number): RoutedBid => ({
  agent: `agent-${model}`,
  model,
  tier,
  priceMicroUsd,
});
const BIDS = [
  bid("opus", "large", 200_000),
  bid("haiku", "small", 20_000),
  bid("flash", "free", 0),
  bid("qwen", "local", 0),
];

/** Numbers in [0, 1) that follow from a seed alone (an integer hash of a counter). */
function seeded(seed: number) {
  let count = seed * 7_919;
  return {
    next() {
      count = (count + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(count ^ (count >>> 16), 0x21f0aaad) >>> 0;
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97) >>> 0;
      return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
    },
  };
}

const records = (known: Record<string, TrackRecord>) => (_: string, model: string) =>
  known[model] ?? null;
const nothing = records({});

/** How often each model wins over many seeds. */
function wins(record: ReturnType<typeof records>, spec = taskSpec(), seeds = 400) {
  const won: Record<string, number> = {};
  const random = seeded(1);
  for (let at = 0; at < seeds; at++) {
    const model = BIDS[route({ bids: BIDS, spec, record, random }).index]?.model ?? "";
    won[model] = (won[model] ?? 0) + 1 / seeds;
  }
  return won;
}

test("a P1 task keeps the model it names, whatever is known of it", () => {
  const spec = taskSpec({ priority: 1, model: "opus" });
  const record = records({ opus: { n: 50, meanScore: 2 } });
  const { index, propensity, reason } = route({ bids: BIDS, spec, record, random: seeded(1) });
  expect({ index, propensity, reason }).toEqual({ index: 0, propensity: 1, reason: "pinned" });
});

test("a P1 task may name an agent; a P1 task whose model does not bid goes to the auction", () => {
  const ask = (model: string) =>
    route({
      bids: BIDS,
      spec: taskSpec({ priority: 1, model }),
      record: nothing,
      random: seeded(1),
    });
  expect(ask("agent-flash")).toMatchObject({ index: 2, reason: "pinned" });
  expect(ask("absent").reason).toBe("auction");
});

test.each([
  { tags: ["architecture"] },
  { category: "architecture" },
  { tags: ["complex_research"] },
])("%j forces the strongest tier", (spec) => {
  const made = route({ bids: BIDS, spec: taskSpec(spec), record: nothing, random: seeded(1) });
  expect(made).toMatchObject({ index: 0, propensity: 1, reason: "forced" });
});

test("where nothing is known the cascade begins with the cheap and tries the dear at times", () => {
  const won = wins(nothing);
  expect((won.qwen ?? 0) + (won.flash ?? 0)).toBeGreaterThan(0.6);
  expect(won.opus).toBeGreaterThan(0.02);
  expect(won.opus).toBeLessThan(0.25);
});

test("a cheap model that scores low loses its place to a dear one that scores high", () => {
  const record = records({
    qwen: { n: 20, meanScore: 4 },
    flash: { n: 20, meanScore: 4.5 },
    haiku: { n: 20, meanScore: 5 },
    opus: { n: 20, meanScore: 8.7 },
  });
  expect(wins(record).opus).toBeGreaterThan(0.95);
});

test("of two models that score alike the cheaper one wins", () => {
  const same = { n: 40, meanScore: 7.5 };
  const won = wins(records({ qwen: same, flash: same, haiku: same, opus: same }));
  expect(won.qwen).toBeGreaterThan(won.flash ?? 0);
  expect(won.opus ?? 0).toBeLessThan(0.02);
});

test("an urgent task buys quality sooner than one that can wait", () => {
  const record = records({ opus: { n: 20, meanScore: 8.2 }, qwen: { n: 20, meanScore: 7 } });
  const urgent = wins(record, taskSpec({ priority: 1 })).opus ?? 0;
  expect(urgent).toBeGreaterThan((wins(record, taskSpec({ priority: 4 })).opus ?? 0) + 0.2);
});

test("the propensity that is logged is how often the choice is made", () => {
  const random = seeded(3);
  const [chosen, told] = [new Map<number, number>(), new Map<number, number[]>()];
  for (let at = 0; at < 1_000; at++) {
    const { index, propensity } = route({ bids: BIDS, spec: taskSpec(), record: nothing, random });
    chosen.set(index, (chosen.get(index) ?? 0) + 1 / 1_000);
    told.set(index, [...(told.get(index) ?? []), propensity]);
    expect(propensity).toBeGreaterThanOrEqual(PROPENSITY_MIN);
    expect(propensity).toBeLessThanOrEqual(1);
  }
  for (const [index, share] of chosen) {
    const all = told.get(index) ?? [];
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    expect(Math.abs(mean - share)).toBeLessThan(0.06);
  }
});

test("the same seed makes the same choice, and one bid is certain", () => {
  const ask = () => route({ bids: BIDS, spec: taskSpec(), record: nothing, random: seeded(5) });
  expect(ask()).toEqual(ask());
  const only = route({
    bids: BIDS.slice(0, 1),
    spec: taskSpec(),
    record: nothing,
    random: seeded(1),
  });
  expect(only).toMatchObject({ index: 0, propensity: 1 });
});

test("without random numbers the best merit wins; without bids there is no choice", () => {
  const asked = { spec: taskSpec(), record: nothing, random: null };
  expect(route({ ...asked, bids: BIDS })).toMatchObject({ index: 3, reason: "fallback" });
  expect(() => route({ ...asked, bids: [] })).toThrow("nobody bid");
});
