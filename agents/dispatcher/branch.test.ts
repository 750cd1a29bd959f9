import fc from "fast-check";
import { expect, test } from "vitest";
import { branchOf } from "./branch.ts";

test("a branch keeps the director's spelling", () => {
  expect(branchOf("META-009-digests")).toBe("nightshift/META-009-digests");
  expect(branchOf("web/FIX_1.2")).toBe("nightshift/web/FIX_1.2");
});

test("what git forbids in a name becomes a hyphen", () => {
  expect(branchOf("fix the ~thing^")).toBe("nightshift/fix-the-thing");
  expect(branchOf("../../etc")).not.toContain("..");
  expect(branchOf("")).toBe("nightshift/task");
  expect(branchOf("Renew yarn.lock!")).toBe("nightshift/Renew-yarn");
  expect(branchOf("Read yarn.lock first")).toBe("nightshift/Read-yarn.lock-first");
});

/** Any text, and texts made of what git looks for. */
const names = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc
    .array(fc.constantFrom(".lock", ".", "/", "-", "a", "~", " "), { maxLength: 20 })
    .map((parts) => parts.join("")),
);

test("no name makes a branch that git would refuse", () =>
  fc.assert(
    fc.property(names, (name) => {
      const branch = branchOf(name);
      return (
        /^nightshift\/[A-Za-z0-9._/-]+$/.test(branch) &&
        !/\.\.|\/\/|\/\.|\.lock(\/|$)|\/$|\.$|\/-/.test(branch)
      );
    }),
    { numRuns: 2_000 },
  ));
