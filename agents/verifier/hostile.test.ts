import { array, assert, asyncProperty, constantFrom } from "fast-check";
import { expect, test } from "vitest";
import { taskSpec } from "../testing/fixtures.ts";
import { rulesHere } from "../testing/rules-here.ts";
import type { Change } from "./changes.ts";
import { constitutionCheck } from "./constitution.ts";
import { cutOff } from "./cut-off.ts";
import { secretsIn } from "./secrets.ts";
import { testFacts } from "./test-facts.ts";

const signal = new AbortController().signal;
const ways = { hostsAllowed: [], reader: rulesHere, signal };

test("no text of any language makes the verifier throw", async () => {
  const pieces = [
    "eval(",
    "(",
    ")",
    '"',
    "'",
    "`",
    "${",
    "}",
    "\n",
    "fetch(",
    "require(",
    "import ",
    "#",
    "//",
  ];
  const texts = array(constantFrom(...pieces, "a", " ", ".", "=", "{"), { maxLength: 30 });
  const paths = constantFrom(
    "a.ts",
    "a.jsx",
    "a.py",
    "a.go",
    "a.rb",
    "a.sh",
    "a.php",
    "a.html",
    "package.json",
  );
  await assert(
    asyncProperty(paths, texts, async (path, parts) => {
      const after = parts.join("");
      const change: Change = { path, status: "added", before: null, after, special: null };
      const { check } = await constitutionCheck([change], taskSpec(), ways);
      expect(["pass", "fail"]).toContain(check.outcome);
      expect(() => [cutOff(change), secretsIn(after), testFacts(path, after)]).not.toThrow();
    }),
  );
});

/** So much that nothing is left of a minute where reading grows faster than the file. */
const filled = (piece: string) => piece.repeat(Math.ceil(400_000 / piece.length));
const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join("\n");
const names = Array.from("abcdefgh");
const made = (join: string, line: (before: string) => string) =>
  names
    .slice(1)
    .map((name, at) => `${name}${join}${line(names[at] ?? "")}`)
    .join("\n");

const LISTS = `a = ["x"] * 50\n${made(" = ", (before) => `${before} * 50`)}\nopen("".join(h))`;
const NESTED = `a = ["xy"]\n${made(" = ", (before) => `[${Array(40).fill(before).join(", ")}]`)}\nopen("".join(h))`;
const WORDS = `a="xy"\n${made("=", (before) => `"${`$${before}`.repeat(100)}"`)}\ne""val "$h"`;
const LONG = "x".repeat(4_900);
const SET = `set -- a b c d\n${lines(40, () => "set -- $@ $@ $@ $@ $@ $@ $@ $@")}\ne""val "$1"`;
const FORMATTED = `a=x\n${lines(12, () => `printf -v a '${"%s".repeat(16)}' ${"$a ".repeat(16)}`)}\n"$a"`;
const IN_LOOPS = `for a in ${"x ".repeat(150)}; do for b in ${"y ".repeat(150)}; do "$a$b"; done; done`;
const OF_ENTITIES = `<!ENTITY a "x">${lines(9, (n) => `<!ENTITY a${n} "&a${n + 1};">`)}&a0;`;
const HANDED = `package a\nfunc f() {\n\trun = exec.Command\n${lines(5_001, () => "g()")}\n}`;
const REPLACED = "x=xxxxxxxxxxxxxxxxxxxxxxxxx\n${x//x/${x//x/y}}\ny=${x//x/${y//x/yyyy}}";

