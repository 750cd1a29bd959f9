import * as fc from "fast-check";
import { expect, test } from "vitest";
import { tokenScales } from "./token-scales.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

const SHA256 = "0".repeat(64);
const prompted = (attempt: string, model: string, rawTokens?: number): Entry => [
  attempt,
  {
    type: "attempt.prompted",
    by: "implementer",
    model,
    blob: SHA256,
    contextTokens: rawTokens ?? 1,
    capTokens: 80_000,
    ...(rawTokens !== undefined && { rawTokens }),
  },
];
const executed = (attempt: string, model: string, inputTokens: number): Entry => [
  attempt,
  {
    type: "attempt.executed",
    by: "implementer",
    model,
    family: "f",
    usage: { inputTokens, cachedTokens: 0, outputTokens: 1 },
    costMicroUsd: 0,
    costKind: "billed",
    stopReason: "finished",
    commit: null,
    files: [],
    diff: null,
    transcript: SHA256,
    report: SHA256,
    durationMs: 1,
    sandboxed: true,
  },
];
const learned = (entries: readonly Entry[]) => viewOf(tokenScales, writeLog(entries));

test("after twenty calls an estimate is within 3 % of what a model reports, whatever it counts", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.7, max: 1.6, noNaN: true }),
      fc.integer({ min: 0, max: 400 }),
      fc.array(fc.integer({ min: 1_500, max: 60_000 }), { minLength: 40, maxLength: 40 }),
      fc.integer({ min: 1, max: 1e9 }),
      (perToken, overhead, lengths, seed) => {
        const noise = noiseFrom(seed);
        // Twenty prompts of one length say nothing about those of another.
        const prompts = [2_000, 40_000, ...lengths.slice(2)];
        const told = prompts.map((raw) => {
          return Math.round(overhead + raw * perToken * (1 + noise()));
        });
        const before = prompts
          .slice(0, 20)
          .flatMap((raw, at) => [
            prompted(`attempt-${at}`, "m", raw),
            executed(`attempt-${at}`, "m", told[at] ?? 0),
          ]);
        const scale = learned(before).models.get("m");
        if (!scale) throw new Error("nothing was learned");
        const missed = prompts.slice(20).map((raw, at) => {
          const actual = told[20 + at] ?? 1;
          return Math.abs(scale.overheadTokens + raw * scale.perToken - actual) / actual;
        });
        const mean = missed.reduce((sum, one) => sum + one, 0) / missed.length;
        expect(mean).toBeLessThan(0.03);
      },
    ),
    { numRuns: 100 },
  );
});

/** Up to 2 % either way: what is in a text moves its count, and nobody plans how. */
function noiseFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 0.04 * (state / 2 ** 32 - 0.5);
  };
}

test("each model is learned by itself, and only from calls that answer one prompt", () => {
  const { models, asked } = learned([
    prompted("attempt-a", "one", 10_000),
    executed("attempt-a", "one", 12_000),
    // An agent CLI reports all of its turns together, and its prompt is not counted so.
    prompted("attempt-b", "cli"),
    executed("attempt-b", "cli", 900_000),
    // What is told is of something else than what was asked.
    prompted("attempt-c", "two", 10_000),
    executed("attempt-c", "two", 90_000),
    prompted("attempt-d", "two", 10_000),
    executed("attempt-d", "other", 10_000),
    prompted("attempt-e", "one", 5_000),
    ["attempt-e", { type: "attempt.failed", kind: "hang", detail: "no byte" }],
  ]);
  expect([...models.keys()]).toEqual(["one"]);
  expect(models.get("one")?.calls).toBe(1);
  expect(models.get("one")?.perToken).toBeGreaterThan(1.08);
  expect(asked.size).toBe(0);
});

test("prompts that no answer comes to are forgotten, the oldest first", () => {
  const many = Array.from({ length: 1_200 }, (_, at) => prompted(`attempt-${at}`, "m", 100));
  const { asked } = learned(many);
  expect([asked.size, asked.has("attempt-0"), asked.has("attempt-1199")]).toEqual([
    1_000,
    false,
    true,
  ]);
});
