import type { BudgetEvent } from "@nightshift/protocol/budget";
import { idOf } from "@nightshift/protocol/ids";
import type { Projection } from "./projection.ts";

export const WEEKS_KEPT = 12;

type Reservation = {
  attempt: string;
  step: string;
  category: string;
  account: string;
  worstMicroUsd: number;
  worstTokens: number;
  day: string;
  shift: number;
};

export type WeekBudget = {
  settledMicroUsd: number;
  settledTokens: number;
  /** Promised and not yet settled, by reservation: counts in full against every ceiling (I3). */
  reservations: Map<string, Reservation>;
  /** Micro-dollars settled, by day. */
  byDay: Map<string, number>;
  /** Micro-dollars settled, by shift number. */
  byShift: Map<number, number>;
  /** Tokens settled, by category. */
  tokensByCategory: Map<string, number>;
};

/** By week, `2026w47`; the latest twelve, and older ones only while a reservation is open. */
export type Budgets = Map<string, WeekBudget>;

/** What is spent and what is promised. */
export const budgets: Projection<Budgets, BudgetEvent> = {
  name: "budgets",
  version: 1,
  reads: [
    "budget.reserved",
    "budget.settled",
    "budget.overshot",
    "budget.released",
    "budget.ceiling-hit",
  ],
  initial: () => new Map(),
  apply(view, { stream, event }) {
    const week = weekIn(view, idOf(stream));
    switch (event.type) {
      case "budget.reserved":
        week.reservations.set(event.reservation, reservationOf(event));
        return;
      case "budget.settled":
        return settle(week, event);
      case "budget.released":
        week.reservations.delete(event.reservation);
        return;
      // Both tell of amounts that settling has counted already, or of none at all.
      case "budget.overshot":
      case "budget.ceiling-hit":
        return;
    }
  },
};

function reservationOf(event: Extract<BudgetEvent, { type: "budget.reserved" }>): Reservation {
  const { attempt, step, category, account, worstMicroUsd, worstTokens, day, shift } = event;
  return { attempt, step, category, account, worstMicroUsd, worstTokens, day, shift };
}

function settle(week: WeekBudget, event: Extract<BudgetEvent, { type: "budget.settled" }>): void {
  week.settledMicroUsd += event.costMicroUsd;
  week.settledTokens += event.tokens;
  const reservation = week.reservations.get(event.reservation);
  if (!reservation) return;
  week.reservations.delete(event.reservation);
  addTo(week.byDay, reservation.day, event.costMicroUsd);
  addTo(week.byShift, reservation.shift, event.costMicroUsd);
  addTo(week.tokensByCategory, reservation.category, event.tokens);
}

function addTo<Key>(sums: Map<Key, number>, key: Key, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

function weekIn(view: Budgets, week: string): WeekBudget {
  const known = view.get(week);
  if (known) return known;
  const made: WeekBudget = {
    settledMicroUsd: 0,
    settledTokens: 0,
    reservations: new Map(),
    byDay: new Map(),
    byShift: new Map(),
    tokensByCategory: new Map(),
  };
  view.set(week, made);
  const old = [...view.keys()].toSorted().slice(0, -WEEKS_KEPT);
  for (const key of old) if (view.get(key)?.reservations.size === 0) view.delete(key);
  return made;
}
