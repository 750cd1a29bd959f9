import { expect, test } from "vitest";
import { grownTree, sourceTree } from "../source/source-tree.ts";
import { taskSpec } from "../testing/fixtures.ts";
import { rulesHere } from "../testing/rules-here.ts";
import { constitutionCheck } from "./constitution.ts";
import { languageOf } from "./languages.ts";
import { lookedAt } from "./rules/looked-at.ts";
import { argumentsOf } from "./rules/reading/called.ts";
import { GRAMMARS, type Parsed } from "./rules/reading/grammar.ts";
import { metIn } from "./rules/reading/met.ts";
import { bindingKinds, type Reader, readerOf } from "./rules/reading/reader.ts";
import { isList, type Value } from "./rules/reading/value.ts";

const WAYS = { hostsAllowed: [], reader: rulesHere, signal: new AbortController().signal };
const isParsed = (language: string): language is Parsed => Object.hasOwn(GRAMMARS, language);

function readerFor(path: string, text: string): Reader {
  const language = languageOf(path, text);
  if (!isParsed(language)) throw new Error(`${path} is in no language that is read`);
  const tree = language === "javascript" ? sourceTree(path, text) : grownTree(language, path, text);
  const rule = lookedAt(language, new Set(bindingKinds(language, path)), text);
  return readerOf(tree, language, metIn(tree, rule, GRAMMARS[language]));
}

/** What the name `made` of a file holds. */
const madeIn = (path: string, text: string): Value | null => readerFor(path, text).named("made");

async function rulesIn(path: string, after: string): Promise<string[]> {
  const change = { path, status: "added", before: null, after, special: null } as const;
  const { hits } = await constitutionCheck([change], taskSpec(), WAYS);
  return hits.map(({ rule }) => rule);
}

const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join("\n");

/** As long as a value may be. */
const LONG = "x".repeat(20_000);
const python = (made: string) => `u = "${LONG}"\nt = "${LONG}"\nmade = ${made}\n`;
const ruby = (made: string) => `u = "${LONG}"\nt = "${LONG}".chars\nmade = ${made}\n`;
const script = (made: string) => `const u = "${LONG}";\nconst made = ${made};\n`;
const java = (made: string) =>
  `class A { void f() { String u = "${LONG}"; String t = "${LONG}"; String made = ${made}; } }`;
const go = (made: string) =>
  `package a\nvar u = "${LONG}"\nvar t = strings.Split("${LONG}", "")\nvar made = ${made}\n`;
const MEGABYTE = 1e6;

test.each([
  ["joined", "a.py", python("u.join(t)")],
  ["joined", "a.rb", ruby("t * u")],
  ["joined", "a.go", go("bytes.Join(t, u)")],
  ["joined", "a.js", script('"".concat(' + "u,".repeat(1_000) + "u)")],
  ["joined", "A.java", java("t.chars().collect(Collectors.joining(u))")],
  ["side by side", "a.py", python('f"{u}" '.repeat(1_000))],
  ["paths", "a.js", script('require("path").join(' + "u,".repeat(1_000) + "u)")],
  ["replaced", "a.py", python('t.replace("x", u)')],
  ["replaced twice", "a.go", go('strings.NewReplacer("x", u, "x", u).Replace(u)')],
  ["by a table", "a.py", python('t.translate({"x": u})')],
  ["repeated", "a.py", python("(u * 50) + t")],
  ["filled", "a.py", python(`"${"{0}".repeat(6_000)}".format(u)`)],
  ["filled", "a.js", script(`\`${"${u}".repeat(1_000)}\``)],
  ["spread", "a.js", script(`[${"...u,".repeat(1_000)}]`)],
  ["gathered", "a.go", go(`slices.Concat(${"t,".repeat(1_000)}t)`)],
  ["put behind", "a.go", go(`append(t, ${"t...,".repeat(1_000)})`)],
  [
    "side by side in a list",
    "a.js",
    script("[u.slice(0, 9_000), u.slice(0, 9_000), u.slice(0, 9_000)]"),
  ],
  ["every so many", "a.rb", ruby("t.each_cons(1_000)")],
])("values that are %s are no longer than a value may be: %s", (_, path, text) => {
  const before = process.memoryUsage();
  const made = madeIn(path, text);
  const after = process.memoryUsage();
  expect(typeof made === "string" || isList(made)).toBe(true);
  expect(sizeIn(made)).toBeGreaterThan(5_000);
  expect(sizeIn(made)).toBeLessThanOrEqual(20_000);
  // Half of what the smallest of these would be, were it made whole.
  expect(after.heapUsed - before.heapUsed).toBeLessThan(100 * MEGABYTE);
});

function sizeIn(value: Value | null): number {
  if (typeof value === "string") return value.length;
  return isList(value) ? value.reduce<number>((sum, each) => sum + sizeIn(each), 0) : 1;
}

