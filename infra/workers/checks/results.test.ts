import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults, tailOf } from "./results.ts";

/** What the runners really printed for a few tests, some of which fail. */
const printed = (name: string) =>
  readFileSync(join(import.meta.dirname, "runners", "outputs", `${name}.txt`), "utf8");

test.each([
  ["node-spec", 2, 2, ["breaks", "group > inner bad"], ["adds", "group > inner ok"]],
  ["node-tap", 2, 2, ["breaks", "group > inner bad"], ["adds", "group > inner ok"]],
  ["tape", 1, 1, ["one is two"], ["one is one"]],
  ["vitest", 3, 1, ["tests/x.test.ts > group > breaks"], []],
  [
    "vitest-verbose",
    3,
    1,
    ["tests/x.test.ts > group > breaks"],
    ["tests/x.test.ts > group > adds", "tests/x.test.ts > top", "tests/y.test.ts > other"],
  ],
  ["jest", 2, 1, ["group > breaks", "n/x.test.mjs"], []],
  ["jest-verbose", 2, 1, ["group > breaks"], ["top", "group > adds"]],
  ["mocha", 1, 2, ["Array > breaks", "Array > deep > also breaks"], ["Array > adds"]],
  ["ava", 1, 1, ["breaks"], ["adds"]],
  ["ava-tap", 1, 1, ["breaks"], ["adds"]],
  ["pytest", 2, 2, ["py/test_x.py::test_breaks", "py/test_x.py::test_p[2]"], []],
  [
    "pytest-verbose",
    2,
    2,
    ["py/test_x.py::test_breaks", "py/test_x.py::test_p[2]"],
    ["py/test_x.py::test_adds", "py/test_x.py::test_p[1]"],
  ],
  ["unittest", 1, 1, ["__main__.T.test_b"], []],
  ["go", null, 1, ["TestBreaks/sub"], []],
  ["go-verbose", 1, 1, ["TestBreaks/sub"], ["TestAdds"]],
  ["cargo", 1, 1, ["t::breaks"], ["t::adds"]],
])("%s is read", (name, passed, failed, failures, successes) => {
  expect(readResults(printed(name))).toEqual({ passed, failed, failures, successes });
});

test("a plain closing line is read in any language, colours or not", () => {
  expect(readResults("ok\n\u001B[32mResult: 12 passed, 3 failed\u001B[0m\n")).toMatchObject({
    passed: 12,
    failed: 3,
  });
});

test("output without a summary has no counts", () => {
  expect(readResults("all 3 tests passed, nothing failed")).toEqual({
    passed: null,
    failed: null,
    failures: [],
    successes: [],
  });
});

test("several runners in one command are added up, each behind its package's name", () => {
  const lines = printed("vitest-verbose")
    .split("\n")
    .map((line) => `packages/a test: ${line}`);
  const both = readResults(`${lines.join("\n")}\n${printed("cargo")}`);
  expect(both).toMatchObject({ passed: 4, failed: 2 });
});

test("names are bounded in number and length", () => {
  const names = Array.from({ length: 6_000 }, (_, n) => `ok ${n + 1} - ${"x".repeat(400)}${n}`);
  const { successes } = readResults(`TAP version 13\n${names.join("\n")}`);
  expect(successes.length).toBeLessThanOrEqual(5_000);
  expect(Math.max(...successes.map((name) => name.length))).toBe(300);
});

test("the tail is the end, bounded and without colours", () => {
  expect(tailOf(`${"x".repeat(10_000)}\u001B[31mend\u001B[0m\n`)).toMatch(/^x{3997}end$/);
});
