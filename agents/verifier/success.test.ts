import { expect, test } from "vitest";
import type { TestRun } from "../ports.ts";
import { successCheck } from "./success.ts";

const FILES: Readonly<Record<string, string>> = {
  "test/a.test.js": 'test("one is one", () => {\n  assert.equal(one, 1);\n});\n',
  "test/b.test.js": [
    'describe("cart", () => {',
    '  test("adds", () => {\n    expect(1 + 1).toBe(2);\n  });',
    '  test("takes", () => {\n    expect(2 - 1).toBe(1);\n  });',
    "});\n",
  ].join("\n"),
  "test_a.py": [
    '@pytest.mark.parametrize("n", [1, 2])',
    "def test_adds(n):\n    assert n + 1 > n\n",
    "def test_takes():\n    assert 2 - 1 == 1\n",
  ].join("\n"),
  "a_test.go": [
    'func TestAdds(t *testing.T) {\n\tt.Run("to one", func(t *testing.T) {',
    '\t\tif 1+1 != 2 {\n\t\t\tt.Error("no")\n\t\t}\n\t})\n}\n',
  ].join("\n"),
};
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
    show: async (_repo: string, _commit: string, path: string) => FILES[path] ?? null,
    list: async () => Object.keys(FILES),
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

const adds = ["cart > adds"];
test.for([
  ["node --test --test-name-pattern=adds test/b.test.js", adds],
  ["node --test --test-name-pattern adds test/b.test.js", adds],
  ["jest test/b.test.js -t 'cart adds'", ["cart adds"]],
  ["npx vitest run test/b.test.js -t adds", ["test/b.test.js > cart > adds"]],
  ["mocha -g 'adds|other' test/b.test.js", adds],
  ["node --test --test-shard=1/2 test/b.test.js", adds],
  ["pytest -v test_a.py -k test_adds", ["test_a.py::test_adds[1]", "test_a.py::test_adds[2]"]],
  ["python -m pytest -v test_a.py -k 'adds and not takes'", ["test_a.py::test_adds[1]"]],
  ["pytest -v -m slow test_a.py", ["test_a.py::test_takes"]],
  ["python -m pytest -v -m slow test_a.py", ["test_a.py::test_takes"]],
  ["python build.py && pytest -v -m slow test_a.py", ["test_a.py::test_takes"]],
] as const)("a test that the command's own filter leaves out is not missed: %s", async (told) => {
  const [command, successes] = told;
  expect(await outcomeOf(command, { successes: [...successes] })).toBe("pass");
});

test.for([
  ["node --test --test-name-pattern=adds test/b.test.js", ["cart > takes"]],
  ["jest test/b.test.js -t 'cart adds'", ["cart takes"]],
  ["jest test/b.test.js --silent", ["cart adds"]],
  ["pytest -v test_a.py -k adds", ["test_a.py::test_takes"]],
  ["pytest -v test_a.py -kadds", ["test_a.py::test_takes"]],
  ["python3 -m pytest -v test_a.py", ["test_a.py::test_takes"]],
  ["python -W error -m pytest -v test_a.py", ["test_a.py::test_takes"]],
] as const)("one that it chooses, and never ran, is: %s", async ([command, successes]) => {
  expect(await outcomeOf(command, { successes: [...successes] })).toBe("fail");
});

test("a test that runs once a case is known by its cases", async () => {
  const cases = ["test_a.py::test_adds[1]", "test_a.py::test_adds[a [b]]"];
  const python = "python -m pytest -v test_a.py";
  const outcome = await outcomeOf(python, { successes: [...cases, "test_a.py::test_takes"] });
  expect(outcome).toBe("pass");
  expect(await outcomeOf(python, { successes: cases })).toBe("fail");
  const go = "go test -v a_test.go";
  expect(await outcomeOf(go, { successes: ["TestAdds/to_one"] })).toBe("pass");
  expect(await outcomeOf(go, { successes: ["TestAddsMore/to_one"] })).toBe("fail");
});
