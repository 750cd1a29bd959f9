import { expect, test } from "vitest";
import { brokenByNew } from "../../testing/changed.ts";

test("tests may use what they test, but may not take credentials", () => {
  expect(brokenByNew("src/a.test.ts", "expect(eval('1')).toBe(1);")).toEqual([]);
  expect(brokenByNew("src/a.test.ts", 'readFileSync("/root/.ssh/id_rsa");')).toEqual([
    "credentials",
  ]);
});

const UNPACKED = 'import { gunzipSync } from "node:zlib";\ngunzipSync("abcdefghijklmnopqrstuvw");';
test.each([
  ["a.test.js", UNPACKED, "hidden-code"],
  ["a.test.ts", 'readFileSync(join(base, [".s", "sh"].join(""), "i" + "d_rsa"));', "credentials"],
  ["a.test.ts", 'import { execFile } from "node:child_process";\nexecFile("env");', "credentials"],
  [
    "a.test.ts",
    'import { spawnSync } from "node:child_process";\nspawnSync(`/usr/bin/printenv`, []);',
    "credentials",
  ],
  ["a_test.go", 'package a\nfunc f() { os.ReadFile(".s" + "sh" + "/i" + "d_rsa") }', "credentials"],
  ["test_a.py", "import os\nos.dup2(s.fileno(), 0)", "reverse-shell"],
])("a test is read where it says what a severe rule is about: %s %s", (path, text, rule) => {
  expect(brokenByNew(path, text)).toContain(rule);
  expect(brokenByNew(path, 'expect(sum("a", 2)).toBe("a2");')).toEqual([]);
});
