import fc from "fast-check";
import { expect, test } from "vitest";
import { rootOf } from "./chain.ts";
import { Heads } from "./heads.ts";

test("the root of heads that change is that of all of them, whenever it is asked for", () => {
  const stream = fc.oneof(
    fc.constantFrom("call-a", "call-b", "task-ä", "call-\u{1f319}", ""),
    fc.string({ unit: "binary", maxLength: 6 }),
  );
  const hash = fc.constantFrom("a".repeat(43), "b".repeat(43), "c".repeat(64));
  const night = fc.array(fc.tuple(stream, hash), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(night, { maxLength: 8 }), (nights) => {
      const heads = new Heads();
      const all = new Map<string, string>();
      expect(heads.root()).toEqual({ root: rootOf(all), streams: 0 });
      for (const changes of nights) {
        for (const [name, last] of changes) {
          heads.set(name, last);
          all.set(name, last);
        }
        expect(heads.root()).toEqual({ root: rootOf(all), streams: all.size });
      }
    }),
    { numRuns: 500 },
  );
});
