import { expect, test } from "vitest";
import { budgets, WEEKS_KEPT } from "./budgets.ts";
import { begun, worked } from "./example-night.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

const see = (...entries: Entry[]) => viewOf(budgets, writeLog(entries));

test("a reservation is held in full until it is settled", () => {
  const week = see(...begun("a")).get("2026w47");
  expect(week?.reservations.get("a-g1-implement")).toMatchObject({
    attempt: "a-g1",
    worstMicroUsd: 500_000,
    worstTokens: 9_000,
  });
  expect(week?.settledMicroUsd).toBe(0);
});

test("a settlement counts what was used by day, shift and category, and frees the rest", () => {
  const week = see(...begun("a"), ...worked("a")).get("2026w47");
  expect(week?.reservations.size).toBe(0);
  expect(week).toMatchObject({ settledMicroUsd: 42_000, settledTokens: 13_500 });
  expect(week?.byDay).toEqual(new Map([["2026-11-21", 42_000]]));
  expect(week?.byShift).toEqual(new Map([[1, 42_000]]));
  expect(week?.tokensByCategory).toEqual(new Map([["capability", 13_500]]));
});

test("a released reservation costs nothing", () => {
  const release: Entry = [
    "budget-2026w47",
    { type: "budget.released", reservation: "a-g1-implement" },
  ];
  const week = see(...begun("a"), release).get("2026w47");
  expect(week?.reservations.size).toBe(0);
  expect(week?.settledTokens).toBe(0);
});

test("a settlement without its reservation still counts against the week", () => {
  expect(see(...worked("a")).get("2026w47")).toMatchObject({ settledMicroUsd: 42_000 });
});

test("old weeks are forgotten, but never while something is reserved in them", () => {
  const weeks = Array.from({ length: WEEKS_KEPT + 3 }, (_, index) => `2027w${10 + index}`);
  const settled = weeks.map((week): Entry => [
    `budget-${week}`,
    { type: "budget.settled", reservation: "x", costMicroUsd: 1, tokens: 1, costKind: "billed" },
  ]);
  const view = see(...begun("a"), ...settled);
  expect(view.size).toBe(WEEKS_KEPT + 1);
  expect([...view.keys()]).toEqual(["2026w47", ...weeks.slice(-WEEKS_KEPT)]);
});
