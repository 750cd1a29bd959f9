import type { BudgetCommand } from "@nightshift/protocol/budget";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { budget } from "./budget.ts";
import { budgetKey, spent } from "./budget-state.ts";
import { play } from "./play.ts";

const epoch = fc.integer({ min: 1, max: 3 });
const amount = fc.integer({ min: 0, max: 400 });
const reservation = fc.constantFrom("r1", "r2", "r3", "r4", "r5", "r6");
const ceilings = {
  dayMicroUsd: 1_000,
  nightMicroUsd: 800,
  weekTokens: 2_000,
  categoryShare: 0.6,
  selfImprovementShare: 0.15,
};
const budgetCommand: fc.Arbitrary<BudgetCommand> = fc.oneof(
  fc.record({
    type: fc.constant("budget.reserve" as const),
    reservation,
    attempt: fc.constant("a-g1"),
    step: fc.constant("implement"),
    category: fc.constantFrom("ops", "self_improvement"),
    account: fc.constant("claude"),
    day: fc.constantFrom("2026-11-20", "2026-11-21"),
    shift: fc.constantFrom(1, 2),
    worstMicroUsd: amount,
    worstTokens: amount,
    epoch,
    ceilings: fc.constant(ceilings),
  }),
  fc.record({
    type: fc.constant("budget.settle" as const),
    reservation,
    used: fc.option(
      fc.record({ costMicroUsd: amount, tokens: amount, costKind: fc.constant("billed" as const) }),
    ),
  }),
  fc.record({ type: fc.constant("budget.release" as const), reservation }),
);

test("settled and reserved pass no ceiling but by what overshot (I3)", () => {
  fc.assert(
    fc.property(fc.array(budgetCommand, { maxLength: 60 }), (commands) => {
      let overMicroUsd = 0;
      let overTokens = 0;
      let settledMicroUsd = 0;
      for (const { events, after } of play(budget, commands)) {
        for (const event of events) {
          if (event.type === "budget.settled") settledMicroUsd += event.costMicroUsd;
          if (event.type !== "budget.overshot") continue;
          overMicroUsd += event.byMicroUsd;
          overTokens += event.byTokens;
        }
        const money = (...key: (string | number)[]) => spent(after, budgetKey(...key)).microUsd;
        const tokens = (...key: string[]) => spent(after, budgetKey(...key)).tokens;
        for (const day of ["2026-11-20", "2026-11-21"]) {
          expect(money("day", day)).toBeLessThanOrEqual(1_000 + overMicroUsd);
        }
        for (const shift of [1, 2]) {
          expect(money("shift", shift)).toBeLessThanOrEqual(800 + overMicroUsd);
        }
        expect(spent(after, "week").tokens).toBeLessThanOrEqual(2_000 + overTokens);
        expect(tokens("category", "ops")).toBeLessThanOrEqual(1_200 + overTokens);
        expect(tokens("category", "self_improvement")).toBeLessThanOrEqual(300 + overTokens);
        const open = [...after.reservations.values()].filter(({ status }) => status === "open");
        const held = open.reduce((sum, { worstMicroUsd }) => sum + worstMicroUsd, 0);
        expect(spent(after, "week").microUsd).toBe(settledMicroUsd + held);
      }
    }),
    { numRuns: 500 },
  );
});
