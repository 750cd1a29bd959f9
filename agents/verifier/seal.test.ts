import { expect, test } from "vitest";
import { GOOD, green, MORE, TESTS, verify } from "./sample-attempt.ts";

test("deleting a failing test is a sealed failure, whatever the tests then say", async () => {
  const { verdict, outcome } = await verify(
    { ...GOOD, "test/a.test.ts": null },
    { before: { exitCode: 1, failed: 1, passed: 1 }, after: [true] },
  );
  expect(verdict).toBe("fail");
  expect(outcome("sealed tests")).toBe("fail");
});

const without = TESTS.slice(0, TESTS.indexOf('\ntest("one is a number"'));

test.each([
  ["removes one of two tests", without],
  ["skips a test", TESTS.replace('test("one is one"', 'test.skip("one is one"')],
  [
    "marks a test to do",
    TESTS.replace('test("one is one", ()', 'test("one is one", { todo: true }, ()'),
  ],
  ["skips all in a group", `describe.skip("all", () => {\n${TESTS}});\n`],
  ["lets only one test run", TESTS.replace('test("one is one"', 'test.only("one is one"')],
  ["asserts less", TESTS.replace("  assert.ok(n1 < 2);\n", "")],
  ["asserts what cannot fail", TESTS.replace("assert.ok(n1 < 2)", "assert.ok(true)")],
  ["comments a test out", `/*\n${TESTS}*/\n`],
])("a change that %s is a sealed failure", async (_, tests) => {
  expect((await verify({ ...GOOD, "test/a.test.ts": tests })).outcome("sealed tests")).toBe("fail");
});

test("an existing expectation that reads differently is for a person to look at", async () => {
  const tests = TESTS.replace("assert.equal(n1, 1)", "assert.equal(n1, 2)");
  const { outcome, verdict } = await verify({ ...GOOD, "test/a.test.ts": tests });
  expect(outcome("sealed tests")).toBe("unverifiable");
  expect(verdict).toBe("unverifiable");
});

test.each<[string, string]>([
  [
    "swallows what an assertion throws",
    TESTS.replace("  assert.ok(n1 < 2);", "  try { assert.ok(n1 < 2); } catch {}"),
  ],
  ["asserts where nothing comes", TESTS.replace("  assert.ok(", "  false && assert.ok(")],
  ["ends a test before it asserts", TESTS.replace("  assert.equal", "  return;\n  assert.equal")],
  [
    "asserts in a loop that never turns",
    TESTS.replace("  assert.ok(n1 < 2);", "  for (const _ of [])\n  assert.ok(n1 < 2);"),
  ],
  ["does the work in the test", TESTS.replace(/^import \{ n1 \}.*$/m, "const n1 = 1;")],
  ["puts a double in for existing tests", `vi.mock("../src/a.ts");\n${TESTS}`],
])("a change that %s is for a person to look at", async (_, tests) => {
  expect(tests).not.toBe(TESTS);
  const { outcome } = await verify({ ...GOOD, "test/a.test.ts": tests });
  expect(outcome("sealed tests")).toBe("unverifiable");
});

test.each<[string, Record<string, string | null>]>([
  ["adds a test", { "test/a.test.ts": MORE }],
  ["adds a test that is still to do", { "test/a.test.ts": `${TESTS}test.todo("three");\n` }],
  [
    "moves a test file",
    { "test/a.test.ts": null, "test/deep/a.test.ts": TESTS.replace("../src", "../../src") },
  ],
  ["lays a test out anew", { "test/a.test.ts": TESTS.replaceAll("  assert", "\t\tassert") }],
  [
    "adds a test with a double, a loop and a way out of its own",
    {
      "test/a.test.ts": `${TESTS}test("three", () => {\n  vi.spyOn(a, "b");\n  for (const n of [1]) if (n) return assert.ok(n);\n});\n`,
    },
  ],
  [
    "adds an assertion",
    { "test/a.test.ts": TESTS.replace("  assert.ok", "  assert.ok(n1);\n  assert.ok") },
  ],
])("a change that %s leaves the seal whole", async (_, change) => {
  expect((await verify({ ...GOOD, ...change })).verdict).toBe("pass");
});

test("a renamed test with the same body may vanish under its old title", async () => {
  const tests = TESTS.replace("one is a number", "one is numeric");
  const { verdict } = await verify(
    { ...GOOD, "test/a.test.ts": tests },
    { after: [green("one is one", "one is numeric")] },
  );
  expect(verdict).toBe("pass");
});

test("a test file that the task means to drop may go, with its tests", async () => {
  const change = { ...GOOD, "test/a.test.ts": null };
  const spec = { drops: ["test/a.test.ts"] };
  expect((await verify(change, { spec, after: [green()] })).verdict).toBe("unverifiable");
  const other = green("one is one", "one is a number", "another");
  const rest = green("another");
  expect((await verify(change, { spec, before: other, after: [rest] })).verdict).toBe("pass");
});

test.each([".github/workflows/ci.yml", "nightshift.config.yaml", ".ci/run", "gate/rules.ts"])(
  "the sealed path %s may not be changed",
  async (path) => {
    const { outcome, failing } = await verify(
      { ...GOOD, [path]: "x: 1\n" },
      { sealed: ["gate/**"] },
    );
    expect(outcome("sealed paths")).toBe("fail");
    expect(failing).toContain("sealed");
  },
);

test("a task about Night Shift itself may not touch who judges it; another task may", async () => {
  const change = { ...GOOD, "agents/verifier/seal.ts": "export const a = 1;\n" };
  const spec = { category: "self_improvement" };
  expect((await verify(change, { spec })).outcome("sealed paths")).toBe("fail");
  expect((await verify(change)).verdict).toBe("pass");
});

const manifest = (scripts: object, more: object = {}) =>
  JSON.stringify({ name: "a", scripts, ...more });

test("the script that judges may not be changed, others and dependencies may", async () => {
  const change = (text: string) => verify({ ...GOOD, "package.json": text });
  expect((await change(manifest({ test: "true", build: "x" }))).outcome("test command")).toBe(
    "fail",
  );
  expect((await change(manifest({ build: "x" }))).outcome("test command")).toBe("fail");
  const honest = manifest(
    { test: "node --test", build: "y", lint: "z" },
    { dependencies: { a: "1" } },
  );
  expect((await change(honest)).verdict).toBe("pass");
  const hook = manifest({ test: "node --test", build: "x", pretest: "rm -rf test" });
  expect((await change(hook)).outcome("test command")).toBe("fail");
});

test("the runner's configuration is for a person to look at", async () => {
  const { verdict, outcome } = await verify({
    ...GOOD,
    "vitest.config.ts": "export const a = {};\n",
  });
  expect(outcome("test command")).toBe("unverifiable");
  expect(verdict).toBe("unverifiable");
});
