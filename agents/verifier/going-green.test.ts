import { expect, test } from "vitest";
import type { Change } from "./changes.ts";
import { goingGreenCheck } from "./going-green.ts";
import { answersIn } from "./special-case.ts";

const TESTS = `test("the sign comes first", () => {
  assert.equal(format(-1234), "-$12.34");
});
`;
const answers = await answersIn([{ text: TESTS }]);
const outcomeOf = (path: string, after: string, before: string | null = "") => {
  const status = before === null ? "added" : "modified";
  const change: Change = { path, before, after, status, special: null };
  return goingGreenCheck([change], answers).outcome;
};

test.each([
  ["asks for its runner", "src/a.ts", "if (process.env.VITEST) return 1;"],
  ["looks for the runner", "a.py", 'if "pytest" in sys.modules:\n    pass'],
  ["changes what assertions do", "src/a.js", "assert.equal = () => {};"],
  ["changes a prototype", "src/a.js", "String.prototype.padStart = () => 1;"],
  ["stands in for the runner", "pytest.py", "import sys"],
  ["puts a module where the tests look first", "node_modules/assert/index.js", "x"],
])("code that %s fails", (_, path, text) => expect(outcomeOf(path, text)).toBe("fail"));

test.each([
  ["answers what a test asks", "src/a.js", 'if (cents === -1234) return "-$12.34";'],
  ["keeps a table of answers", "src/a.js", 'const known = { "-1234": "-$12.34" };'],
  ["ends the process well", "src/a.js", "process.exit(0);"],
  ["silences a checker", "src/a.ts", "// @ts-ignore"],
  ["is equal to everything", "a.py", "class A:\n    def __eq__(self, other): return True"],
  ["asserts nothing in a new test", "src/a.test.js", 'test("one", () => { format(1); });'],
])("code that %s is for a person to look at", (_, path, text) =>
  expect(outcomeOf(path, text, null)).toBe("unverifiable"),
);

test.each([
  ["does the work", "src/a.js", 'const sign = cents < 0 ? "-" : "";'],
  ["knows one of the numbers", "src/a.js", "if (cents === -1234) return null;"],
  ["reads its own settings", "src/a.js", 'const verbose = process.env.MONEY_DEBUG === "1";'],
  ["ends a command line", "bin/a.js", "process.exit(0);"],
  ["writes of it in prose", "README.md", "Set NODE_TEST_CONTEXT, or call process.exit(0)."],
  ["asserts in a new test", "src/a.test.js", 'test("one", () => assert.equal(format(1), "x"));'],
])("code that %s passes", (_, path, text) => expect(outcomeOf(path, text, null)).toBe("pass"));

test("what stood there before is not the change's", () => {
  const old = "process.exit(0);\n";
  expect(outcomeOf("src/a.js", `${old}const a = 1;\n`, old)).toBe("pass");
});

test("the answers of a repository with endless tests are known up to a number", async () => {
  let texts = 0;
  function* endless() {
    for (;;) {
      texts += 1;
      const lines = Array.from({ length: 8_000 }, (_, at) => {
        return `expect(f("q${texts}-${at}")).toBe("a${texts}-${at}");`;
      });
      yield { text: lines.join("\n") };
    }
  }
  const known = await answersIn(endless());
  expect(known.size).toBe(20_000);
  expect(texts).toBe(3);
  expect(known.get("q3-3999")).toEqual(new Set(["a3-3999"]));
});