test("what is put together as often as a file can say it ends the reading, not the memory", async () => {
  const many = lines(20_000, (n) => `subprocess.run(u + "${n}")`);
  expect(await rulesIn("a.py", `import subprocess\n${python('""')}${many}`)).toContain(
    "unreadable",
  );
  const few = lines(20, (n) => `subprocess.run(u + "${n}")`);
  expect(await rulesIn("a.py", `import subprocess\n${python('""')}${few}`)).toEqual([]);
});

test.each([
  ["a pattern that is none", "a.js", 'const made = "abc".match(/[z-a]/g)', null],
  ["a pattern", "a.js", 'const made = "abc".match(/[a-z]/g)', ["a", "b", "c"]],
  ["a place that is not there", "a.js", 'const made = ["a"].with(5, "b")', ["a"]],
  ["a place before the first", "a.js", 'const made = ["a"].with(-2, "b")', ["a"]],
  ["a place", "a.js", 'const made = ["a", "b"].with(-2, "c")', ["c", "b"]],
  ["less than nothing", "a.go", 'package a\nvar made = bytes.Repeat("a", -1)', ""],
  ["half a base", "a.js", "const n = 12;\nconst made = n.toString(1.5)", "12"],
  ["half a base", "a.go", "package a\nvar made = strconv.FormatInt(12, 1.5)", "12"],
  ["no base", "A.java", "class A { String made = Integer.toString(12, 37); }", "12"],
  ["a base", "a.js", "const n = 12;\nconst made = n.toString(16)", "c"],
  ["a place far off", "a.js", 'let made = "abc";\nmade.write("b", 900_000_000);', "abc"],
  ["a place not far off", "a.js", 'let made = "abc";\nmade.write("d", 3);', "abcd"],
  [
    "half a place",
    "a.go",
    'package a\nvar made = []string{"a"}\nfunc f() { made[0.5] = "b" }',
    ["a"],
  ],
])("nothing that is asked of a value makes the reader throw: %s in %s", (_, path, text, known) => {
  expect(madeIn(path, text)).toEqual(known);
});

test("a heredoc of very many lines does not make the reader throw", () => {
  expect(sizeIn(madeIn("a.rb", `made = <<~A\n${"  x\n".repeat(200_000)}A\n`))).toBeGreaterThan(
    1_000,
  );
});

test.each([
  ["in itself", `${lines(10_000, () => "made = [made]")}\n`],
  ["in another", `${lines(10_000, () => "made = list((made,))")}\n`],
])("a list however deep %s is no deeper than a value may be", async (_, steps) => {
  const text = `import subprocess\nmade = []\n${steps}subprocess.run(made)`;
  let [deep, now] = [0, madeIn("a.py", text)];
  for (; isList(now) && deep < 1_000; deep++) now = now[0] ?? null;
  expect(deep).toBeGreaterThan(5);
  expect(deep).toBeLessThan(100);
  expect(await rulesIn("a.py", text)).toEqual([]);
});

test("data however deep is read as deep as a value may be", () => {
  const data = `import json\nmade = json.loads('${"[".repeat(9_000)}1${"]".repeat(9_000)}')`;
  expect(madeIn("a.py", data)).toBe(null);
  expect(madeIn("a.py", "import json\nmade = json.loads('[[1], 2]')")).toEqual([[1], 2]);
});

test("a loop with however many lines ends where its steps do", { timeout: 60_000 }, () => {
  const loop = `made = []\nfor x in "${"x".repeat(100)}":\n${lines(5_000, () => "    made.append(x)")}\n`;
  const started = process.cpuUsage();
  expect(sizeIn(madeIn("a.py", loop))).toBeGreaterThanOrEqual(100);
  // Copied as often as it says, this is minutes.
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20);
});

test("what is given one name too often is not read", async () => {
  const many = (count: number) => `made = ""\n${lines(count, () => 'made = "x"')}\n`;
  expect(await rulesIn("a.py", many(150_000))).toEqual(["unreadable"]);
  expect(await rulesIn("a.py", many(90_000))).toEqual([]);
});

const TURNED = 'def turned(text):\n    return text[::-1]\nmade = turned("hs")\n';
const decoy = (name: string) =>
  `${name} = ""\nfor x in "${"x".repeat(100)}":\n${lines(20, () => `    ${name} += x + x`)}\n`;

test("what takes all the steps there are leaves what is asked next with its own", () => {
  const reader = readerFor("a.py", `${decoy("first")}${TURNED}`);
  expect(sizeIn(reader.named("first"))).toBeGreaterThan(100);
  expect(reader.named("made")).toBe("sh");
});

test("what is cut off as its steps are used up is read again where there are more", () => {
  const reader = readerFor("a.py", `${TURNED}${decoy("first")}both = [first, made]\n`);
  expect(reader.named("both")).not.toBe(null);
  expect(reader.named("made")).toBe("sh");
});

test("a file whose questions take too many steps in all is not read", async () => {
  const decoys = (count: number) => lines(count, (n) => `${decoy(`a${n}`)}subprocess.run(a${n})`);
  expect(await rulesIn("a.py", `import subprocess\n${decoys(400)}`)).toContain("unreadable");
  expect(await rulesIn("a.py", `import subprocess\n${decoys(4)}`)).toEqual([]);
});

