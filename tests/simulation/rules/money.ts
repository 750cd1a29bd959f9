import type { BudgetEvent, Ceilings } from "@nightshift/protocol/budget";
import { idOf } from "@nightshift/protocol/ids";
import type { Rule, Tell } from "./rule.ts";

type Reserved = Extract<BudgetEvent, { type: "budget.reserved" }>;
/** Money or tokens under one ceiling. */
type Sum = { used: number; overshot: number; limit: number | null };

/**
 * I3: what is settled and reserved never exceeds a ceiling, except by overshoots that were told; and
 * nothing new begins under a ceiling that it would break.
 */
export function money(ceilings: Ceilings, tell: Tell): Rule {
  const open = new Map<string, Reserved>();
  const known = new Map<string, Reserved>();
  const sums = new Map<string, Sum>();
  let owed: { reservation: string; microUsd: number; tokens: number } | null = null;

  const ceilingsOf = (week: string, { day, shift, category }: Reserved) => {
    const { dayMicroUsd, nightMicroUsd, weekTokens, categoryShare, selfImprovementShare } =
      ceilings;
    const own = category === "self_improvement" ? selfImprovementShare : 1;
    const share = Math.min(categoryShare, own);
    return [
      { key: `day ${day}`, limit: dayMicroUsd, unit: "microUsd" },
      // A night has one ceiling, however many weeks it touches.
      { key: `night ${shift}`, limit: nightMicroUsd, unit: "microUsd" },
      { key: `tokens of ${week}`, limit: weekTokens, unit: "tokens" },
      {
        key: `tokens of ${week} for ${category}`,
        limit: weekTokens === null ? null : Math.floor(share * weekTokens),
        unit: "tokens",
      },
    ] as const;
  };

  const add = (
    week: string,
    reserved: Reserved,
    what: "used" | "overshot",
    more: { microUsd: number; tokens: number },
  ) => {
    for (const { key, limit, unit } of ceilingsOf(week, reserved)) {
      const sum = sums.get(key) ?? { used: 0, overshot: 0, limit };
      sum[what] += more[unit];
      sums.set(key, sum);
    }
  };

  const check = (week: string, reserved: Reserved, at: string, isNew: boolean) => {
    for (const { key } of ceilingsOf(week, reserved)) {
      const { used = 0, overshot = 0, limit = null } = sums.get(key) ?? {};
      if (limit === null || used <= limit + (isNew ? 0 : overshot)) continue;
      tell(`${at}: ${key} is ${used}, with a ceiling of ${limit} and ${overshot} overshot`);
    }
  };

  return {
    see({ stream, event, position }) {
      const week = idOf(stream);
      const at = `${event.type} at ${position}`;
      if (owed && event.type !== "budget.overshot")
        tell(`${at}: ${owed.reservation} overshot untold`);
      switch (event.type) {
        case "budget.reserved": {
          const { reservation, worstMicroUsd, worstTokens } = event;
          if (known.has(reservation)) tell(`${at}: ${reservation} was reserved before`);
          open.set(reservation, event);
          known.set(reservation, event);
          add(week, event, "used", { microUsd: worstMicroUsd, tokens: worstTokens });
          return check(week, event, at, worstMicroUsd + worstTokens > 0);
        }
        case "budget.settled":
        case "budget.released": {
          const { reservation } = event;
          const reserved = open.get(reservation) ?? known.get(reservation);
          if (!reserved) return tell(`${at}: ${reservation} was never reserved`);
          const held = open.delete(reservation)
            ? { microUsd: reserved.worstMicroUsd, tokens: reserved.worstTokens }
            : { microUsd: 0, tokens: 0 };
          const used =
            event.type === "budget.settled"
              ? { microUsd: event.costMicroUsd, tokens: event.tokens }
              : { microUsd: 0, tokens: 0 };
          const microUsd = used.microUsd - held.microUsd;
          const tokens = used.tokens - held.tokens;
          add(week, reserved, "used", { microUsd, tokens });
          if (microUsd > 0 || tokens > 0) owed = { reservation, microUsd, tokens };
          else check(week, reserved, at, false);
          return;
        }
        case "budget.overshot": {
          const reserved = known.get(event.reservation);
          if (!reserved || owed?.reservation !== event.reservation) {
            return tell(`${at}: nothing of ${event.reservation} was overshot`);
          }
          owed = null;
          const { byMicroUsd, byTokens } = event;
          add(week, reserved, "overshot", { microUsd: byMicroUsd, tokens: byTokens });
          return check(week, reserved, at, false);
        }
      }
    },
    end() {
      for (const reservation of open.keys()) tell(`${reservation} is still reserved at the end`);
    },
  };
}
