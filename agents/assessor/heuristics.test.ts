import type { Reach } from "@nightshift/protocol/reach";
import { expect, test } from "vitest";
import type { Linted } from "@nightshift/protocol/linted";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { codeHeuristics } from "./heuristics.ts";
import { reportHeuristics } from "./report-heuristics.ts";

async function diffOf(change: Record<string, string | null>, base: Record<string, string> = {}) {
  const workspace = memoryWorkspace({ "README.md": "# A\n", ...base });
  const commit = workspace.commit(workspace.base, change);
  return (await workspace.diff(workspace.repo, workspace.base, commit)).text;
}
const score = async (change: Record<string, string | null>, base: Record<string, string> = {}) =>
  codeHeuristics(await diffOf(change, base), false).score;

const body = (n: number, from = 0) =>
  Array.from({ length: n }, (_, at) => `  total += values[${from + at}] ?? ${at};\n`).join("");
const fn = (name: string, n: number, comment = true) =>
  (comment ? `/** Adds up ${name}. */\n` : "") +
  `export function ${name}(values: number[]): number {\n` +
  `  let total = 0;\n${body(n)}  return total;\n}\n`;
const tests = (name: string, n: number) =>
  Array.from(
    { length: n },
    (_, at) => `test("${name} ${at}", () => {\n  expect(${name}([${at}])).toBe(${at});\n});\n`,
  ).join("");

const REALISTIC: Record<string, Record<string, string>> = {
  "complete with tests and comments": { "src/a.ts": fn("a", 10), "src/a.test.ts": tests("a", 6) },
  "complete with few tests": { "src/a.ts": fn("a", 30), "src/a.test.ts": tests("a", 2) },
  "complete without tests": { "src/a.ts": fn("a", 10) },
  "without tests or comments": { "src/a.ts": fn("a", 10, false) },
  "large with some tests": {
    "src/a.ts": Array.from({ length: 12 }, (_, at) => fn(`a${at}`, 40 + at)).join(""),
    "src/a.test.ts": tests("a0", 20),
  },
  "a small fix with a test": {
    "src/old.ts": "export const limit = 11;\n",
    "src/old.test.ts": tests("limit", 1),
  },
  "a small fix alone": { "src/old.ts": "export const limit = 11;\n" },
  "with a thing to do": {
    "src/a.ts": `// TODO handle empty\n${fn("a", 10)}`,
    "src/a.test.ts": tests("a", 3),
  },
  "a stub": { "src/a.ts": 'export function a() {\n  throw new Error("not implemented");\n}\n' },
  "two stubs": {
    "src/a.ts": "// TODO\nexport function a() {\n  // TODO\n}\n",
    "src/b.ts": 'export function b() {\n  throw new Error("not implemented");\n}\n',
  },
  "does not parse": { "src/a.ts": `${fn("a", 10)}export function b( {\n` },
  "leftovers of debugging": {
    "src/a.ts": fn("a", 10).replace("return", "console.log(total);\n  debugger;\n  return"),
  },
  "types switched off": {
    "src/a.ts": `export const a = (x: any, y: any): any => f(x, y);\nvar c = 1;\n${fn("b", 10)}`,
    "src/a.test.ts": tests("b", 4),
  },
  "only tests": { "src/old.test.ts": tests("limit", 5) },
  "only documentation": { "README.md": "# A\n\nNow with a guide.\n" },
  "python with tests": {
    "a.py": 'def add(a, b):\n    """Adds."""\n    return a + b\n',
    "test_a.py": "def test_add():\n    assert add(1, 2) == 3\n",
  },
  "deeply nested and repeated": {
    "src/a.ts": `export function a() {\n${`${" ".repeat(26)}deeply(nested);\n`.repeat(20)}}\n`,
  },
};
const BASE = { "src/old.ts": "export const limit = 10;\n" };

test("scores of realistic changes are spread, not flat", async () => {
  const scores: number[] = [];
  for (const change of Object.values(REALISTIC)) scores.push(await score(change, BASE));
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  const deviation = Math.sqrt(
    scores.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scores.length,
  );
  expect(Math.min(...scores)).toBeLessThan(3.5);
  expect(Math.max(...scores)).toBeGreaterThan(9);
  expect(Math.max(...scores)).toBeLessThanOrEqual(9.5);
  expect(deviation).toBeGreaterThan(1.5);
  const same = new Map<number, number>();
  for (const value of scores.map(Math.round)) same.set(value, (same.get(value) ?? 0) + 1);
  expect(Math.max(...same.values()) / scores.length).toBeLessThan(0.4);
});

