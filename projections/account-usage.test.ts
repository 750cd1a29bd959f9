import { WINDOW_HOURS_MAX, type AccountEvent } from "@nightshift/protocol/account";
import type { BudgetEvent } from "@nightshift/protocol/budget";
import { MINUTE_MS } from "@nightshift/protocol/clock";
import { expect, test } from "vitest";
import { accounts } from "./accounts.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

const about = { category: "ops", day: "2026-11-21", shift: 1, epoch: 1, worstMicroUsd: 0 } as const;
const registered: Entry = [
  "account-max",
  { type: "account.registered", name: "max", provider: "anthropic", kind: "subscription" },
];

function reserved(reservation: string, worstTokens: number): Entry {
  const step = { attempt: reservation, step: "implement", account: "max", worstTokens };
  return ["budget-2026w47", { type: "budget.reserved", reservation, ...step, ...about }];
}

function settled(reservation: string, tokens: number): Entry {
  const event: BudgetEvent = {
    type: "budget.settled",
    reservation,
    costMicroUsd: 0,
    tokens,
    costKind: "subscription",
  };
  return ["budget-2026w47", event];
}

function told(usedPercent: number, resetsAtMs = 9_000_000): Entry {
  const event: AccountEvent = {
    type: "account.window-observed",
    window: "five_hour",
    usedPercent,
    resetsAtMs,
    lengthMs: 18_000_000,
  };
  return ["account-max", event];
}

/** Entries, each at its minute. */
function usageAfter(...entries: [minute: number, entry: Entry][]) {
  const log = writeLog([registered, ...entries.map(([, entry]) => entry)]);
  const timed = log.map((recorded, index) => ({
    ...recorded,
    atMs: (entries[index - 1]?.[0] ?? 0) * MINUTE_MS,
  }));
  const usage = viewOf(accounts, timed).get("max")?.usage;
  if (!usage) throw new Error("the account is not there");
  return usage;
}

test("what is reserved on an account is open until it is settled or given back", () => {
  const released: Entry = ["budget-2026w47", { type: "budget.released", reservation: "b" }];
  const usage = usageAfter(
    [1, reserved("a", 900)],
    [2, reserved("b", 800)],
    [3, reserved("c", 700)],
    [4, settled("a", 300)],
    [5, released],
  );
  expect([...usage.open.values()]).toEqual([700]);
  expect([...usage.hours.values()]).toEqual([300]);
});

test("what was settled is remembered for as long as a window may be, and no longer", () => {
  const [first, second, third] = [1, 2, 2 + 60 * WINDOW_HOURS_MAX];
  const tokensOf = (...entries: Parameters<typeof usageAfter>) =>
    [...usageAfter(...entries).hours.values()].reduce((sum, tokens) => sum + tokens, 0);
  const month: Parameters<typeof usageAfter> = [
    [first, reserved("a", 900)],
    [second, settled("a", 300)],
    [second, reserved("b", 900)],
    [third, settled("b", 40)],
  ];
  expect(tokensOf(...month)).toBe(340);
  const past = third + 2 * 60;
  expect(tokensOf(...month, [past, reserved("c", 9)], [past, settled("c", 5)])).toBe(45);
});

test("a settlement right after an observation is in it already, a later one is not", () => {
  const usage = usageAfter(
    [1, reserved("a", 900)],
    [2, reserved("b", 900)],
    [5, told(10)],
    [5, settled("a", 300)],
    [9, settled("b", 200)],
  );
  expect(usage.windows.get("five_hour")).toMatchObject({ usedPercent: 10, tokensSince: 200 });
});

test("what a token takes of a window is learned from observations that follow one another", () => {
  const usage = usageAfter(
    [1, reserved("a", 900)],
    [5, told(10)],
    [5, settled("a", 400)],
    [6, reserved("b", 900)],
    [9, told(14)],
    [9, settled("b", 400)],
  );
  expect(usage.windows.get("five_hour")?.learned).toEqual({ percent: 4, tokens: 400, times: 1 });
});

test("nothing is learned over a reset, or over hours in which others worked", () => {
  const apart = (minute: number, seen: Entry) =>
    usageAfter(
      [1, reserved("a", 900)],
      [5, told(10)],
      [5, settled("a", 400)],
      [minute, seen],
    ).windows.get("five_hour")?.learned.times;
  expect(apart(9, told(14))).toBe(1);
  expect(apart(9, told(14, 90_000_000))).toBe(0);
  expect(apart(9, told(3))).toBe(0);
  expect(apart(45, told(14))).toBe(0);
});
