import type { Account } from "@nightshift/projections/accounts";
import { noUsage, type WindowUse } from "@nightshift/projections/account-usage";
import type { KnownWindow } from "@nightshift/protocol/account";
import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import { defaultSettings } from "@nightshift/protocol/settings";
import fc from "fast-check";
import { expect, test } from "vitest";
import { roomOf, type Pace } from "./pacing.ts";

const NIGHT_MS = Date.parse("2026-11-23T23:00:00Z");
const pace: Pace = {
  nowMs: NIGHT_MS,
  timeZone: "UTC",
  day: { from: "08:00", to: "22:00" },
  settings: defaultSettings,
};
const WORST = 50_000;

/** A percent of the window is 10,000 tokens. */
function told(use: Partial<WindowUse>): WindowUse {
  return {
    usedPercent: 0,
    resetsAtMs: NIGHT_MS + 4 * HOUR_MS,
    lengthMs: 5 * HOUR_MS,
    seenAtMs: NIGHT_MS,
    tokensSince: 0,
    learned: { percent: 100, tokens: 1_000_000, times: 20 },
    unpaired: 0,
    ...use,
  };
}

function keeps(keepShare: number): KnownWindow {
  const unknown = { lengthMs: null, tokensMax: null, requestsMax: null, resets: null };
  return { window: "*", ...unknown, keepShare };
}

function account(
  windows: Record<string, WindowUse>,
  { known = [keeps(0.25)], open = [] }: { known?: KnownWindow[]; open?: number[] } = {},
): Account {
  return {
    name: "max",
    provider: "anthropic",
    kind: "subscription",
    heldUntilMs: null,
    heldFromMs: null,
    reason: null,
    known,
    usage: {
      ...noUsage(),
      windows: new Map(Object.entries(windows)),
      open: new Map(open.map((tokens, index) => [String(index), tokens])),
    },
  };
}

test("an account of which no window is known is open: no limit is made up", () =>
  expect(roomOf(account({}), WORST, pace)).toEqual({ status: "open", tokens: null }));

test("a window that is over before the director's day may be used up, one that reaches into it not", () => {
  const used = { usedPercent: 80 };
  expect(roomOf(account({ five_hour: told(used) }), WORST, pace).status).toBe("open");
  const reaching = told({ ...used, resetsAtMs: NIGHT_MS + 9 * HOUR_MS + HOUR_MS });
  const morning = { ...pace, nowMs: NIGHT_MS + 6 * HOUR_MS };
  const room = roomOf(
    account({ five_hour: { ...reaching, seenAtMs: morning.nowMs } }),
    WORST,
    morning,
  );
  expect(room).toMatchObject({ status: "closed" });
  expect(room).toMatchObject({ reason: "five_hour is 80 % used, 25 % are kept free" });
});

test("what runs counts as used in full, until it is settled", () => {
  const open = account({ five_hour: told({ usedPercent: 80 }) }, { open: [150_000] });
  expect(roomOf(open, WORST, pace).status).toBe("closed");
  expect(roomOf(account({ five_hour: told({ usedPercent: 80 }) }), WORST, pace).status).toBe(
    "open",
  );
});

test("a week keeps the director's share and most of what later nights are due", () => {
  const week = told({
    resetsAtMs: NIGHT_MS + 6 * DAY_MS,
    lengthMs: 7 * DAY_MS,
    usedPercent: 40,
  });
  expect(roomOf(account({ seven_day: week }), WORST, pace).status).toBe("closed");
  expect(roomOf(account({ seven_day: { ...week, usedPercent: 15 } }), WORST, pace).status).toBe(
    "open",
  );
  // The last night of the week may take all but the hours that are left of the last day.
  const last = { ...week, resetsAtMs: NIGHT_MS + 10 * HOUR_MS, usedPercent: 90 };
  expect(roomOf(account({ seven_day: last }), WORST, pace).status).toBe("open");
});

test("a window that has reset is empty again, without anybody having told", () => {
  const over = told({ usedPercent: 100, resetsAtMs: NIGHT_MS - 1, lengthMs: 5 * HOUR_MS });
  expect(roomOf(account({ five_hour: over }), WORST, pace).status).toBe("open");
});

test("where nobody knows what a token takes, one piece of work at a time finds out", () => {
  const unknown = told({ learned: { percent: 0, tokens: 0, times: 0 } });
  expect(roomOf(account({ five_hour: unknown }), WORST, pace)).toMatchObject({ tokens: WORST });
  const busy = account({ five_hour: unknown }, { open: [WORST] });
  expect(roomOf(busy, WORST, pace).status).toBe("closed");
  // Nothing to keep, nothing to find out: the limit tells.
  const free = account({ five_hour: unknown }, { known: [], open: [WORST] });
  expect(roomOf(free, WORST, pace)).toEqual({ status: "open", tokens: null });
});

test("tokens that a contract grants are counted from the log", () => {
  const known: KnownWindow = { ...keeps(0), window: "day", lengthMs: DAY_MS, tokensMax: 1_000_000 };
  const counted = account({}, { known: [known] });
  const hour = Math.floor(NIGHT_MS / HOUR_MS);
  counted.usage.hours.set(hour - 2, 900_000).set(hour - 30, 900_000);
  expect(roomOf(counted, WORST, pace)).toMatchObject({ status: "open" });
  counted.usage.hours.set(hour - 1, 60_000);
  expect(roomOf(counted, WORST, pace)).toMatchObject({ status: "closed" });
});

test("an agent that goes over its reservations is believed to do so again", () => {
  const frugal = account({ five_hour: told({ usedPercent: 90 }) });
  expect(roomOf(frugal, WORST, pace).status).toBe("open");
  frugal.usage.takenShares.push(0.2, 3);
  expect(roomOf(frugal, WORST, pace).status).toBe("closed");
});

test("whatever the windows are, new work and all that runs leave the reserve alone", () =>
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.integer({ min: 0, max: 20 }),
      fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 200_000 }),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      (usedPercent, hours, open, worst, keepShare) => {
        const resetsAtMs = NIGHT_MS + hours * HOUR_MS + 1;
        const window = told({ usedPercent, resetsAtMs, lengthMs: 24 * HOUR_MS });
        const room = roomOf(
          account({ w: window }, { known: [keeps(keepShare)], open }),
          worst,
          pace,
        );
        if (room.status === "closed") return room.untilMs > NIGHT_MS;
        const running = open.reduce((sum, tokens) => sum + tokens, 0);
        // Hours of the day that are still to come, of 14.
        const owed = (100 * keepShare * Math.min(14, Math.max(0, hours - 9))) / 14;
        return usedPercent + (running + worst) / 10_000 <= 100 - owed + 0.1;
      },
    ),
    { numRuns: 500 },
  ));
