import { expect, test } from "vitest";
import type { TestRun } from "../ports.ts";
import { successCheck } from "./success.ts";

const TESTS = 'test("one is one", () => {\n  assert.equal(one, 1);\n});\n';
const ended: TestRun = {
  exitCode: 0,
  timedOut: false,
  passed: 1,
  failed: 0,
  failures: [],
  successes: ["one is one"],
  tail: "",
  durationMs: 1,
};

/** What the check says of a command that ended so, in a tree with one file of tests. */
async function outcomeOf(command: string, run: Partial<TestRun>) {
  const workspace = {
    show: async (_repo: string, _commit: string, path: string) =>
      path === "test/a.test.js" ? TESTS : null,
    list: async () => ["test/a.test.js"],
  };
  const checks = { sandboxed: true, run: async () => ({ ...ended, ...run }) };
  const repo = { path: "/repo", prepareCommand: null };
  const { signal } = new AbortController();
  const where = { checks, workspace, repo, wallMs: 1_000, signal };
  return (await successCheck(where, "c", { kind: "command", command }, new Map())).outcome;
}

const NODE = "node --test test/a.test.js";

test("a test command that ends well and names the tests of its file passes", async () =>
  expect(await outcomeOf(NODE, {})).toBe("pass"));

test("one that ends well without any test passing fails", async () =>
  expect(await outcomeOf(NODE, { passed: 0, successes: [] })).toBe("fail"));

test("one that ends well and never ran a test of the file it names fails", async () =>
  expect(await outcomeOf(NODE, { successes: ["another"] })).toBe("fail"));

test("one whose output counts no tests is a doubt", async () =>
  expect(await outcomeOf(NODE, { passed: null, successes: [] })).toBe("unverifiable"));

test("a command that runs no tests passes by its end alone", async () => {
  expect(await outcomeOf("node build.js", { passed: null, successes: [] })).toBe("pass");
  expect(await outcomeOf("node build.js", { exitCode: 1 })).toBe("fail");
});
