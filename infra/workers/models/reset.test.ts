import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resetOf } from "./reset.ts";

const NOW = Date.parse("2026-11-21T05:00:00Z");
const HOUR = 3_600_000;

test.for<[string, Record<string, string>, number | null]>([
  ["retry-after in seconds", { "retry-after": "90" }, NOW + 90_000],
  ["retry-after as a date", { "retry-after": "Sat, 21 Nov 2026 06:00:00 GMT" }, NOW + HOUR],
  ["no header at all", {}, null],
  ["a subscription's window", { "anthropic-ratelimit-unified-reset": "1795240800" }, NOW + HOUR],
  ["prose in retry-after", { "retry-after": "in an hour" }, null],
  ["a time that has passed", { "retry-after": "0" }, null],
  ["a time beyond any window", { "retry-after": "99999999" }, null],
  [
    "the window of a key that is empty, not the one that is full",
    {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-11-21T05:01:00Z",
      "anthropic-ratelimit-tokens-remaining": "30000",
      "anthropic-ratelimit-tokens-reset": "2026-11-21T07:00:00Z",
    },
    NOW + 60_000,
  ],
  [
    "a duration of OpenAI",
    { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0.5s" },
    NOW + 360_500,
  ],
])("the end of a limit is read from %s", ([, headers, expected]) => {
  expect(resetOf(new Headers(headers), NOW)).toBe(expected);
});

test("whatever the headers say, a reset lies ahead and within eight days", () => {
  const value = fc.oneof(fc.nat().map(String), fc.date({ noInvalidDate: true }).map(String), ascii);
  fc.assert(
    fc.property(value, value, (after, reset) => {
      const headers = new Headers({ "retry-after": after, "x-ratelimit-reset-requests": reset });
      headers.set("x-ratelimit-remaining-requests", "0");
      const atMs = resetOf(headers, NOW);
      expect(atMs === null || (atMs > NOW && atMs <= NOW + 8 * 24 * HOUR)).toBe(true);
    }),
  );
});

const ascii = fc.stringMatching(/^[ -~]*$/);