test.each([30, 36, 37, 38, 39, 40, 60])(
  "what was asked from too deep is asked again: %i brackets",
  (deep) => {
    const asked = `subprocess.run(${"(".repeat(deep)}line${")".repeat(deep)})`;
    const text = `import subprocess\nline = "s" + "h"\n${asked}\nmade = line\n`;
    const reader = readerFor("a.py", text);
    const given = reader.sites("run")[0]?.field("arguments")?.namedChildren()[0];
    if (!given) throw new Error("there is no such call");
    reader.evaluate(given);
    expect(reader.named("made")).toBe("sh");
  },
);

test("a thousand names made of each other three times over cost no more than they are many", () => {
  const names = lines(1_000, (n) => `a${n + 1} = a${n} + a${n} + a${n}`);
  const reader = readerFor("a.py", `a0 = "x"\n${names}\nmade = a1000\n`);
  const started = process.cpuUsage();
  reader.named("made");
  for (let n = 1_000; n > 0; n--) reader.named(`a${n}`);
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20);
});

test("what a macro is given is of the place that it stands in, and of no other file", () => {
  const given = (before: string) =>
    readerFor("a.rs", `${before}fn f() { run!(a => b); run!(a => b); }`)
      .sites("run")
      .map((site) => {
        const { start, end } = site.range();
        const inside = ({ index }: { index: number }) => start.index < index && index < end.index;
        return argumentsOf(site).map((each) => [each.text(), inside(each.range().start)]);
      });
  const known = [
    ["a", true],
    ["b", true],
  ];
  expect(given("")).toEqual([known, known]);
  expect(given(`// ${"Another file has it elsewhere. ".repeat(9)}\n`)).toEqual([known, known]);
});

test.each([
  ["python", "a.py", "made = [101, 99, 104]\nmade.sort()\n", [99, 101, 104]],
  ["python", "a.py", 'made = ["10", "9"]\nmade.sort()\n', ["10", "9"]],
  ["javascript", "a.js", "const made = [101, 99, 104];\nmade.sort();\n", [101, 104, 99]],
  ["ruby", "a.rb", "made = [101, 99, 104].sort\n", [99, 101, 104]],
  ["go", "a.go", "package a\nvar made = []int{101, 99}\nfunc f() { sort.Ints(made) }", [99, 101]],
  [
    "go",
    "a.go",
    'package a\nvar made = []string{"b", "a"}\nfunc f() { sort.Strings(made) }',
    ["a", "b"],
  ],
])("numbers are sorted as %s sorts them", (_, path, text, known) => {
  expect(madeIn(path, text)).toEqual(known);
});

test("what each_slice and each_cons part, they part each in its own way", () => {
  const parted = (how: string) => madeIn("a.rb", `made = ["a", "b", "c"].${how}(2).to_a\n`);
  expect(parted("each_slice")).toEqual([["a", "b"], ["c"]]);
  expect(parted("each_cons")).toEqual([
    ["a", "b"],
    ["b", "c"],
  ]);
});

test("data that is written in a text is read in scripts too", () => {
  expect(madeIn("a.js", `const made = JSON.parse('["sh", 1]');`)).toEqual(["sh", 1]);
  expect(madeIn("a.py", 'made = list(reversed("hs"))')).not.toBe(null);
});

const CLASSES = `import subprocess
class Tool:
    def __init__(self, line):
        self.line = line
    def run(self):
        subprocess.run(self.line)
Tool("curl")
`;

test.each([
  ["programs", "a.js", '"git" ;\n'.repeat(45_000)],
  ["classes", "a.py", `${CLASSES}${"@dataclass\n".repeat(36_000)}`],
])(
  "%s that are named over and over are looked through once",
  { timeout: 60_000 },
  async (_, path, text) => {
    const started = process.cpuUsage();
    await rulesIn(path, text);
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(6);
  },
);

const RUNS = `import subprocess
program, flag, line = "sh", "-c", "ls"
class Tool:
    def begin(self, tool, how, what):
        subprocess.run([tool, how, what])
`;

test.each([
  ["in turn", "program, flag, line", ["shell"]],
  ["by their names", "what=line, how=flag, tool=program", ["shell"]],
  ["in turn and by their names", "program, what=line, how=flag", ["shell"]],
  ["and nothing of it is a shell", "line, line, line", []],
])("a method is told what its names are given %s, and itself is none", async (_, given, rules) => {
  expect(await rulesIn("a.py", `${RUNS}one = Tool()\none.begin(${given})\n`)).toEqual(rules);
});

test("what an argument is called is no name that it is given under", async () => {
  const text = `class A {
    static String program() { return "sh"; }
    void run(String tool, String how) throws Exception { new ProcessBuilder(tool, how).start(); }
    void go() throws Exception { run(program(), "-c"); }
  }`;
  expect(await rulesIn("A.java", text)).toEqual(["shell"]);
});
