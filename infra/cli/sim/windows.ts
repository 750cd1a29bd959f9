import type { Line } from "@nightshift/projections/digest/terminal";
import { BadInput } from "@nightshift/protocol/errors";
import type { Measured } from "../../sim/windows/measure.ts";
import { simulate } from "../../sim/windows/simulate.ts";
import { NIGHT_SHIFT, rivals, type Strategy } from "../../sim/windows/strategies.ts";
import { table } from "../table.ts";
import { EXIT, print, printJson, tell, verb } from "../terminal.ts";

type Options = { seeds: number; alone?: boolean; json?: boolean };

const WEEKS_MAX = 52;
const SEEDS_MAX = 100;

/** A strategy over all seeds: the worst of them, and what happened in all. */
type Told = {
  strategy: string;
  /** Shares of the usable week. */
  worstSeedShare: number;
  meanShare: number;
  /** Of the account and week that used the least of it. */
  worstWeekShare: number;
  intrusions: number;
  refused: number;
  lost: number;
  cut: number;
  stopped: number;
  done: number;
  holds: number;
};

/** `nightshift sim windows`: weeks of windows by the real rules, beside a crontab and F1's cadences. */
export function simWindows(weeks: number, { seeds, alone = false, json = false }: Options) {
  return verb(async () => {
    if (weeks > WEEKS_MAX || seeds > SEEDS_MAX) {
      const what = `at most ${WEEKS_MAX} weeks and ${SEEDS_MAX} seeds`;
      throw new BadInput(what, "sim windows", "nightshift sim windows 8 --seeds 3");
    }
    const startMs = performance.now();
    const told: Told[] = [];
    for (const strategy of [NIGHT_SHIFT, ...(alone ? [] : rivals)]) {
      const measured: Measured[] = [];
      for (let seed = 1; seed <= seeds; seed++) {
        measured.push(await simulate(strategy, { seed, weeks }));
        if (!json) tell("quiet", `${strategy.name}: seed ${seed} of ${seeds}`);
      }
      told.push(summaryOf(strategy, measured));
    }
    const seconds = (performance.now() - startMs) / 1_000;
    if (json) printJson({ weeks, seeds, accounts: 3, strategies: told, seconds });
    else print(linesOf(told, { weeks, seeds, seconds }));
    return EXIT.ok;
  });
}

function summaryOf({ name }: Strategy, measured: readonly Measured[]): Told {
  const sum = (count: (one: Measured) => number) =>
    measured.reduce((total, one) => total + count(one), 0);
  return {
    strategy: name,
    worstSeedShare: Math.min(...measured.map(({ usedShare }) => usedShare)),
    meanShare: sum(({ usedShare }) => usedShare) / measured.length,
    worstWeekShare: Math.min(...measured.map(({ worstShare }) => worstShare)),
    intrusions: sum(({ intrusions }) => intrusions),
    refused: sum(({ refused }) => refused),
    lost: sum(({ lost }) => lost),
    cut: sum(({ cut }) => cut),
    stopped: sum(({ stopped }) => stopped),
    done: sum(({ done }) => done),
    holds: sum(({ holds }) => holds),
  };
}

function linesOf(
  told: readonly Told[],
  { weeks, seeds, seconds }: { weeks: number; seeds: number; seconds: number },
): Line[] {
  const right = true as const;
  const columns = [
    { title: "" },
    { title: "WORST SEED", right },
    { title: "MEAN", right },
    { title: "WORST WEEK", right },
    { title: "INTO THE RESERVE", right },
    { title: "REFUSED", right },
    { title: "LOST", right },
    { title: "CUT", right },
    { title: "DONE", right },
    { title: "HOLDS", right },
  ];
  const rows = told.map((one) => [
    one.strategy,
    percent(one.worstSeedShare),
    percent(one.meanShare),
    percent(one.worstWeekShare),
    ...[one.intrusions, one.refused, one.lost, one.cut, one.done, one.holds].map(String),
  ]);
  const say = (text: string): Line => ({ tone: "quiet", text });
  return [
    { tone: "title", text: `${weeks} weeks of 3 subscriptions, seeds 1 to ${seeds}` },
    { tone: "plain", text: "" },
    ...table(columns, rows),
    { tone: "plain", text: "" },
    say("WORST SEED, MEAN  used of the week that the director left and nothing was kept of"),
    say("WORST WEEK        the same, of the account and week that used the least of it"),
    say("INTO THE RESERVE  turns of work in what is kept for the director's day"),
    say("REFUSED           times the director was refused with less used than is kept"),
    say("LOST, CUT         attempts that lost their try to a limit; that a limit ended at all"),
    say(`It took ${seconds.toFixed(0)} s.`),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
