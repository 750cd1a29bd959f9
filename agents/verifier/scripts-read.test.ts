import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

const WORD = ["k7Q2mX9z", "P4rT8vW1"] as const;

test.each([
  // What is taken apart, told to functions, and given back by them.
  [
    "a.ts",
    'const { to: { names: [one, two] } } = { to: { names: ["child", "process"] } };',
    "`${one}_${two}`",
  ],
  ["a.ts", 'const glued = (...parts: string[]) => parts.join("_");', 'glued("child", "process")'],
  ["a.ts", 'const of = ({ one, two = "process" }) => one + "_" + two;', 'of({ one: "child" })'],
  ["a.js", 'const of = (two) => (one) => one + "_" + two;', 'of("process")("child")'],
  [
    "a.js",
    'const at = (() => {\n  const list = ["child", "process"];\n  return list.join("_");\n})();',
    "at",
  ],
  ["a.js", 'const at = Object.values({ one: "child", two: "process" });', 'at.join("_")'],
  [
    "a.js",
    'const at = ["process", "_", "child"];',
    "at.reduceRight((known, part) => known + part)",
  ],
  [
    "a.js",
    'const at = { list: ["child", "process"], get name() { return this.list.join("_"); } };',
    "at.name",
  ],
  ["a.ts", 'enum At { One = "child", Two = "process" }', "`${At.One}_${At.Two}`"],
  ["a.js", 'function* list() { yield "child"; yield "process"; }', '[...list()].join("_")'],
  // What is walked, parted and put in order.
  ["a.js", 'const at = ["child", "", "process"].filter(Boolean);', 'at.join("_")'],
  ["a.js", 'const at = [["child"], ["process"]].flat();', 'at.join("_")'],
  ["a.js", 'const at = "1child23process4".match(/[a-z]+/g);', 'at.join("_")'],
  [
    "a.js",
    'const at = "6368696c645f70726f63657373";',
    'at.replace(/../g, (two) => String.fromCharCode("0x" + two))',
  ],
  ["a.js", 'const at = [..."ssecorp_dlihc"];\nat.reverse();', 'at.join("")'],
  [
    "a.js",
    "const at = [99, 104, 105, 108, 100, 95, 112, 114, 111, 99, 101, 115, 115];",
    "String.fromCharCode.apply(null, at)",
  ],
  [
    "a.js",
    "const child_process = Symbol;\nfunction child() {}",
    '[child.name, /process/.source].join("_")',
  ],
  ["a.js", 'const open = atob;\nconst at = ["Y2hpbGRf", "cHJvY2Vzcw=="];', 'open(at.join(""))'],
])("what is required is known in %s: %s %s", (path, text, name) =>
  expect(brokenByNew(path, `${text}\nrequire(${name}).exec(line);`)).toContain("shell"),
);

test.each([
  [
    "shell",
    "a.ts",
    'class At { constructor(private name = "child_process") {}\nf(line) { require(this.name).exec(line); } }',
  ],
  ["shell", "a.js", 'const load = (name) => require(name);\nload("child_process").exec(line);'],
  ["shell", "a.js", 'const cp = require("child_process");\nlines.forEach(cp.execSync);'],
  [
    "shell",
    "a.js",
    'import { spawn } from "child_process";\nconst how = {};\nhow.shell = true;\nspawn(line, how);',
  ],
  ["credentials", "a.js", 'const { ["env"]: all } = process;\nsend(all);'],
  [
    "git-hook",
    "a.ts",
    'import { promises as disk } from "node:fs";\nconst at = [".git", "hooks", "pre-push"];\ndisk.open(join(root, ...at), "w");',
  ],
  ["secret", "a.ts", `place.password = "${WORD[0]}".concat("${WORD[1]}");`],
])("%s is caught in %s: %s", (rule, path, text) => expect(brokenByNew(path, text)).toContain(rule));

test.each([
  [
    "a.ts",
    'const { to: { names: [one, two] } } = places;\nfetch("https://docs.example.com/" + one + two);',
  ],
  [
    "a.ts",
    "const all = { [Symbol.iterator]: 1, ...rest };\nconst { [key]: value, ...others } = all;",
  ],
  [
    "a.js",
    'const glued = (...parts) => parts.join("/");\nfetch(glued("https:/", "docs.example.com"));',
  ],
  ["a.js", 'const cp = require("child_process");\nlines.map((line) => cp.spawn("ls", [line]));'],
  ["a.js", "const { [name]: all } = process.env;\nsend(all);"],
  [
    "a.ts",
    "place.password = settings.password.concat(salt);\nconst token = parts.join(separator);",
  ],
  [
    "a.ts",
    'import { open } from "node:fs/promises";\nconst file = await open(join(root, "notes.txt"), "w");',
  ],
])("honest %s passes: %s", (path, text) => expect(brokenByNew(path, text)).toEqual([]));
