import type { BudgetEvent } from "@nightshift/protocol/budget";
import { expect, test } from "vitest";
import { budget, firstCeilingHit } from "./budget.ts";
import { spec, stateAfter } from "./spec.ts";

const { given } = spec(budget);
const ceilings = {
  dayMicroUsd: 1_000,
  nightMicroUsd: 800,
  weekTokens: 10_000,
  categoryShare: 0.3,
  selfImprovementShare: 0.15,
};
const reserved = {
  type: "budget.reserved",
  reservation: "one-g1-implement",
  attempt: "one-g1",
  step: "implement",
  category: "capability",
  account: "claude",
  day: "2026-11-21",
  shift: 1,
  worstMicroUsd: 500,
  worstTokens: 1_000,
  epoch: 1,
} as const;
const reserve = { ...reserved, type: "budget.reserve", ceilings } as const;
const settle = {
  type: "budget.settle",
  reservation: reserved.reservation,
  used: { costMicroUsd: 400, tokens: 900, costKind: "billed" },
} as const;
const settled = {
  type: "budget.settled",
  reservation: reserved.reservation,
  costMicroUsd: 400,
  tokens: 900,
  costKind: "billed",
} as const;
const released = { type: "budget.released", reservation: reserved.reservation } as const;
const release = { type: "budget.release", reservation: reserved.reservation } as const;

test("what fits under every ceiling is reserved (I3)", () =>
  given().when(reserve).thenEvents(reserved));

test("a ceiling may be reached and not passed", () => {
  given()
    .when({ ...reserve, worstMicroUsd: 800 })
    .thenEvents({ ...reserved, worstMicroUsd: 800 });
  given()
    .when({ ...reserve, worstMicroUsd: 801 })
    .thenRefuses("over-budget", /night-usd is 800; with this it would be 801/);
});

test("settled and reserved of the day count together (D6)", () => {
  const other = { ...reserved, reservation: "two", shift: 2, worstMicroUsd: 700 } as const;
  given(reserved, settled)
    .when({ ...reserve, reservation: "two", shift: 2, worstMicroUsd: 601 })
    .thenRefuses("over-budget", /day-usd is 1000; with this it would be 1001/);
  given(other)
    .when({ ...reserve, worstMicroUsd: 301 })
    .thenRefuses("over-budget", /day-usd/);
  given(other)
    .when({ ...reserve, day: "2026-11-22", worstMicroUsd: 301 })
    .thenEvents({ ...reserved, day: "2026-11-22", worstMicroUsd: 301 });
});

test("a night ends at its own ceiling, whatever the days", () =>
  given(reserved)
    .when({ ...reserve, reservation: "two", day: "2026-11-22", worstMicroUsd: 301 })
    .thenRefuses("over-budget", /night-usd/));

test("the week's tokens are a ceiling (C14)", () =>
  given()
    .when({ ...reserve, worstTokens: 10_001 })
    .thenRefuses("over-budget", /week-tokens/));

test("no category takes more than its share of the week (C14)", () => {
  given()
    .when({ ...reserve, worstTokens: 3_001 })
    .thenRefuses("over-budget", /category-share is 3000; with this it would be 3001/);
  given(reserved)
    .when({ ...reserve, reservation: "two", worstMicroUsd: 1, worstTokens: 2_001 })
    .thenRefuses("over-budget", /category-share/);
  given(reserved)
    .when({ ...reserve, reservation: "two", category: "ops", worstMicroUsd: 1, worstTokens: 3_000 })
    .thenEvents({
      ...reserved,
      reservation: "two",
      category: "ops",
      worstMicroUsd: 1,
      worstTokens: 3_000,
    });
});

test("self-improvement has a smaller share, which no command widens (C30, I5)", () => {
  const own = { ...reserve, category: "self_improvement", worstTokens: 1_501 } as const;
  given()
    .when(own)
    .thenRefuses("over-budget", /self-improvement-share is 1500/);
  given()
    .when({ ...own, ceilings: { ...ceilings, selfImprovementShare: 0.9 } })
    .thenRefuses("over-budget", /self-improvement-share is 1500/);
  given()
    .when({ ...own, worstTokens: 1_500 })
    .thenEvents({ ...reserved, category: "self_improvement", worstTokens: 1_500 });
});

