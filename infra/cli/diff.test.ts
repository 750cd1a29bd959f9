import { expect, test } from "vitest";
import { DIFF_LINES_MAX, diffLines } from "./diff.ts";

test("added and removed lines are told apart from the head of a file", () => {
  const lines = diffLines("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n same\n");
  expect(lines.map(({ tone }) => tone)).toEqual([
    "title",
    "title",
    "quiet",
    "bad",
    "good",
    "plain",
  ]);
});

test("what would command the terminal or reorder the text is shown by its code", () => {
  const [line] = diffLines("+if (admin\u202e) {\u001b[2J\u200b");
  expect(line?.text).toBe("+if (admin<U+202E>) {<U+001B>[2J<U+200B>");
});

test("a diff of an agent that never ends is cut, and says so", () => {
  const lines = diffLines("+x\n".repeat(DIFF_LINES_MAX + 5));
  expect(lines).toHaveLength(DIFF_LINES_MAX + 1);
  expect(lines.at(-1)?.text).toContain("5 more lines");
  expect(diffLines(`+${"x".repeat(10_000)}`)[0]?.text.length).toBeLessThan(500);
});
