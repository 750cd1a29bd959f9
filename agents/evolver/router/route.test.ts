import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import { defaultSettings } from "@nightshift/protocol/settings";
import type { TaskSpec } from "@nightshift/protocol/task";
import { expect, test } from "vitest";
import { taskSpec } from "../../testing/fixtures.ts";
import { seededDraws } from "../draws.ts";
import { PROPENSITY_DRAWS, route, type RoutedBid, type RoutedGenome } from "./route.ts";
import { routerBy, type Router } from "./router.ts";

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
const NEUTRAL: RoutedGenome = { id: "neutral", genes: NEUTRAL_GENES };
const TESTS: RoutedGenome = {
  id: "tests",
  genes: { ...NEUTRAL_GENES, promptStyle: "test-first" },
};
const CONTEXT = 40_000;

const situationOf = ({ category, output }: TaskSpec) => {
  return { category, output, estimateTokens: 2_000 };
};

/** A router that has seen each model so often, with such a score. */
function taught(known: Record<string, { n: number; score: number }>, spec = taskSpec()): Router {
  const router = routerBy(defaultSettings);
  for (const [model, { n, score }] of Object.entries(known)) {
    const option = { model, genes: NEUTRAL_GENES, contextTokensMax: CONTEXT };
    const quality = score / 10;
    const result = { fitness: 0.6 * quality + 0.2, quality, thrift: 0.8, merged: 0 };
    for (let at = 0; at < n; at++) router.learn(situationOf(spec), option, result);
  }
  return router;
}

function ask(more: {
  bids?: RoutedBid[];
  genomes?: RoutedGenome[];
  spec?: TaskSpec;
  router?: Router;
  seed?: number | null;
}) {
  const { bids = BIDS, genomes = [NEUTRAL], spec = taskSpec(), router = taught({}) } = more;
  const { seed = 1 } = more;
  const random = seed === null ? null : seededDraws(seed);
  const situation = situationOf(spec);
  return route({ bids, genomes, spec, situation, contextTokensMax: CONTEXT, router, random });
}

/** How often each model wins over many seeds. */
function wins(router: Router, spec = taskSpec(), seeds = 100) {
  const won: Record<string, number> = {};
  for (let seed = 1; seed <= seeds; seed++) {
    const model = BIDS[ask({ router, spec, seed }).index]?.model ?? "";
    won[model] = (won[model] ?? 0) + 1 / seeds;
  }
  return won;
}

test("a P1 task keeps the model it names, whatever is known of it", () => {
  const spec = taskSpec({ priority: 1, model: "opus" });
  const made = ask({ spec, router: taught({ opus: { n: 50, score: 2 } }, spec) });
  expect(made).toMatchObject({ index: 0, propensity: 1, reason: "pinned" });
});

test("a P1 task may name an agent; a P1 task whose model does not bid goes to the auction", () => {
  const named = (model: string) => ask({ spec: taskSpec({ priority: 1, model }) });
  expect(named("agent-flash")).toMatchObject({ index: 2, reason: "pinned" });
  expect(named("absent").reason).toBe("auction");
});

test.each([
  { tags: ["architecture"] },
  { category: "architecture" },
  { tags: ["complex_research"] },
])("%j forces the strongest tier", (spec) => {
  const made = ask({ spec: taskSpec(spec) });
  expect(made).toMatchObject({ index: 0, propensity: 1, reason: "forced" });
});

test("where nothing is known the cascade begins with the cheap, now with one and now another", () => {
  const won = wins(taught({}));
  expect((won.qwen ?? 0) + (won.flash ?? 0)).toBeGreaterThan(0.6);
  expect(won.qwen).toBeGreaterThan(0);
  expect(won.flash).toBeGreaterThan(0);
  expect(won.opus ?? 0).toBeLessThan(0.25);
});

test("a cheap model that scores low loses its place to a dear one that scores high", () => {
  const router = taught({
    qwen: { n: 20, score: 4 },
    flash: { n: 20, score: 4.5 },
    haiku: { n: 20, score: 5 },
    opus: { n: 20, score: 8.7 },
  });
  expect(wins(router).opus).toBeGreaterThan(0.95);
});

test("of models that score alike the cheaper ones win", () => {
  const same = { n: 40, score: 7.5 };
  const won = wins(taught({ qwen: same, flash: same, haiku: same, opus: same }));
  expect((won.qwen ?? 0) + (won.flash ?? 0)).toBeGreaterThan(0.9);
  expect(won.opus ?? 0).toBeLessThan(0.02);
});

test("an urgent task buys quality sooner than one that can wait", () => {
  const known = { opus: { n: 30, score: 8.2 }, qwen: { n: 30, score: 6.9 } };
  const share = (priority: number) => wins(taught(known), taskSpec({ priority })).opus ?? 0;
  expect(share(1)).toBeGreaterThan(share(4) + 0.2);
});

test("the propensity that is logged is how often the choice is made, in steps of its draws", () => {
  const router = taught({});
  const [chosen, told] = [new Map<number, number>(), new Map<number, number[]>()];
  for (let seed = 1; seed <= 400; seed++) {
    const { index, propensity } = ask({ router, seed });
    chosen.set(index, (chosen.get(index) ?? 0) + 1 / 400);
    told.set(index, [...(told.get(index) ?? []), propensity]);
    expect(propensity).toBeGreaterThanOrEqual(1 / PROPENSITY_DRAWS);
    expect(propensity).toBeLessThanOrEqual(1);
  }
  for (const [index, share] of chosen) {
    const all = told.get(index) ?? [];
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    expect(Math.abs(mean - share)).toBeLessThan(0.08);
  }
});

test("the same seed makes the same choice, and one bid with one genome is certain", () => {
  expect(ask({ seed: 5 })).toEqual(ask({ seed: 5 }));
  expect(ask({ bids: BIDS.slice(0, 1) })).toMatchObject({ index: 0, propensity: 1 });
});

test("without random numbers the best merit wins; without bids there is no choice", () => {
  expect(ask({ seed: null })).toMatchObject({ index: 3, reason: "fallback" });
  expect(() => ask({ bids: [] })).toThrow("nobody bid");
  expect(() => ask({ genomes: [] })).toThrow("no genome");
});

test("a genome that names a model works with that one, and with others only where none fits", () => {
  const opus = { id: "for-opus", genes: { ...NEUTRAL_GENES, model: "opus" } };
  for (let seed = 1; seed <= 50; seed++) {
    const { index, genome } = ask({ genomes: [opus, NEUTRAL], seed });
    if (genome.id === "for-opus") expect(BIDS[index]?.model).toBe("opus");
  }
  expect(ask({ bids: BIDS.slice(1, 2), genomes: [opus] }).genome.id).toBe("for-opus");
});

test("a genome that did better is worked by more often", () => {
  const router = taught({});
  const learned = (genome: RoutedGenome, fitness: number) => {
    const option = { model: "qwen", genes: genome.genes, contextTokensMax: CONTEXT };
    const result = { fitness, quality: fitness, thrift: 0.8, merged: 0 };
    for (let at = 0; at < 40; at++) router.learn(situationOf(taskSpec()), option, result);
  };
  learned(NEUTRAL, 0.5);
  learned(TESTS, 0.7);
  let tests = 0;
  for (let seed = 1; seed <= 50; seed++) {
    if (ask({ router, genomes: [NEUTRAL, TESTS], seed }).genome.id === "tests") tests += 1;
  }
  expect(tests).toBeGreaterThan(45);
});
