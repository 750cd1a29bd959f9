import type { BudgetCommand, BudgetEvent, Ceiling } from "@nightshift/protocol/budget";
import { Refusal } from "@nightshift/protocol/errors";
import { boundsOf } from "@nightshift/protocol/settings";
import { budgetKey, evolveBudget, NO_BUDGET, spent, type BudgetState } from "./budget-state.ts";
import type { Decider } from "./decider.ts";
import { fence } from "./fence.ts";

export type { BudgetState } from "./budget-state.ts";

type Command<T extends BudgetCommand["type"]> = Extract<BudgetCommand, { type: T }>;

/** Money and tokens of one week: asked for before they are spent, told as they were after (I3). */
export const budget: Decider<BudgetState, BudgetCommand, BudgetEvent> = {
  initial: NO_BUDGET,

  decide(command, state) {
    switch (command.type) {
      case "budget.reserve":
        return reserve(command, state);
      case "budget.settle":
        return settle(command, state);
      case "budget.release": {
        const { reservation } = command;
        const known = needsReservation(reservation, state);
        if (known.status === "released") return [];
        if (known.status === "open") return [{ type: "budget.released", reservation }];
        throw new Refusal("out-of-order", `${reservation} is settled: money was spent on it`);
      }
      case "budget.hit-ceiling": {
        const { type: _, ...hit } = command;
        const known = state.ceilingsHit.has(budgetKey(hit.ceiling, hit.day, hit.category));
        return known ? [] : [{ type: "budget.ceiling-hit", ...hit }];
      }
    }
  },

  evolve: evolveBudget,
};

/** What a step may cost, for which category, on which day and in which shift. */
export type Wanted = Pick<
  Command<"budget.reserve">,
  "category" | "day" | "shift" | "worstMicroUsd" | "worstTokens" | "ceilings"
>;

/**
 * The first ceiling that settled + reserved + this worst case would break (I3), or null.
 * `limit` and `wanted` are micro-dollars or tokens, as the ceiling has it.
 */
export function firstCeilingHit(
  state: BudgetState,
  { category, day, shift, worstMicroUsd, worstTokens, ceilings }: Wanted,
): { ceiling: Ceiling; limit: number; wanted: number } | null {
  const { dayMicroUsd, nightMicroUsd, weekTokens, categoryShare } = ceilings;
  const money = (key: string) => spent(state, key).microUsd + worstMicroUsd;
  const tokens = (key: string) => spent(state, key).tokens + worstTokens;
  const share = (part: number) => (weekTokens === null ? null : Math.floor(part * weekTokens));
  // What the constitution bounds stays bounded, whatever a command says (C30, I5).
  const { max } = boundsOf("selfImprovementShareMax");
  const own = category === "self_improvement" ? Math.min(ceilings.selfImprovementShare, max) : null;
  const rules: { ceiling: Ceiling; limit: number | null; wanted: number }[] = [
    { ceiling: "day-usd", limit: dayMicroUsd, wanted: money(budgetKey("day", day)) },
    { ceiling: "night-usd", limit: nightMicroUsd, wanted: money(budgetKey("shift", shift)) },
    { ceiling: "week-tokens", limit: weekTokens, wanted: tokens("week") },
    {
      ceiling: "category-share",
      limit: share(categoryShare),
      wanted: tokens(budgetKey("category", category)),
    },
    {
      ceiling: "self-improvement-share",
      limit: own === null ? null : share(own),
      wanted: tokens(budgetKey("category", category)),
    },
  ];
  for (const { ceiling, limit, wanted } of rules) {
    if (limit !== null && !(wanted <= limit)) return { ceiling, limit, wanted };
  }
  return null;
}

function reserve(command: Command<"budget.reserve">, state: BudgetState): BudgetEvent[] {
  const { type: _, ceilings: __, ...reserved } = command;
  const { reservation, worstMicroUsd, worstTokens } = reserved;
  fence(state.epoch, reserved.epoch);
  for (const amount of [worstMicroUsd, worstTokens]) {
    if (!Number.isSafeInteger(amount) || amount < 0) {
      throw new Refusal("out-of-bounds", `a worst case of ${amount} cannot be reserved`);
    }
  }
  const known = state.reservations.get(reservation);
  if (known) {
    if (worstMicroUsd <= known.worstMicroUsd && worstTokens <= known.worstTokens) return [];
    throw new Refusal("out-of-order", `${reservation} was reserved for less than is asked now`);
  }
  const hit = firstCeilingHit(state, command);
  if (hit) {
    const { ceiling, limit, wanted } = hit;
    throw new Refusal("over-budget", `${ceiling} is ${limit}; with this it would be ${wanted}`);
  }
  return [{ type: "budget.reserved", ...reserved }];
}

/**
 * Records what was really used, never clamped: also for a reservation that was given back too
 * early, because the money is gone. Where nobody knows, the worst case is charged in full.
 */
function settle(
  { reservation, used }: Command<"budget.settle">,
  state: BudgetState,
): BudgetEvent[] {
  const known = needsReservation(reservation, state);
  if (known.status === "settled") return [];
  const { worstMicroUsd, worstTokens } = known;
  const charged = used ?? {
    costMicroUsd: worstMicroUsd,
    tokens: worstTokens,
    costKind: "unknown" as const,
  };
  const held = known.status === "open" ? known : { worstMicroUsd: 0, worstTokens: 0 };
  const byMicroUsd = Math.max(0, charged.costMicroUsd - held.worstMicroUsd);
  const byTokens = Math.max(0, charged.tokens - held.worstTokens);
  const settled: BudgetEvent = { type: "budget.settled", reservation, ...charged };
  if (byMicroUsd === 0 && byTokens === 0) return [settled];
  return [settled, { type: "budget.overshot", reservation, byMicroUsd, byTokens }];
}

function needsReservation(reservation: string, { reservations }: BudgetState) {
  const known = reservations.get(reservation);
  if (!known) throw new Refusal("not-found", `${reservation} was never reserved`);
  return known;
}
