import { boundsOf } from "@nightshift/protocol/settings";
import { test } from "vitest";
import { account } from "./account.ts";
import { spec } from "./spec.ts";

const { given } = spec(account);
const told = { name: "claude max", provider: "anthropic", kind: "subscription" } as const;
const registered = { type: "account.registered", ...told } as const;
const hit = {
  type: "account.hit-limit",
  attempt: "one-g1",
  resetsAtMs: 60_000,
  epoch: 1,
  nowMs: 10_000,
  marginMs: 1_000,
  unknownResetMs: 900_000,
  holdMaxMs: 5_000_000,
} as const;
const limit = { type: "account.limit-hit", attempt: "one-g1", resetsAtMs: 60_000 } as const;
const held = { type: "account.held", untilMs: 61_000, reason: "limit", epoch: 1 } as const;
const reopen = { type: "account.reopen", nowMs: 61_000, epoch: 1 } as const;
const reopened = { type: "account.reopened", epoch: 1 } as const;

test("an account is registered, and again when it changed", () => {
  given()
    .when({ type: "account.register", ...told })
    .thenEvents(registered);
  given(registered)
    .when({ type: "account.register", ...told, kind: "api" })
    .thenEvents({ ...registered, kind: "api" });
});

test("an account that nobody registered is not held", () =>
  given().when(hit).thenRefuses("not-found"));

test("a limit holds the account until its reset and a margin (H2)", () =>
  given(registered).when(hit).thenEvents(limit, held));

test("a limit without a reset holds for the named time", () =>
  given(registered)
    .when({ ...hit, resetsAtMs: null })
    .thenEvents({ ...limit, resetsAtMs: null }, { ...held, untilMs: 911_000 }));

test("no provider holds an account longer than the maximum (G2)", () =>
  given(registered)
    .when({ ...hit, resetsAtMs: 99_000_000 })
    .thenEvents({ ...limit, resetsAtMs: 99_000_000 }, { ...held, untilMs: 5_011_000 }));

test("a storm of workers at one limit makes one hold (G2)", () => {
  given(registered, limit, held)
    .when({ ...hit, attempt: "two-g1", nowMs: 10_400, resetsAtMs: 60_400 })
    .thenNothing();
  given(registered, limit, held)
    .when({ ...hit, attempt: "two-g1", nowMs: 11_000, resetsAtMs: 61_000 })
    .thenNothing();
  given(registered, limit, held)
    .when({ ...hit, attempt: "three-g1", nowMs: 10_900, resetsAtMs: null })
    .thenNothing();
});

test("a limit that lasts longer than the hold extends it", () =>
  given(registered, limit, held)
    .when({ ...hit, resetsAtMs: 90_000 })
    .thenEvents({ ...limit, resetsAtMs: 90_000 }, { ...held, untilMs: 91_000 }));

test("after a reset a new limit holds again", () =>
  given(registered, limit, held, reopened)
    .when({ ...hit, nowMs: 62_000, resetsAtMs: null })
    .thenEvents({ ...limit, resetsAtMs: null }, { ...held, untilMs: 963_000 }));

test("an account opens when its time is there, not before", () => {
  given(registered, limit, held)
    .when({ ...reopen, nowMs: 60_999 })
    .thenRefuses("held");
  given(registered, limit, held).when(reopen).thenEvents(reopened);
  given(registered).when(reopen).thenNothing();
});

test("the director opens an account before its time", () =>
  given(registered, limit, held)
    .when({ ...reopen, nowMs: 20_000, by: "director" })
    .thenEvents(reopened));

test("a lost sign-in holds, and only the director shortens a hold", () => {
  const hold = { type: "account.hold", untilMs: 70_000, reason: "sign-in", epoch: 1 } as const;
  given(registered)
    .when(hold)
    .thenEvents({ ...held, untilMs: 70_000, reason: "sign-in" });
  for (const untilMs of [50_000, 61_000]) {
    given(registered, held)
      .when({ ...hold, untilMs })
      .thenNothing();
  }
  given(registered, held)
    .when({ ...hold, untilMs: 50_000, reason: "director" })
    .thenEvents({ ...held, untilMs: 50_000, reason: "director" });
});

test("a leader of an older epoch neither holds nor opens", () => {
  const later = { ...held, epoch: 2 } as const;
  given(registered, later).when(hit).thenRefuses("stale");
  given(registered, later).when(reopen).thenRefuses("stale");
  given(registered, held, { ...reopened, epoch: 2 })
    .when({ ...hit, resetsAtMs: 90_000 })
    .thenRefuses("stale");
});

test("what a window shows is told when it changes", () => {
  const seen = { window: "5h", usedPercent: 40, resetsAtMs: 60_000 } as const;
  const observe = { type: "account.observe-window", ...seen } as const;
  const observed = { type: "account.window-observed", ...seen } as const;
  given(registered).when(observe).thenEvents(observed);
  given(registered, observed)
    .when({ ...observe, usedPercent: 41 })
    .thenEvents({ ...observed, usedPercent: 41 });
});

test("an account has at most sixteen windows, whatever its provider tells", () => {
  const seen = (n: number) => ({ window: `w${n}`, usedPercent: 1, resetsAtMs: null });
  const sixteen = Array.from({ length: 16 }, (_, n) => {
    return { type: "account.window-observed", ...seen(n) } as const;
  });
  given(registered, ...sixteen)
    .when({ type: "account.observe-window", ...seen(16) })
    .thenRefuses("out-of-bounds");
  given(registered, ...sixteen)
    .when({ type: "account.observe-window", ...seen(15), usedPercent: 2 })
    .thenEvents({ type: "account.window-observed", ...seen(15), usedPercent: 2 });
});

test("what is known of windows beforehand is told when it changes, and once (H2)", () => {
  const every = { window: "*", lengthMs: null, tokensMax: null, requestsMax: null, resets: null };
  const windows = [{ ...every, keepShare: 0.25 }];
  const known = { type: "account.limits-known", windows } as const;
  given(registered).when({ type: "account.know-limits", windows }).thenEvents(known);
  given(registered, known).when({ type: "account.know-limits", windows }).thenNothing();
  given(registered, known)
    .when({ type: "account.know-limits", windows: [] })
    .thenEvents({ ...known, windows: [] });
});

test("workers that lose the network within half a minute lost it once (E2)", () => {
  const lost = { type: "account.hold", untilMs: 70_000, reason: "network", epoch: 1 } as const;
  const gone = { type: "account.held", untilMs: 70_000, reason: "network", epoch: 1 } as const;
  given(registered).when(lost).thenEvents(gone);
  given(registered, gone)
    .when({ ...lost, untilMs: 70_400 })
    .thenNothing();
  // A hold of a minute ended, and it is still gone.
  given(registered, gone)
    .when({ ...lost, untilMs: 190_000 })
    .thenEvents({ ...gone, untilMs: 190_000 });
});

test("the shortest hold that may be set is longer than one storm of losses (E2)", () => {
  const { min } = boundsOf("networkHoldMs");
  const gone = { type: "account.held", untilMs: min, reason: "network", epoch: 1 } as const;
  // It is gone again in the moment in which the first hold is over.
  given(registered, gone)
    .when({ ...gone, type: "account.hold", untilMs: 2 * min })
    .thenEvents({ ...gone, untilMs: 2 * min });
});
