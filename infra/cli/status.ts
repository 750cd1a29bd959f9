import { accounts } from "@nightshift/projections/accounts";
import { attempts } from "@nightshift/projections/attempts";
import { backlog } from "@nightshift/projections/backlog";
import { brakes } from "@nightshift/projections/brakes";
import { budgets } from "@nightshift/projections/budgets";
import { reviews } from "@nightshift/projections/reviews";
import { shifts } from "@nightshift/projections/shifts";
import { dayOf, weekOf } from "@nightshift/protocol/clock";
import type { House } from "../house.ts";
import { fateOf } from "../leader.ts";
import { session } from "./session.ts";
import { statusLines } from "./status-lines.ts";
import { standingLines, standingsOf } from "./status-views.ts";
import { print, printJson } from "./terminal.ts";

/**
 * `nightshift status`: reads the log beside a running night and changes nothing; with `--views`
 * where each view stands.
 */
export function status({ json, views }: { json?: boolean; views?: boolean }) {
  return session(async (house) => {
    if (views) {
      const standings = await standingsOf(house);
      if (json) printJson(standings);
      else print(standingLines(standings));
      return;
    }
    const now = await statusOf(house);
    if (json) printJson(now);
    else print(statusLines(now, house.config.timeZone, house.clock.now()));
  });
}

/** What is happening now, as data. Times are milliseconds since 1970, money micro-dollars. */
export type Status = Awaited<ReturnType<typeof statusOf>>;

async function statusOf(house: House) {
  const { runner, clock } = house;
  const nowMs = clock.now();
  const { leaderSeenAtMs, ...shift } = runner.view(shifts);
  const { tasks } = runner.view(backlog);
  const leader = await fateOf(shift.leader);
  const running = [...runner.view(attempts)].map(([attempt, open]) => {
    const { task, stage, model, agent, startedAtMs } = open;
    const name = tasks.get(task)?.spec.name ?? task;
    return { attempt, task, name, stage, model, agent, startedAtMs };
  });
  const held = [...runner.view(accounts).values()].filter(
    ({ heldUntilMs }) => (heldUntilMs ?? 0) > nowMs,
  );
  const braked = [...runner.view(brakes).states].map(([scope, { status, untilMs, stream }]) => {
    return { scope, status, untilMs, stream };
  });
  return {
    shift,
    leader: { process: leader, seenAtMs: leaderSeenAtMs },
    running,
    held: held.map(({ name, heldUntilMs, reason }) => ({ name, heldUntilMs, reason })),
    brakes: braked,
    spend: spendOf(house, nowMs),
    backlog: countBy([...tasks.values()].map(({ status }) => status)),
    reviews: [...runner.view(reviews).keys()],
  };
}

/** Spent and promised, against the director's limits. */
function spendOf({ runner, config }: House, nowMs: number) {
  const { timeZone, budget } = config;
  const week = runner.view(budgets).get(weekOf(nowMs, timeZone));
  const open = [...(week?.reservations.values() ?? [])];
  return {
    dayMicroUsd: week?.byDay.get(dayOf(nowMs, timeZone)) ?? 0,
    dayUsdMax: budget.dayUsd,
    weekTokens: week?.settledTokens ?? 0,
    weekTokensMax: budget.weekTokens,
    reservedMicroUsd: open.reduce((sum, { worstMicroUsd }) => sum + worstMicroUsd, 0),
    reservedTokens: open.reduce((sum, { worstTokens }) => sum + worstTokens, 0),
  };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