test.each([
  ["lists of lists", "a.py", LISTS, "fail"],
  ["lists in lists", "a.py", NESTED, "fail"],
  ["words of words", "a.sh", WORDS, "fail"],
  ["settings of settings", ".env", made("=", (before) => `"${`$${before}`.repeat(100)}"`), "pass"],
  [
    "loops",
    "a.py",
    `a = ""\n${lines(5_000, () => 'for p in ["b", "c"]:\n    a += p')}\nopen(a)`,
    "pass",
  ],
  [
    "loops",
    "a.go",
    `package a\nvar a = ""\n${lines(5_000, () => 'for _, p := range []string{"b"} { a += p }')}`,
    "pass",
  ],
  ["letters replaced", "a.sh", REPLACED, "pass"],
  [
    "steps of sed",
    "a.sh",
    `x=$(echo a | sed '${Array(9).fill("s/a/aaaaaaaaaa/g").join(";")}')\n"$x"`,
    "pass",
  ],
  ["words of its own", "a.sh", SET, "fail"],
  ["formats of formats", "a.sh", FORMATTED, "pass"],
  ["places of a format", "a.sh", `a=${LONG}\nb=$(printf '%s' ${"$a ".repeat(150_000)})`, "fail"],
  ["parts of a word", "a.sh", `a=${LONG}\nb="${"$a".repeat(190_000)}"`, "fail"],
  ["long replacements", "a.sh", `x=${LONG}\nz="\${x//x/${"y".repeat(200_000)}}"`, "pass"],
  [
    "functions",
    "a.sh",
    `${lines(6_000, (n) => `a${n}=1`)}\n${lines(5_000, () => "f() { :; }")}`,
    "fail",
  ],
  ["lines of a text", "a.sh", `while read -r l; do echo $l; done <<E\n${filled("$a\n")}E`, "fail"],
  ["loops in loops", "a.sh", IN_LOOPS, "fail"],
  ["turns", "a.sh", `for a in ${"x ".repeat(1_001)}; do "$a"; done`, "fail"],
  ["turns that count", "a.sh", 'for ((n = 0; n < 9000; n++)); do x="${y[$n]}"; done', "fail"],
  ["turns that are alike", "a.sh", "for ((n = 0; n < 9000; n++)); do make; done", "pass"],
  ["slashes", "a.sh", `echo ${filled("/")}`, "pass"],
  ["what is fetched", "a.sh", filled("curl>"), "fail"],
  ["what is written", "a.sh", filled("curl -o a "), "fail"],
  ["addresses", "a.js", filled('"http://a.b"\n'), "fail"],
  ["one environment", "a.js", filled("const a = process.env;\n"), "pass"],
  ["environments", "a.js", lines(9_000, (n) => `const a${n} = process.env;`), "fail"],
  ["modules", "a.py", lines(9_000, (n) => `import os as o${n}`), "pass"],
  ["elements", "pom.xml", filled("<scm>"), "pass"],
  ["half elements", "pom.xml", filled("<scm "), "pass"],
  ["comments", "pom.xml", filled("<!--"), "pass"],
  ["entities", "pom.xml", `<!ENTITY a "${"x".repeat(500)}">${filled("&a;")}`, "fail"],
  ["properties", "pom.xml", `<a>${"x".repeat(500)}</a>${filled("${a}")}`, "fail"],
  ["entities of entities", "pom.xml", OF_ENTITIES, "fail"],
  ["settings made of one", "a.env", `a=b\n${lines(2_001, (n) => `a${n}=$a`)}`, "fail"],
  ["calls", "a.go", HANDED, "fail"],
  ["declared functions", "a.rs", filled('extern "C" { '), "pass"],
  ["names of keys", "a.js", filled("token"), "pass"],
  ["signs behind keys", "a.js", `const a = "a1b2c3d4";\ntoken${filled(" ")}`, "pass"],
  ["keys put in", "a.js", filled("token=a "), "pass"],
  ["steps of make", "Makefile", filled("a:"), "pass"],
  ["lists put together", "a.go", filled("strings.Join("), "pass"],
  ["empty lines", "a.py", filled("\n"), "pass"],
  ["empty lines", "a.go", `package a\n${filled("\n")}`, "pass"],
  ["empty lines", "a.sh", `"a"\n${filled("\n")}`, "pass"],
  ["blanks", "a.rb", `require${filled(" ")}`, "pass"],
  ["blanks", "a.java", `native a ${filled(" ")}`, "pass"],
  ["blanks", "Gemfile", `path${filled(" ")}`, "pass"],
  ["signs", "requirements.txt", filled("@"), "pass"],
  ["addresses of a repository", "pom.xml", `<repository><url>${filled(" ")}</repository>`, "pass"],
  ["scripts", "build.gradle", filled('apply from: "https://a.b"\n'), "fail"],
  ["open lists", "Cargo.toml", filled("a = [\n"), "pass"],
])("%s that grow are not read on: %s", { timeout: 60_000 }, async (_, path, after, outcome) => {
  const change: Change = { path, status: "added", before: null, after, special: null };
  const { check } = await constitutionCheck([change], taskSpec(), ways);
  expect(check.outcome).toBe(outcome);
});