test("a ceiling that the director did not set stops nothing", () =>
  given()
    .when({
      ...reserve,
      worstMicroUsd: 9_999,
      worstTokens: 99_999,
      ceilings: { ...ceilings, dayMicroUsd: null, nightMicroUsd: null, weekTokens: null },
    })
    .thenEvents({ ...reserved, worstMicroUsd: 9_999, worstTokens: 99_999 }));

test("an amount that is none is not reserved", () => {
  for (const worstMicroUsd of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    given()
      .when({ ...reserve, worstMicroUsd })
      .thenRefuses("out-of-bounds");
  }
});

test("the same reservation twice is one, but no more money under its name", () => {
  given(reserved).when(reserve).thenNothing();
  given(reserved)
    .when({ ...reserve, worstTokens: 1_001 })
    .thenRefuses("out-of-order");
});

test("a leader of an older epoch reserves nothing", () =>
  given({ ...reserved, epoch: 2 })
    .when({ ...reserve, reservation: "two" })
    .thenRefuses("stale"));

test("what was really used is settled, once", () => {
  given(reserved).when(settle).thenEvents(settled);
  given(reserved, settled)
    .when({ ...settle, used: { costMicroUsd: 1, tokens: 1, costKind: "billed" } })
    .thenNothing();
});

test("what was used over the reservation is settled as it was, and told (I3)", () =>
  given(reserved)
    .when({ ...settle, used: { costMicroUsd: 700, tokens: 900, costKind: "billed" } })
    .thenEvents(
      { ...settled, costMicroUsd: 700 },
      {
        type: "budget.overshot",
        reservation: reserved.reservation,
        byMicroUsd: 200,
        byTokens: 0,
      },
    ));

test("what nobody knows is charged in full", () =>
  given(reserved)
    .when({ ...settle, used: null })
    .thenEvents({ ...settled, costMicroUsd: 500, tokens: 1_000, costKind: "unknown" }));

test("what was given back is free again", () => {
  given(reserved).when(release).thenEvents(released);
  given(reserved, released).when(release).thenNothing();
  given(reserved, released)
    .when({ ...reserve, reservation: "two", worstMicroUsd: 800 })
    .thenEvents({ ...reserved, reservation: "two", worstMicroUsd: 800 });
});

test("money that was spent is not given back", () =>
  given(reserved, settled).when(release).thenRefuses("out-of-order"));

test("money spent after the reservation was given back is told all the same", () =>
  given(reserved, released).when(settle).thenEvents(settled, {
    type: "budget.overshot",
    reservation: reserved.reservation,
    byMicroUsd: 400,
    byTokens: 900,
  }));

test("what was never reserved is neither settled nor released", () => {
  given().when(settle).thenRefuses("not-found");
  given().when(release).thenRefuses("not-found");
});

test("a ceiling that was hit is told once a day and category", () => {
  const hit = {
    ceiling: "category-share",
    limit: 3_000,
    wanted: 3_001,
    day: "2026-11-21",
    category: "ops",
  } as const;
  const command = { type: "budget.hit-ceiling", ...hit } as const;
  const event: BudgetEvent = { type: "budget.ceiling-hit", ...hit };
  given().when(command).thenEvents(event);
  given(event)
    .when({ ...command, wanted: 4_000 })
    .thenNothing();
  given(event)
    .when({ ...command, day: "2026-11-22" })
    .thenEvents({ ...event, day: "2026-11-22" });
  given(event)
    .when({ ...command, category: "content" })
    .thenEvents({ ...event, category: "content" });
});

test("the dispatcher can ask beforehand which ceiling is in the way", () => {
  const state = stateAfter(budget, [reserved]);
  expect(firstCeilingHit(state, { ...reserve, worstMicroUsd: 301 })).toEqual({
    ceiling: "night-usd",
    limit: 800,
    wanted: 801,
  });
  expect(firstCeilingHit(state, { ...reserve, worstMicroUsd: 300 })).toBeNull();
});
