import fc from "fast-check";
import { expect, test } from "vitest";
import { rootOf } from "./chain.ts";
import { Heads } from "./heads.ts";

const hash = fc.constantFrom("a".repeat(43), "b".repeat(43), "c".repeat(64));

/** Changes of several nights: after each, the root of all heads is asked for. */
function nights(stream: fc.Arbitrary<string>, { count, most }: { count: number; most: number }) {
  return fc.array(fc.array(fc.tuple(stream, hash), { maxLength: most, size: "max" }), {
    maxLength: count,
  });
}

function mustBeRoots(changed: readonly (readonly [string, string][])[]): void {
  const heads = new Heads();
  const all = new Map<string, string>();
  expect(heads.root()).toEqual({ root: rootOf(all), streams: 0 });
  for (const changes of changed) {
    for (const [stream, last] of changes) {
      heads.set(stream, last);
      all.set(stream, last);
    }
    expect(heads.root()).toEqual({ root: rootOf(all), streams: all.size });
  }
}

test("the root of heads that change is that of all of them, whatever streams are called", () => {
  const stream = fc.oneof(
    fc.constantFrom("call-a", "call-b", "task-ä", "call-\u{1f319}", ""),
    fc.string({ unit: "binary", maxLength: 6 }),
  );
  fc.assert(fc.property(nights(stream, { count: 8, most: 12 }), mustBeRoots), { numRuns: 300 });
});

test("and however many there are, of which few change", () => {
  const stream = fc.nat({ max: 2_000 }).map((n) => `call-${n}`);
  const many = nights(stream, { count: 3, most: 400 });
  const few = nights(stream, { count: 30, most: 3 });
  const both = fc.tuple(many, few).map((parts) => parts.flat());
  fc.assert(fc.property(both, mustBeRoots), { numRuns: 40 });
});
