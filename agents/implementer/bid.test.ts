import { skills } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import type { Model } from "../ports.ts";
import { scriptedCodingAgent, scriptedModel } from "../testing/scripted-model.ts";
import { bidsOf } from "./bid.ts";
import type { Worker } from "./worker.ts";

const asked = { skill: "implement", inputTokens: 40_000, outputTokens: 8_000 } as const;

function bid(...workers: Worker[]) {
  return skills.bid.output.parse({ bids: bidsOf(workers, asked) }).bids;
}

const model = (profile: Partial<Model>) => ({ ...scriptedModel([]), ...profile });

test("a worker bids the worst price of what it would use", () => {
  // A large model uses all of it: 40,000 in at 1 and 8,000 out at 5 micro-dollars.
  expect(bid(model({ tier: "large" }))).toMatchObject([{ priceMicroUsd: 80_000, tier: "large" }]);
  // A small one is given 20,000 of context.
  expect(bid(model({ tier: "small" }))).toMatchObject([{ priceMicroUsd: 60_000 }]);
  const free = { inputMicroUsd: 0, outputMicroUsd: 0 };
  expect(bid(model({ tier: "local", price: free }))).toMatchObject([{ priceMicroUsd: 0 }]);
});

test("each worker bids for itself, and a coding agent takes longer than a model", () => {
  const [first, second] = bid(model({ name: "a" }), {
    ...scriptedCodingAgent(() => ({})),
    name: "b",
  });
  expect([first?.model, second?.model]).toEqual(["a", "b"]);
  expect(second?.etaMs).toBeGreaterThan(first?.etaMs ?? 0);
});

test("a worker that cannot hold the task does not bid", () => {
  expect(bid(model({ contextTokensMax: 9_000 }))).toEqual([]);
  expect(bid(model({ outputTokensMax: 4_000 }))).toEqual([]);
  expect(bid(model({ contextTokensMax: 32_000 }))).toHaveLength(1);
});

test("an implementer bids for implementing alone, and at most twenty times", () => {
  expect(bidsOf([model({})], { ...asked, skill: "assess" })).toEqual([]);
  expect(bid(...Array.from({ length: 30 }, () => model({})))).toHaveLength(20);
});