const sets: [string, string][] = [
  ["complete with tests and comments", "complete with few tests"],
  ["complete with few tests", "complete without tests"],
  ["complete without tests", "without tests or comments"],
  ["a small fix with a test", "a small fix alone"],
  ["complete with tests and comments", "with a thing to do"],
  ["complete without tests", "leftovers of debugging"],
  ["complete without tests", "does not parse"],
  ["complete without tests", "a stub"],
  ["a stub", "two stubs"],
  ["complete with few tests", "deeply nested and repeated"],
];

test.each(sets)("%s scores higher than %s", async (better, worse) => {
  expect(await score(REALISTIC[better] ?? {}, BASE)).toBeGreaterThan(
    await score(REALISTIC[worse] ?? {}, BASE),
  );
});

test("good work with tests scores at least 8, a cut-off answer loses 2.5 of it", async () => {
  const diff = await diffOf(REALISTIC["complete with tests and comments"] ?? {});
  const whole = codeHeuristics(diff, false).score;
  expect(whole).toBeGreaterThanOrEqual(8);
  expect(codeHeuristics(diff, true).score).toBeCloseTo(whole - 2.5);
});

test("no change at all scores 1", () => {
  expect(codeHeuristics("", false).score).toBe(1);
  expect(codeHeuristics("no diff at all\n", false).score).toBe(1);
});

test("a line of content cannot pass for the header of another file", async () => {
  const text = "+++ b/x.test.ts\ndiff --git a/y.test.ts b/y.test.ts\n";
  const { parts } = codeHeuristics(
    await diffOf({ "src/a.ts": `/*\n${text}*/\n${fn("a", 5)}` }),
    false,
  );
  expect(parts.find(({ name }) => name === "tested")?.note).toContain("0 lines of tests");
});

test("each part of a score says in words what it rests on", async () => {
  const { parts } = codeHeuristics(await diffOf(REALISTIC["with a thing to do"] ?? {}), false);
  expect(parts.map(({ name }) => name)).toEqual([
    "complete",
    "parses",
    "tested",
    "documented",
    "sized",
    "clean",
    "simple",
  ]);
  expect(parts[0]?.note).toBe("left out: // TODO handle empty");
});

const FOUND_BY_LINTERS = {
  files: 1,
  unread: 0,
  total: 2,
  findings: [
    {
      rule: "no-a",
      file: "src/a.ts",
      line: 4,
      message: "no a",
      excerpt: "total += values[0] ?? 0;",
    },
    {
      rule: "no-b",
      file: "src/a.ts",
      line: 5,
      message: "no b",
      excerpt: "total += values[1] ?? 1;",
    },
  ],
};

test("what linters found makes work less clean; where they were not asked the patterns decide", async () => {
  const diff = await diffOf(REALISTIC["complete without tests"] ?? {});
  const cleanOf = (lint?: Linted) =>
    codeHeuristics(diff, false, lint).parts.find(({ name }) => name === "clean");
  expect(cleanOf()).toMatchObject({ share: 1, note: "nothing left over" });
  expect(cleanOf({ ...FOUND_BY_LINTERS, total: 0, findings: [] })).toEqual(cleanOf());
  expect(cleanOf(FOUND_BY_LINTERS)?.share).toBeLessThan(0.5);
  expect(cleanOf(FOUND_BY_LINTERS)?.note).toBe("no-a at src/a.ts:4");
});

test("a line that a linter and a pattern both name counts once", async () => {
  const diff = await diffOf({ "src/a.ts": `${fn("a", 10)}debugger;\n` });
  const finding = { rule: "no-debugger", file: "src/a.ts", line: 16, message: "no" };
  const named = { files: 1, unread: 0, total: 1, findings: [{ ...finding, excerpt: "debugger;" }] };
  expect(codeHeuristics(diff, false, named).score).toBe(codeHeuristics(diff, false).score);
});

const ASKED = {
  title: "Why is start-up slow?",
  text: "Measure imports and schema.",
  output: "report" as const,
};
const FOUND = `# Why start-up is slow

Start-up takes 2.4 s; 1.9 s of it is the schema compiled at import (\`schema.ts:14\`). Imports take
0.3 s, measured with \`node --cpu-prof\` over 20 runs on Linux.

## What was measured

- \`src/schema.ts\`: 1.9 s, compiled at import although 2 of 14 callers need it at once
- \`src/api.ts\`: 0.2 s for 41 modules, most of them never used
- everything else: 0.3 s

## Recommendations

1. Compile the schema on first use: 1.9 s less, one line in \`src/schema.ts\`.
2. Import the report writer where it is used: 0.15 s less.

Windows was not measured.
`;
const reportScore = (text: string, truncated = false) =>
  reportHeuristics(text, ASKED, truncated).score;

