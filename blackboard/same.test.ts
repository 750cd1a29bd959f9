import * as fc from "fast-check";
import { expect, test } from "vitest";
import { same } from "./same.ts";

test("values say the same exactly if their JSON with sorted keys does", () =>
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(same(a, structuredClone(a))).toBe(true);
      expect(same(a, b)).toBe(sorted(a) === sorted(b));
    }),
  ));

test("a missing field and an undefined one are the same, an extra one is not", () => {
  expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(true);
  expect(same({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(same(undefined, {})).toBe(false);
  expect(same([1], { 0: 1 })).toBe(false);
});

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
