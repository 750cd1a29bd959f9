import fc from "fast-check";
import { expect, test } from "vitest";
import { firstRed } from "./train.ts";

test("halving finds the first that turns a train red, and asks no more than it must", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 64 }), fc.nat(), async (whole, seed) => {
      const culprit = 1 + (seed % whole);
      const asked = new Set<number>();
      const red = await firstRed(whole, async (length) => {
        asked.add(length);
        return length >= culprit;
      });
      expect(red).toBe(culprit);
      expect(asked.size).toBeLessThanOrEqual(Math.ceil(Math.log2(whole)));
      // What lands in front of the culprit was tested at that very length.
      expect(culprit === 1 || asked.has(culprit - 1)).toBe(true);
    }),
  );
});

test("where several are at fault together, what stands before the answer is still green", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 30 }), async (reds) => {
      const isRed = [...reds, true];
      const seen = new Map<number, boolean>();
      const red = await firstRed(isRed.length, async (length) => {
        seen.set(length, isRed[length - 1] ?? true);
        return isRed[length - 1] ?? true;
      });
      expect(red === isRed.length || seen.get(red)).toBe(true);
      if (red > 1) expect(seen.get(red - 1)).toBe(false);
    }),
  );
});
