import type { Check } from "@nightshift/protocol/attempt";
import { expect, test } from "vitest";
import { claimsOf } from "./claims.ts";

const check = (name: string, kind: Check["kind"], outcome: Check["outcome"]): Check => ({
  name,
  kind,
  outcome,
  detail: "it changes what a test expects",
});
const task = { claims: ["The error names the unit"] };
const shown = check("tests", "tests", "pass");

test("where commands show everything, nobody is asked", () => {
  expect(claimsOf({}, { verdict: "pass", checks: [shown] }, 8)).toEqual([]);
});

test("a task's claims come first, then the checks that stayed open", () => {
  const open = check("sealed tests", "sealed", "unverifiable");
  expect(claimsOf(task, { verdict: "unverifiable", checks: [shown, open] }, 8)).toEqual([
    { text: "The error names the unit", source: "task" },
    {
      text: '"sealed tests" holds, although it could not be shown: it changes what a test expects',
      source: "check",
    },
  ]);
});

test("nobody is asked whether tests pass that were not run", () => {
  const open = check("tests", "tests", "unverifiable");
  expect(claimsOf({}, { verdict: "unverifiable", checks: [open] }, 8)).toEqual([]);
});

test("where a command fails nobody is asked: that decides", () => {
  const failed = check("success: npm test", "success", "fail");
  expect(claimsOf(task, { verdict: "fail", checks: [failed] }, 8)).toEqual([]);
});

test("a claim is asked once, and not more claims than one reviewer reads", () => {
  const open = [1, 2, 3, 4].map((at) => check(`open ${at % 3}`, "scope", "unverifiable"));
  const found = claimsOf(task, { verdict: "unverifiable", checks: open }, 3);
  expect(found.map(({ source }) => source)).toEqual(["task", "check", "check"]);
  expect(new Set(found.map(({ text }) => text)).size).toBe(3);
});
