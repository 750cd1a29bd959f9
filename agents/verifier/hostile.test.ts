import { array, assert, constantFrom, property } from "fast-check";
import { expect, test } from "vitest";
import { taskSpec } from "../testing/fixtures.ts";
import type { Change } from "./changes.ts";
import { constitutionCheck } from "./constitution.ts";
import { cutOff } from "./cut-off.ts";
import { secretsIn } from "./secrets.ts";
import { testFacts } from "./test-facts.ts";

test("no text of any language makes the verifier throw", () => {
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
  const names = constantFrom(
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
  assert(
    property(names, texts, (path, parts) => {
      const after = parts.join("");
      const change: Change = { path, status: "added", before: null, after, special: null };
      const { check } = constitutionCheck([change], taskSpec(), []);
      expect(["pass", "fail"]).toContain(check.outcome);
      expect(() => [cutOff(change), secretsIn(after), testFacts(path, after)]).not.toThrow();
    }),
  );
});
