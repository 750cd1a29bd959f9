import type { BudgetEvent } from "@nightshift/protocol/budget";
import { latest } from "./fence.ts";

type Reservation = {
  status: "open" | "settled" | "released";
  category: string;
  day: string;
  shift: number;
  worstMicroUsd: number;
  worstTokens: number;
};

/** Settled and reserved together: what counts against a ceiling. */
export type Spent = { microUsd: number; tokens: number };

export type BudgetState = {
  /** The highest that reserved anything; 0 before the first. */
  epoch: number;
  reservations: ReadonlyMap<string, Reservation>;
  /** By day, shift, category and for the whole week, under the keys of `budgetKey` and `week`. */
  spent: ReadonlyMap<string, Spent>;
  ceilingsHit: ReadonlySet<string>;
};

export const NO_BUDGET: BudgetState = {
  epoch: 0,
  reservations: new Map(),
  spent: new Map(),
  ceilingsHit: new Set(),
};

export function budgetKey(...parts: readonly (string | number | null)[]): string {
  return JSON.stringify(parts);
}

/** What was settled and is reserved under a key. */
export function spent(state: BudgetState, key: string): Spent {
  return state.spent.get(key) ?? { microUsd: 0, tokens: 0 };
}

/** What an event makes of a week's budget. */
export function evolveBudget(state: BudgetState, event: BudgetEvent): BudgetState {
  switch (event.type) {
    case "budget.reserved": {
      const { reservation, category, day, shift, worstMicroUsd, worstTokens } = event;
      const open: Reservation = {
        status: "open",
        category,
        day,
        shift,
        worstMicroUsd,
        worstTokens,
      };
      return {
        ...state,
        epoch: latest(state.epoch, event.epoch),
        reservations: new Map(state.reservations).set(reservation, open),
        spent: add(state, open, { microUsd: worstMicroUsd, tokens: worstTokens }),
      };
    }
    case "budget.settled":
      return close(state, event.reservation, "settled", {
        microUsd: event.costMicroUsd,
        tokens: event.tokens,
      });
    case "budget.released":
      return close(state, event.reservation, "released", { microUsd: 0, tokens: 0 });
    // What was used over the reservation was counted when it was settled.
    case "budget.overshot":
      return state;
    case "budget.ceiling-hit": {
      const key = budgetKey(event.ceiling, event.day, event.category);
      return { ...state, ceilingsHit: new Set(state.ceilingsHit).add(key) };
    }
  }
}

function close(
  state: BudgetState,
  reservation: string,
  status: "settled" | "released",
  used: Spent,
): BudgetState {
  const known = state.reservations.get(reservation);
  if (!known) throw new Error(`${reservation} is ${status} and was never reserved`);
  const held = known.status === "open" ? known : { worstMicroUsd: 0, worstTokens: 0 };
  return {
    ...state,
    reservations: new Map(state.reservations).set(reservation, { ...known, status }),
    spent: add(state, known, {
      microUsd: used.microUsd - held.worstMicroUsd,
      tokens: used.tokens - held.worstTokens,
    }),
  };
}

function add(state: BudgetState, { category, day, shift }: Reservation, more: Spent) {
  const next = new Map(state.spent);
  const keys = [
    "week",
    budgetKey("day", day),
    budgetKey("shift", shift),
    budgetKey("category", category),
  ];
  for (const key of keys) {
    const { microUsd, tokens } = spent(state, key);
    next.set(key, { microUsd: microUsd + more.microUsd, tokens: tokens + more.tokens });
  }
  return next;
}
