import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { teeth } from "./teeth.ts";

const root = dirname(dirname(import.meta.dirname));

test("every tooth has its own rule in words", () => {
  const rules = teeth.map(({ rule }) => rule);
  expect(rules.filter((rule, at) => rules.indexOf(rule) !== at)).toEqual([]);
});

test("what a tooth takes away stands exactly once in its file", () => {
  const texts = new Map<string, string>();
  const read = (file: string) => {
    const known = texts.get(file) ?? readFileSync(join(root, file), "utf8");
    texts.set(file, known);
    return known;
  };
  const dull = teeth
    .map(({ rule, file, find }) => ({ rule, times: read(file).split(find).length - 1 }))
    .filter(({ times }) => times !== 1);
  expect(dull).toEqual([]);
});

test("a tooth changes something, and the tests that must notice are there", () => {
  for (const { rule, find, replace, tests } of teeth) {
    expect({ rule, replace }).not.toEqual({ rule, replace: find });
    expect({ rule, missing: tests.filter((file) => !existsSync(join(root, file))) }).toEqual({
      rule,
      missing: [],
    });
    expect(tests.length).toBeGreaterThan(0);
  }
});

const ROWS = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((row) => `row ${row}`);
const INVARIANTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((number) => `I${number}`);

test.each([...ROWS, ...INVARIANTS])("%s has a tooth", (name) =>
  expect(teeth.filter(({ rule }) => rule.startsWith(`${name}:`))).not.toEqual([]),
);
