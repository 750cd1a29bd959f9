import * as fc from "fast-check";
import { expect, test } from "vitest";
import { taskSpec } from "../testing/fixtures.ts";
import { estimate, ESTIMATE_TOKENS_MAX, withoutSize } from "./estimate.ts";

const LIMIT = 8_000;
const tokens = (spec: Parameters<typeof taskSpec>[0], critique: string | null = null) =>
  estimate(taskSpec(spec), critique).tokens;

test.for([
  ["A guide of about 12,000 tokens in four pages", 12_000],
  ["roughly 12k tokens", 12_000],
  ["docs/a.md, about 1,500 tokens\ndocs/b.md, about 1,500 tokens", 3_000],
  ["about 9,000 tokens: about 3,000 tokens, about 3,000 tokens, about 3,000 tokens", 9_000],
] as const)("a size that the task tells is the estimate: %s", ([text, expected]) => {
  expect(tokens({ title: "Write it", text })).toBe(expected);
});

test("a number of tokens that the code is about is no size of the task", () => {
  expect(tokens({ text: "Cap prompts at 80,000 tokens." })).toBeLessThan(LIMIT);
});

test("many things to write are over the limit, few are not", () => {
  expect(tokens({ text: "Write the 60 functions of the table below." })).toBeGreaterThan(LIMIT);
  expect(tokens({ text: "Document twelve modules of the library." })).toBeGreaterThan(LIMIT);
  expect(tokens({ text: "Write three functions for dates." })).toBeLessThan(LIMIT);
  expect(
    tokens({ text: "Keep each file under 300 lines and read the first 900 lines." }),
  ).toBeLessThan(LIMIT);
});

test.for([
  { title: "Add a slugify function", text: "Export `slugify(text)` from src/slugify.ts." },
  { title: "Fix the crash in `parse`", text: "It throws on an empty line." },
  {
    title: "Add median",
    text: "`median(samples)` in src/stats.ts by way of `quantile`, with tests.",
  },
  { title: "Report on refusals", text: "Which functions throw what.", output: "report" as const },
])("an everyday task stays whole: $title", (spec) => {
  expect(tokens(spec)).toBeLessThan(LIMIT);
});

test("breadth, architecture and a long list take more", () => {
  const plain = tokens({ text: "Rename `a` in src/a.ts." });
  expect(tokens({ text: "Rename `a` in src/a.ts across all modules." })).toBeGreaterThan(plain);
  expect(tokens({ text: "Rename `a` in src/a.ts.", tags: ["architecture"] })).toBeGreaterThan(
    plain,
  );
  const items = Array.from({ length: 40 }, (_, index) => `- case ${index}`).join("\n");
  expect(tokens({ text: items })).toBeGreaterThan(LIMIT);
});

test("what was cut off last time is thought larger, whatever else was wrong is not", () => {
  const plain = tokens({});
  expect(tokens({}, "The answer was cut off in its second file.")).toBeGreaterThan(plain);
  expect(tokens({}, "A test is missing.")).toBe(plain);
});

test("an estimate is a whole number inside its bounds, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.nat(), (text, number) => {
      const estimated = tokens({ text: `${text} about ${number} tokens, ${number} functions` });
      expect(Number.isInteger(estimated)).toBe(true);
      expect(estimated).toBeLessThanOrEqual(ESTIMATE_TOKENS_MAX);
      expect(estimated).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a text can be told without its size", () => {
  expect(withoutSize("A guide of about 12,000 tokens in four pages")).toBe("A guide in four pages");
});
