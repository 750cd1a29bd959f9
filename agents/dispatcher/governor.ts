import { Refusal } from "@nightshift/protocol/errors";
import { dayOf, weekOf } from "@nightshift/protocol/clock";
import { firstCeilingHit } from "@nightshift/blackboard/budget";
import { budgets } from "@nightshift/projections/budgets";
import type { Spend } from "@nightshift/protocol/skills";
import type { DispatcherPorts, NightPlan } from "./ports.ts";

/** What a step may cost at most, and on whose account. */
export type Worst = { account: string; costMicroUsd: number; tokens: number };

/** Who spends, for which category. */
export type Purpose = { attempt: string; step: string; category: string; shift: number; epoch: number };

/** Money and tokens are asked for before they are spent, and the truth is told after (I3). */
export type Governor = {
  /**
   * Reserves the worst case of a step; the same step again is a no-op.
   * @returns the reservation, or null when a ceiling is in the way (which is then in the log).
   */
  reserve(purpose: Purpose, worst: Worst): Promise<Reservation | null>;
  /** Charges every reservation of an attempt that nobody will settle any more in full. */
  settleLost(attempt: string): Promise<void>;
};

export type Reservation = {
  /** Records what was really used; null when nobody knows: the reservation is charged in full. */
  settle(spend: Spend | null): Promise<void>;
  /** Gives it back: nothing was used. */
  release(): Promise<void>;
};

export function createGovernor(ports: DispatcherPorts, plan: NightPlan): Governor {
  const { board, clock, views } = ports;

  async function reserve(purpose: Purpose, worst: Worst): Promise<Reservation | null> {
    const week = weekOf(clock.now(), plan.timeZone);
    const day = dayOf(clock.now(), plan.timeZone);
    const reservation = `${purpose.attempt}-${purpose.step}`;
    const command = {
      type: "budget.reserve",
      reservation,
      attempt: purpose.attempt,
      step: purpose.step,
      category: purpose.category,
      account: worst.account,
      day,
      shift: purpose.shift,
      worstMicroUsd: worst.costMicroUsd,
      worstTokens: worst.tokens,
      epoch: purpose.epoch,
      ceilings: plan.ceilings,
    } as const;
    try {
      await board.handle("budget", week, command);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "over-budget") throw error;
      const { state } = await board.load("budget", week);
      const hit = firstCeilingHit(state, command);
      if (hit) {
        const category = hit.ceiling.endsWith("share") ? purpose.category : null;
        await board.handle("budget", week, { type: "budget.hit-ceiling", ...hit, day, category });
      }
      return null;
    }
    return reservationIn(week, reservation);
  }

  /** A reservation is settled in the week it was made, whenever that was. */
  function reservationIn(week: string, reservation: string): Reservation {
    return {
      async settle(spend) {
        const used = spend && {
          costMicroUsd: spend.costMicroUsd,
          tokens: spend.usage.inputTokens + spend.usage.outputTokens,
          costKind: spend.costKind,
        };
        await board.handle("budget", week, { type: "budget.settle", reservation, used });
      },
      async release() {
        await board.handle("budget", week, { type: "budget.release", reservation });
      },
    };
  }

  async function settleLost(attempt: string): Promise<void> {
    await views.catchUp();
    for (const [week, { reservations }] of views.view(budgets)) {
      for (const [id, open] of reservations) {
        if (open.attempt === attempt) await reservationIn(week, id).settle(null);
      }
    }
  }

  return { reserve, settleLost };
}
