import { expect, test } from "vitest";
import { brokenByNew } from "../../../testing/changed.ts";

test.each([
  ["a.js", "\\u0065val(v);"],
  ["a.js", "globalThis.\\u{65}val(v);"],
  ["a.ts", 'import cp from "node:child_process";\ncp.e\\u0078ec(line);'],
  ["a.py", "ｅval(x)"],
  ["a.py", "import os\nos.𝓼ystem(x)"],
  ["a.java", "class A { void f() { Runtime.getRuntime().\\u0065xec(x); } }"],
  ["a.java", "class A { void f() { Runtime.getRuntime().\\uu0065xec(x); } }"],
])("a name whose letters are written otherwise is hidden in %s: %s", (path, text) => {
  expect(brokenByNew(path, text)).toContain("hidden-code");
});

test.each([
  ["a.js", "const kana = /[\\u0041-\\u005a\\u{1F600}]/u;\nconst été = '\\u0065';"],
  ["a.ts", 'export const signs = { "\\u0061": 1 };'],
  ["a.py", "naïve = 1\nµ = 2\nsaid = 'ｅval'  # ｅval"],
  ["a.java", "class A { char c = '\\u0041'; String é = \"\\u0065\"; /* \\u0065 */ }"],
])("letters of other alphabets, in patterns and texts are none in %s: %s", (path, text) => {
  expect(brokenByNew(path, text)).toEqual([]);
});
