import { Refusal } from "@nightshift/protocol/errors";
import type { BudgetCommand } from "@nightshift/protocol/budget";
import { dayOf, weekOf } from "@nightshift/protocol/clock";
import { firstCeilingHit } from "@nightshift/blackboard/budget";
import { attempts } from "@nightshift/projections/attempts";
import { budgets, type WeekBudget } from "@nightshift/projections/budgets";
import type { Spend } from "@nightshift/protocol/skills";
import { mustLead } from "./leading.ts";
import type { DispatcherPorts, NightPlan } from "./ports.ts";
import { createLine } from "./line.ts";

/** What a step may cost at most, and on whose account. */
export type Worst = { account: string; costMicroUsd: number; tokens: number };

/** Who spends, for which category. */
export type Purpose = {
  attempt: string;
  step: string;
  category: string;
  shift: number;
  epoch: number;
};

/** The steps that cost something. */
export type PaidSkill = "implement" | "plan" | "assess";

/** What was really used; null where nobody knows: the reservation is charged in full. */
export type Used = Spend | "nothing" | null;

/** Money and tokens are asked for before they are spent, and the truth is told after (I3). */
export type Governor = {
  /**
   * Reserves the worst case of a step; the same step again is a no-op.
   * @returns the reservation, or null when a ceiling is in the way (which is then in the log).
   */
  reserve(purpose: Purpose, worst: Worst): Promise<Reservation | null>;
  /**
   * Closes every open reservation of an attempt that nobody will settle any more. Where its worker
   * had asked nobody yet all of it comes back; else nobody knows what was used, and it is charged in
   * full: a ceiling that believed the best would not be one (I3).
   */
  settleLost(attempt: string): Promise<void>;
  /** As `settleLost`, for all attempts that are not kept. */
  settleAllLost(isKept: (attempt: string, skill: string) => boolean): Promise<void>;
  /** Closes what is still open of a step whose answer is in the log. */
  settleAnswered(attempt: string, skill: PaidSkill, used: Used): Promise<void>;
};

export type Reservation = {
  /** Records what was really used, and gives the rest back. */
  close(used: Used): Promise<void>;
};

export function createGovernor(ports: DispatcherPorts, plan: NightPlan, epoch: number): Governor {
  const { board, clock, views } = ports;
  const line = createLine();

  /** A night that goes on over the end of a week has one ceiling for both. */
  function spentInOtherWeeks(shift: number, week: string): number {
    const others = [...views.view(budgets)].filter(([name]) => name !== week);
    return others.reduce((sum, [, other]) => sum + promisedTo(shift, other), 0);
  }

  async function reserve(purpose: Purpose, worst: Worst): Promise<Reservation | null> {
    await views.catchUp();
    const week = weekOf(clock.now(), plan.timeZone);
    const day = dayOf(clock.now(), plan.timeZone);
    const reservation = `${purpose.attempt}-${purpose.step}`;
    const before = spentInOtherWeeks(purpose.shift, week);
    const command = reserving(plan, purpose, worst, { reservation, day, before });
    try {
      await board.handle("budget", week, command);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "over-budget") throw error;
      const { state } = await board.load("budget", week);
      const hit = firstCeilingHit(state, command);
      if (hit) {
        const category = hit.ceiling.endsWith("share") ? purpose.category : null;
        const more = hit.ceiling === "night-usd" ? before : 0;
        const told = { ceiling: hit.ceiling, limit: hit.limit + more, wanted: hit.wanted + more };
        await board.handle("budget", week, { type: "budget.hit-ceiling", ...told, day, category });
      }
      return null;
    }
    return reservationIn(week, reservation);
  }

  /** A reservation is settled in the week it was made, whenever that was. */
  function reservationIn(week: string, reservation: string): Reservation {
    return {
      async close(used) {
        if (used === "nothing") {
          await board.handle("budget", week, { type: "budget.release", reservation });
          return;
        }
        const charged = used && {
          costMicroUsd: used.costMicroUsd,
          tokens: used.usage.inputTokens + used.usage.outputTokens,
          costKind: used.costKind,
        };
        await board.handle("budget", week, { type: "budget.settle", reservation, used: charged });
      },
    };
  }

  async function closeOpen(
    isMeant: (attempt: string, skill: string) => boolean,
    used: Used,
  ): Promise<void> {
    await views.catchUp();
    const open = [...views.view(budgets)].flatMap(([week, { reservations }]) =>
      [...reservations].map(([id, { attempt, step }]) => ({ week, id, attempt, step })),
    );
    // None of these is a later leader's, if there is none by now.
    await mustLead({ ports, epoch });
    for (const { week, id, attempt, step } of open) {
      const skill = skillOf(step);
      if (!isMeant(attempt, skill)) continue;
      await reservationIn(week, id).close(used ?? lostTo(ports, attempt, skill));
    }
  }

  return {
    // One after the other: where a week ends between two of them, the second sees the first.
    reserve: (purpose, worst) => line("reserve", () => reserve(purpose, worst)),
    settleLost: (lost) => closeOpen((attempt) => attempt === lost, null),
    settleAllLost: (isKept) => closeOpen((attempt, skill) => !isKept(attempt, skill), null),
    settleAnswered: (answered, skill, used) =>
      closeOpen((attempt, of) => attempt === answered && of === skill, used),
  };
}

/** A worker of the house notes its prompt before it asks anyone; of a guest nobody knows. */
function lostTo({ views }: DispatcherPorts, attempt: string, skill: string): Used {
  if (skill !== "implement") return null;
  const known = views.view(attempts).get(attempt);
  const isUnasked = known?.stage === "awarded" && !(known.model ?? "guest:").startsWith("guest:");
  return isUnasked ? "nothing" : null;
}

/** Asks for the worst case; what other weeks took of this night is taken off its ceiling. */
function reserving(
  { ceilings }: NightPlan,
  purpose: Purpose,
  worst: Worst,
  when: { reservation: string; day: string; before: number },
): Extract<BudgetCommand, { type: "budget.reserve" }> {
  const { nightMicroUsd } = ceilings;
  return {
    type: "budget.reserve",
    reservation: when.reservation,
    attempt: purpose.attempt,
    step: purpose.step,
    category: purpose.category,
    account: worst.account,
    day: when.day,
    shift: purpose.shift,
    worstMicroUsd: worst.costMicroUsd,
    worstTokens: worst.tokens,
    epoch: purpose.epoch,
    ceilings: {
      ...ceilings,
      nightMicroUsd: nightMicroUsd === null ? null : nightMicroUsd - when.before,
    },
  };
}

/** Micro-dollars that a shift has settled and reserved in a week. */
function promisedTo(shift: number, { byShift, reservations }: WeekBudget): number {
  const open = [...reservations.values()].filter((one) => one.shift === shift);
  return open.reduce((sum, { worstMicroUsd }) => sum + worstMicroUsd, byShift.get(shift) ?? 0);
}

/** A step is named by its skill, then by the run of it. */
function skillOf(step: string): string {
  return step.split("-", 1)[0] ?? step;
}
