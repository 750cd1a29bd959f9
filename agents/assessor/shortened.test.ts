import * as fc from "fast-check";
import { expect, test } from "vitest";
import { tokensAtMost } from "../implementer/tokens.ts";
import { shortened, shortenedTo } from "./shortened.ts";

test("of a long text the beginning and the end are shown, and how much is left out", () => {
  expect(shortened("abcdefgh", 4)).toBe("ab\n[4 characters are not shown]\ngh");
  expect(shortened("abcdefgh", 8)).toBe("abcdefgh");
});

test("where there is no room nothing of the text is shown", () => {
  for (const room of [0, 1]) {
    expect(shortened("abcdefgh", room)).toBe("\n[8 characters are not shown]\n");
  }
  expect(shortenedTo(-5, "漢".repeat(100))).toBe("\n[100 characters are not shown]\n");
});

test("a text takes no more tokens than there is room for, and all that fits is shown", () =>
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.integer({ min: 40, max: 600 }),
      (text, room) => {
        const shown = shortenedTo(room, text);
        expect(tokensAtMost(shown)).toBeLessThanOrEqual(room);
        if (tokensAtMost(text) <= room) expect(shown).toBe(text);
        // A character at each end is at most 8 bytes.
        else expect(tokensAtMost(shown)).toBeGreaterThan(room - 48);
      },
    ),
  ));
