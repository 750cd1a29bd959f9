import type { GenomeCommand } from "@nightshift/protocol/genome";
import { expect, test } from "vitest";
import { genome } from "./genome.ts";
import { decideOrRefuse, spec, stateAfter } from "./spec.ts";

const { given } = spec(genome);
const genes = {
  model: null,
  outputTokensMax: 8_000,
  promptStyle: "plain",
  contextDepth: 1,
  continuationsMax: 0,
  scope: "normal",
} as const;
const origin = { category: "ops", genes, island: "generalists" } as const;
const seeded = { type: "genome.seeded", ...origin } as const;
const evaluate = {
  type: "genome.evaluate",
  attempt: "one-g1",
  score: 8,
  tokens: 2_000,
  tokensBudget: 8_000,
  merged: true,
} as const;
const evaluated = {
  type: "genome.evaluated",
  attempt: "one-g1",
  quality: 0.8,
  tokenEfficiency: 0.75,
  merged: true,
  fitness: 0.6 * 0.8 + 0.25 * 0.75 + 0.15,
} as const;

test("a genome begins once, as seed, child or mutant", () => {
  given()
    .when({ type: "genome.seed", ...origin })
    .thenEvents(seeded);
  given()
    .when({ type: "genome.breed", ...origin, parents: ["a", "b"] })
    .thenEvents({ type: "genome.bred", ...origin, parents: ["a", "b"] });
  given()
    .when({ type: "genome.mutate", ...origin, parent: "a", rationale: "cut off too often" })
    .thenEvents({ type: "genome.mutated", ...origin, parent: "a", rationale: "cut off too often" });
  given(seeded)
    .when({ type: "genome.seed", ...origin, island: "explorers" })
    .thenRefuses("out-of-order");
});

test("one or two parents breed, and a mutation says why", () => {
  given()
    .when({ type: "genome.breed", ...origin, parents: [] })
    .thenRefuses("out-of-bounds");
  given()
    .when({ type: "genome.breed", ...origin, parents: ["a", "b", "c"] })
    .thenRefuses("out-of-bounds");
  given()
    .when({ type: "genome.mutate", ...origin, parent: "a", rationale: " " })
    .thenRefuses("not-allowed");
});

test("fitness is .60 quality, .25 token efficiency and .15 merge (D29)", () =>
  given(seeded).when(evaluate).thenEvents(evaluated));

test("an attempt evaluates a genome once", () =>
  given(seeded, evaluated)
    .when({ ...evaluate, score: 9 })
    .thenNothing());

test("who uses more tokens than it had is not efficient, and no less than that", () =>
  given(seeded)
    .when({ ...evaluate, score: 10, tokens: 20_000, merged: false })
    .thenEvents({ ...evaluated, quality: 1, tokenEfficiency: 0, merged: false, fitness: 0.6 }));

test("the best there can be has fitness 1, not more", () => {
  const best: GenomeCommand = { ...evaluate, score: 10, tokens: 0 };
  const [event] = decideOrRefuse(genome, best, stateAfter(genome, [seeded]));
  expect(event).toMatchObject({ fitness: 1 });
});

test("the worst there can be has fitness 0, and is told", () =>
  given(seeded)
    .when({ ...evaluate, score: 0, tokens: 8_000, merged: false })
    .thenEvents({ ...evaluated, quality: 0, tokenEfficiency: 0, merged: false, fitness: 0 }));

test("what is no score or no budget is refused", () => {
  for (const wrong of [{ score: 11 }, { score: Number.NaN }, { tokensBudget: 0 }, { tokens: -1 }]) {
    given(seeded)
      .when({ ...evaluate, ...wrong })
      .thenRefuses("out-of-bounds");
  }
});

test("a mean of 7 enters the hall of fame, less does not (D31)", () => {
  const induct = { type: "genome.induct", hallMin: 7 } as const;
  given(seeded, evaluated).when(induct).thenEvents({ type: "genome.inducted", mean: 8 });
  given(seeded, { ...evaluated, quality: 0.69 })
    .when(induct)
    .thenRefuses("out-of-bounds");
  given(seeded).when(induct).thenRefuses("out-of-bounds");
});

test("a genome is retired once, and enters no hall after that", () => {
  const retired = { type: "genome.retired", reason: "bottom third" } as const;
  given(seeded).when({ type: "genome.retire", reason: "bottom third" }).thenEvents(retired);
  given(seeded, evaluated, retired)
    .when({ type: "genome.induct", hallMin: 7 })
    .thenRefuses("out-of-order");
});

test("what an attempt brought in late still counts for a retired genome", () =>
  given(seeded, { type: "genome.retired", reason: "bottom third" })
    .when(evaluate)
    .thenEvents(evaluated));

test("nothing is evaluated that has no genes", () =>
  given().when(evaluate).thenRefuses("not-found"));
