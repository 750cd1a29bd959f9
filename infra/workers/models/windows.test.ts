import { expect, test } from "vitest";
import { windowsOf } from "./windows.ts";

const NOW_MS = 1_795_000_000_000;

function told(headers: Record<string, string>) {
  return windowsOf(new Headers(headers), NOW_MS);
}

test("a subscription's windows are told by their own headers", () => {
  const seen = told({
    "anthropic-ratelimit-unified-5h-utilization": "0.42",
    "anthropic-ratelimit-unified-5h-reset": "1795007200",
    "anthropic-ratelimit-unified-7d-utilization": "0.07",
    "anthropic-ratelimit-unified-7d-reset": "1795400000",
  });
  expect(seen).toMatchObject([
    { window: "five_hour", usedPercent: 42, resetsAtMs: 1_795_007_200_000, lengthMs: 18_000_000 },
    { window: "seven_day", resetsAtMs: 1_795_400_000_000 },
  ]);
});

test("a day's requests are told as a share, a minute's are not", () => {
  const requests = (reset: string) =>
    told({
      "x-ratelimit-limit-requests": "1000",
      "x-ratelimit-remaining-requests": "750",
      "x-ratelimit-reset-requests": reset,
    });
  expect(requests("3h0m0s")).toEqual([
    { window: "requests", usedPercent: 25, resetsAtMs: NOW_MS + 10_800_000 },
  ]);
  expect(requests("58s")).toEqual([]);
});

test("what is no number, has passed or contradicts itself is not believed", () => {
  expect(told({})).toEqual([]);
  expect(told({ "anthropic-ratelimit-unified-5h-utilization": "most of it" })).toEqual([]);
  expect(
    told({
      "anthropic-ratelimit-unified-5h-utilization": "0.4",
      "anthropic-ratelimit-unified-5h-reset": "1790000000",
    }),
  ).toEqual([]);
  expect(
    told({
      "x-ratelimit-limit-requests": "10",
      "x-ratelimit-remaining-requests": "20",
      "x-ratelimit-reset-requests": "3h0m0s",
    }),
  ).toEqual([]);
});
