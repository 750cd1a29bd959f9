import { budgets } from "@nightshift/projections/budgets";
import { reviews } from "@nightshift/projections/reviews";
import { dayOf, weekOf } from "@nightshift/protocol/clock";
import { roomInAccounts } from "./accounts/account-room.ts";
import { holdBrakes } from "./learning/brake.ts";
import type { EndReason } from "./cycles.ts";
import { settingsOf, type Night } from "./night.ts";

/** How many attempts may run at once now, or why none may begin (step 1, CHECK). */
export type Room =
  | { status: "open"; slots: number }
  | {
      status: "closed";
      reason: string;
      untilMs: number | null;
      end: EndReason;
      /** True where it only matters as long as there is something to do. */
      isForWork?: boolean;
    };

export async function roomFor(night: Night): Promise<Room> {
  const { clock } = night.ports;
  if (night.stop.aborted || night.abort.aborted)
    return closed("stopped by the director", "stopped");
  const { untilMs, repos } = night.plan;
  if (untilMs !== null && clock.now() >= untilMs) return closed("the night is over", "time");
  const money = moneyLeft(night);
  if (money !== null) return closed(money, "budget");
  const waiting = night.ports.views.view(reviews).size;
  const { reviewsOpenMax } = settingsOf(night);
  if (waiting >= reviewsOpenMax) {
    return closed(
      `${waiting} reviews wait for the director, ${reviewsOpenMax} at most`,
      "backlog-done",
    );
  }
  const grip = await holdBrakes(night);
  if (grip.status === "latched") return closed("the quality brake is latched", "brake");
  const inAccounts = roomInAccounts(night);
  if ("reason" in inAccounts) {
    const { reason, untilMs: opensMs } = inAccounts;
    return { status: "closed", reason, untilMs: opensMs, end: "budget", isForWork: true };
  }
  const allowed = [...repos.values()].reduce((sum, { parallelMax }) => sum + parallelMax, 0);
  const slots = Math.min(allowed, inAccounts.slots);
  if (grip.status === "off") return { status: "open", slots };
  if (grip.left > 0) return { status: "open", slots: Math.min(slots, grip.left) };
  return {
    status: "closed",
    reason: "the quality brake is on; the canary passed",
    untilMs: grip.untilMs,
    end: "brake",
  };
}

/** Why no money or token is left at all; what is left may still be too little for one task. */
function moneyLeft({ ports, plan, shift }: Night): string | null {
  const { dayMicroUsd, nightMicroUsd, weekTokens } = plan.ceilings;
  const now = ports.clock.now();
  const weeks = ports.views.view(budgets);
  const week = weeks.get(weekOf(now, plan.timeZone));
  const day = week?.byDay.get(dayOf(now, plan.timeZone)) ?? 0;
  if (dayMicroUsd !== null && day >= dayMicroUsd && dayMicroUsd > 0)
    return "the day's budget is used up";
  // A night may go on over the end of a week.
  const spent = weeks.values().reduce((sum, { byShift }) => sum + (byShift.get(shift) ?? 0), 0);
  if (nightMicroUsd !== null && spent >= nightMicroUsd && nightMicroUsd > 0) {
    return "the night's budget is used up";
  }
  if (weekTokens !== null && week && week.settledTokens >= weekTokens)
    return "the week's tokens are used up";
  return null;
}

function closed(reason: string, end: EndReason): Room {
  return { status: "closed", reason, untilMs: null, end };
}