test("a concrete report scores above a vague one of the same length, and that above none", () => {
  const said = "Performance is a matter that every team should take seriously. ";
  const vague = `# Performance\n\n${said.repeat(12)}\n`;
  expect(reportScore(FOUND)).toBeGreaterThan(7);
  expect(reportScore(FOUND)).toBeGreaterThan(reportScore(vague) + 2);
  expect(reportScore(vague)).toBeGreaterThan(reportScore(""));
  expect(reportScore("")).toBeLessThan(2.5);
});

test("a report loses for being cut off, for filler and for a missing conclusion", () => {
  expect(reportScore(FOUND.slice(0, FOUND.indexOf("callers")))).toBeLessThan(
    reportScore(FOUND) - 1,
  );
  expect(reportScore(FOUND, true)).toBeCloseTo(reportScore(FOUND) - 2.5);
  expect(reportScore(`${FOUND}\nTODO: lorem ipsum [insert numbers].\n`)).toBeLessThan(
    reportScore(FOUND),
  );
  expect(reportScore(FOUND.replace("## Recommendations", "## More"))).toBeLessThan(
    reportScore(FOUND),
  );
});

test("length alone earns little", () => {
  const padded = `# Notes\n\n${"These are more words that say nothing at all. ".repeat(200)}\n`;
  expect(reportScore(padded)).toBeLessThan(6);
});

test("research without sources scores lower than with them; placeholders are no sources", () => {
  const asked = { ...ASKED, output: "research" as const };
  const sourced = FOUND.replace(
    "## What",
    "[a](https://nodejs.org/x) [b](https://v8.dev/y) [c](https://tc39.es/z)\n\n## What",
  );
  const fake = sourced.replaceAll(/https:\/\/[\w.]+/g, "https://example.com");
  const of = (text: string) => reportHeuristics(text, asked, false).score;
  expect(of(sourced)).toBeGreaterThan(of(FOUND) + 0.3);
  expect(of(sourced)).toBeGreaterThan(of(fake) + 0.3);
});

const withTests = { "src/a.ts": fn("a", 10), "src/a.test.ts": tests("a", 6) };
const testedBy = async (change: Record<string, string>, reach?: Reach) => {
  const { parts, score: whole } = codeHeuristics(await diffOf(change), false, undefined, reach);
  const { share = 0, note = "" } = parts.find(({ name }) => name === "tested") ?? {};
  return { share, note, whole };
};
const covered = (count: number, mutants?: Reach["mutants"]): Reach => ({
  coverage: { lines: 10, covered: count, missed: [] },
  ...(mutants && { mutants }),
  unknown: [],
});

test("tests that cover the changed lines count more than a file of tests that merely changed", async () => {
  const alone = { "src/a.ts": fn("a", 10) };
  const known = await testedBy(alone, covered(10));
  const unreached = await testedBy(withTests, covered(0));
  expect(known.share).toBeGreaterThan(unreached.share);
  expect(unreached.share).toBeLessThan((await testedBy(withTests)).share);
  expect(known.share).toBeGreaterThan((await testedBy(alone)).share);
  expect((await testedBy(withTests, covered(10))).whole).toBeGreaterThan(unreached.whole);
  expect(known.note).toContain("10 of 10 changed lines covered");
});

test("tests that run through lines and notice no fault in them count half", async () => {
  const blind = await testedBy(withTests, covered(10, { tried: 6, noticed: 0, unnoticed: [] }));
  const seeing = await testedBy(withTests, covered(10, { tried: 6, noticed: 6, unnoticed: [] }));
  expect(seeing.share - blind.share).toBeCloseTo(0.3);
  expect(seeing.share).toBe((await testedBy(withTests, covered(10))).share);
});

test("coverage of a part of the work is no merit of an answer that was cut off", async () => {
  const diff = await diffOf({ "src/a.ts": fn("a", 10) });
  expect(codeHeuristics(diff, true, undefined, covered(10))).toEqual(codeHeuristics(diff, true));
});

test("what is unknown about coverage changes no score", async () => {
  const unknown = await testedBy(withTests, { unknown: ["coverage: no tool"] });
  expect(unknown).toEqual(await testedBy(withTests));
});
