import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryWorkspace } from "../../testing/memory-workspace.ts";
import { changesOf } from "../changes.ts";
import { type ChangedSource, changedSources } from "./changed-lines.ts";
import { coverageOf, hitsIn } from "./coverage.ts";
import { type LineHits, readGoProfile, readLcov } from "./coverage-report.ts";

async function sourcesOf(before: Record<string, string>, after: Record<string, string>) {
  const workspace = memoryWorkspace({ "README.md": "# A\n", ...before });
  const commit = workspace.commit(workspace.base, after);
  const changes = await changesOf(workspace, workspace.repo, workspace.base, commit);
  const { text } = await workspace.diff(workspace.repo, workspace.base, commit);
  return changedSources(changes ?? [], text);
}

const FEE = `export function fee(amount) {
  if (amount < 100) {
    return 0;
  }
  return amount + 2;
}

export function unused(amount) {
  return amount * 3;
}
`;

/** As vitest 5 with its v8 provider wrote it of that file, and jest 30 but for the last line. */
const LCOV = `TN:
SF:src/fee.js
FN:1,fee
FNDA:1,fee
DA:2,1
DA:3,1
DA:5,0
DA:9,0
LF:4
LH:2
BRDA:2,0,0,1
end_of_record
`;

function lcovOf(report: string, sources: readonly ChangedSource[]): LineHits {
  const hits = hitsIn(report, { form: "lcov" }, sources, null);
  if (hits === null) throw new Error("the report tells of nothing");
  return hits;
}

test("changed lines that no test ran are named, lines that are no code are not counted", async () => {
  const sources = await sourcesOf({}, { "src/fee.js": FEE });
  const hits = lcovOf(LCOV, sources);
  expect(coverageOf(sources, hits)).toEqual({
    lines: 4,
    covered: 2,
    missed: ["src/fee.js:5", "src/fee.js:9"],
  });
});

test("only what changed counts", async () => {
  const before = FEE.replace("amount * 3", "amount");
  const sources = await sourcesOf({ "src/fee.js": before }, { "src/fee.js": FEE });
  expect(sources.map(({ lines }) => lines)).toEqual([[9]]);
  const hits = lcovOf(LCOV, sources);
  expect(coverageOf(sources, hits)).toEqual({ lines: 1, covered: 0, missed: ["src/fee.js:9"] });
});

test("a file that no test loads is not covered at all, lines in a row are told as one", async () => {
  const sources = await sourcesOf({}, { "src/fee.js": FEE });
  expect(coverageOf(sources, new Map())).toEqual({
    lines: 6,
    covered: 0,
    missed: ["src/fee.js:1-3", "src/fee.js:5", "src/fee.js:8-9"],
  });
});

test("comments, types, imports, brackets and tests are no changed code", async () => {
  const text = `import { a } from "./a.ts";
/**
 * Long words.
 */
export type B = {
  b: number;
};
interface C {
  c: string;
}

// const gone = 1;
export const d = a; // and a word
`;
  const sources = await sourcesOf({}, { "src/b.ts": text, "test/b.test.ts": FEE, "a.md": "# B\n" });
  expect(sources.map(({ path, lines }) => [path, lines])).toEqual([["src/b.ts", [13]]]);
});

test("Python and Go are read as well", async () => {
  const py = "# why\nimport os\n\n\ndef fee(amount):\n    return amount\n";
  const go = "package money\n\n// One is one.\nfunc One() int {\n\treturn 1\n}\n";
  const sources = await sourcesOf({}, { "fee.py": py, "one.go": go });
  expect(sources.map(({ lines }) => lines)).toEqual([
    [5, 6],
    [4, 5],
  ]);
});

test("a profile of Go is told by import path, of its own module alone", () => {
  // As go 1.26 wrote it, but for the lines of others.
  const profile = `mode: set
example.org/money/one.go:3.21,4.11 1 1
example.org/money/one.go:4.11,6.3 1 0
example.org/money/one.go:7.2,7.10 1 1
example.org/other/one.go:5.2,5.10 1 1
`;
  const hits = readGoProfile(profile, "example.org/money", new Set(["one.go"]));
  expect([...(hits?.get("one.go") ?? [])]).toEqual([
    [3, 1],
    [4, 1],
    [5, 0],
    [6, 0],
    [7, 1],
  ]);
});

test("a profile that tells of nothing in the module of the repository makes nothing known", async () => {
  const sources = await sourcesOf({}, { "one.go": "package money\n\nvar One = 1\n" });
  const hits = (goModule: string | null, module = "money") => {
    const profile = `mode: set\nexample.org/${module}/two.go:3.21,4.11 1 1\n`;
    return hitsIn(profile, { form: "go-profile" }, sources, goModule);
  };
  expect(hits("module example.org/money\n")).toEqual(new Map());
  expect(hits("module example.org/money\n", "nested")).toBeNull();
  expect(hits("go 1.26\n")).toBeNull();
  expect(hits(null)).toBeNull();
});

test("a file that several processes tell of ran where any of them ran it", () => {
  const twice = LCOV + LCOV.replace("DA:5,0", "DA:5,4");
  expect(
    readLcov(twice, new Set(["src/fee.js"]))
      .get("src/fee.js")
      ?.get(5),
  ).toBe(4);
  expect(readLcov(LCOV, new Set(["other.js"])).size).toBe(0);
});

test("no report, however made up, brings its reader down or covers more than changed", async () => {
  const sources = await sourcesOf({}, { "src/fee.js": FEE });
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom("SF:src/fee.js", "SF:./src/fee.js", "end_of_record", "DA:2,1", "DA:-1,9"),
    fc.tuple(fc.nat(), fc.nat()).map(([at, count]) => `DA:${at},${count}`),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const hits = lcovOf(lines.join("\n"), sources);
      const found = coverageOf(sources, hits);
      expect(found?.covered ?? 0).toBeLessThanOrEqual(found?.lines ?? 0);
      expect(found?.lines ?? 0).toBeLessThanOrEqual(6);
    }),
  );
});
