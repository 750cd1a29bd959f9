import { expect, test } from "vitest";
import { changeOf } from "../testing/changed.ts";
import type { Change } from "./changes.ts";
import { truncationChecks } from "./truncation.ts";

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `export const n${from + at} = ${from + at};\n`).join(
    "",
  );
const guard = (changes: Change[], drops: string[] = []) =>
  truncationChecks(changes, { drops, dropShareMax: 0.2 })[0];

test("a file that loses 60 % of its lines fails", () => {
  const check = guard([changeOf("src/a.ts", numbered(0, 100), numbered(0, 40))]);
  expect(check).toMatchObject({ kind: "truncation", outcome: "fail" });
  expect(check?.detail).toContain("src/a.ts went from 100 to 40 lines (60 % lost)");
});

test("a loss of exactly the allowed share passes, one line more fails", () => {
  expect(guard([changeOf("a.ts", numbered(0, 100), numbered(0, 80))])?.outcome).toBe("pass");
  expect(guard([changeOf("a.ts", numbered(0, 100), numbered(0, 79))])?.outcome).toBe("fail");
});

test("padding with empty lines hides no loss", () => {
  const padded = numbered(0, 40) + "\n".repeat(60);
  expect(guard([changeOf("a.ts", numbered(0, 100), padded)])?.outcome).toBe("fail");
});

test("a deleted file is a loss of everything", () => {
  expect(guard([changeOf("a.ts", numbered(0, 30), null)])?.outcome).toBe("fail");
});

test("a file that the task declares to drop may go", () => {
  expect(guard([changeOf("old/a.ts", numbered(0, 30), null)], ["old/**"])?.outcome).toBe("pass");
});

test("lines that stand elsewhere in the change were moved, not lost", () => {
  const split = [
    changeOf("a.ts", numbered(0, 100), numbered(0, 40)),
    changeOf("b.ts", null, numbered(40, 100)),
  ];
  expect(guard(split)?.outcome).toBe("pass");
});

test("a moved file passes; one that arrives with half of its lines does not", () => {
  const gone = changeOf("a.ts", numbered(0, 100), null);
  expect(guard([gone, changeOf("b.ts", null, numbered(0, 100))])?.outcome).toBe("pass");
  expect(guard([gone, changeOf("b.ts", null, numbered(0, 50))])?.outcome).toBe("fail");
});

test("one arrival does not excuse two losses of the same lines", () => {
  const twice = [
    changeOf("a.ts", numbered(0, 50) + numbered(0, 50), ""),
    changeOf("b.ts", null, numbered(0, 50)),
  ];
  expect(guard(twice)?.outcome).toBe("fail");
});

test("a small file may shrink, and a lock file is its package manager's", () => {
  expect(guard([changeOf("a.ts", numbered(0, 9), "")])?.outcome).toBe("pass");
  expect(guard([changeOf("pnpm-lock.yaml", numbered(0, 100), "x: 1\n")])?.outcome).toBe("pass");
});

test.each([
  ["a.ts", "export function a() {\n  return 1;\n"],
  ["a.ts", "export const a = 'unfin"],
  ["a.tsx", "export const a = () => <div>"],
  ["a.py", "def a():\n    return foo(1,\n"],
  ["a.py", 'def a():\n    """Not closed\n'],
  ["a.go", "package a\n\nfunc a() {\n"],
  ["a.json", '{ "a": [1, 2'],
  ["a.md", "# Title\n\n```ts\nconst a = 1;\n"],
])("%s that ends in the middle fails: %j", (path, text) => {
  expect(guard([changeOf(path, null, text)])?.detail).toContain("cut off");
});

test.each([
  ["a.ts", "export function a() {\n  return 1;\n}\n"],
  ["a.tsx", "export const a = () => <div>it's</div>;\n"],
  ["a.py", 'def a():\n    """It\'s (closed"""\n    return foo(1)\n'],
  ["a.go", "package a\n\nfunc a() string { return `{` }\n"],
  ["a.json", '{ "a": [1, 2] }\n'],
  ["tsconfig.json", '{ // a comment\n  "a": 1,\n}\n'],
  ["a.md", "# Title\n\n````md\n```ts\n````\n"],
])("%s that ends well passes: %j", (path, text) => {
  expect(guard([changeOf(path, null, text)])?.outcome).toBe("pass");
});

test("what did not parse before the change is not the change's fault", () => {
  const broken = `${numbered(0, 20)}export function a() {\n`;
  expect(guard([changeOf("a.ts", broken, `// more\n${broken}`)])?.outcome).toBe("pass");
});

test.each([
  "// ... rest of the code unchanged",
  "// ... existing code ...",
  "# … remaining methods omitted",
  "/* rest of the file */",
])("a comment in place of code fails: %s", (line) => {
  const path = line.startsWith("#") ? "a.py" : "a.ts";
  const check = guard([changeOf(path, null, `${line}\n`)]);
  expect(check?.detail).toContain("leaves code out");
});

test.each(["const { a, ...rest } = b;", "// handles the rest of the arguments", 'f("... rest");'])(
  "code that only talks of a rest passes: %s",
  (line) => expect(guard([changeOf("a.ts", null, `${line}\nexport {};\n`)])?.outcome).toBe("pass"),
);

const CALLED = `${numbered(0, 20)}export const first = () => second();
export function second() {
  return 1;
}
`;

test("a file that lost its end fails if what it lost is still used, and passes if it was moved", () => {
  const cut = CALLED.slice(0, CALLED.indexOf("export function second"));
  const end = CALLED.slice(cut.length);
  expect(guard([changeOf("a.ts", CALLED, cut)])?.detail).toContain("lost its end, with second");
  expect(guard([changeOf("a.ts", CALLED, cut), changeOf("b.ts", null, end)])?.outcome).toBe("pass");
});

test("a file that ends within a line that stood there fails, whatever its parser says", () => {
  const prose = "# Title\n\nThe first sentence stands here.\n\nThe last one, it ends here.\n";
  const cut = prose.slice(0, prose.indexOf(" ends here"));
  expect(guard([changeOf("a.md", prose, cut)])?.detail).toContain("ends within a line");
});

test("an odd ending is for a person to look at, unless files of its kind all end like that", () => {
  const bare = numbered(0, 3).trimEnd();
  const looked = (customs: string[]) =>
    truncationChecks([changeOf("a.ts", null, bare)], {
      drops: [],
      dropShareMax: 0.2,
      customs: new Set(customs),
    })[0]?.outcome;
  expect(looked([".ts"])).toBe("unverifiable");
  expect(looked([])).toBe("pass");
  expect(guard([changeOf("a.ts", `${bare}\n`, bare)])?.outcome).toBe("unverifiable");
});
