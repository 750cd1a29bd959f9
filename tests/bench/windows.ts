import { simulate } from "@nightshift/infra/sim/windows/simulate";
import { NIGHT_SHIFT } from "@nightshift/infra/sim/windows/strategies";
import type { Benchmark } from "./ratio.ts";

const WEEKS = Number(process.env["WINDOWS_WEEKS"] ?? 8);
const SEEDS = Number(process.env["WINDOWS_SEEDS"] ?? 20);
const USED_LEAST = 95;

/** Weeks of three subscriptions by the real rules, as `nightshift sim windows` plays them. */
export async function windows(): Promise<Benchmark> {
  let [worstSeed, worstWeek, intrusions, lost, refused] = [1, 1, 0, 0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const found = await simulate(NIGHT_SHIFT, { seed, weeks: WEEKS });
    worstSeed = Math.min(worstSeed, found.usedShare);
    worstWeek = Math.min(worstWeek, found.worstShare);
    intrusions += found.intrusions;
    refused += found.refused;
    lost += found.lost + found.cut;
  }
  const none = { unit: "times", limit: 0, digits: 0 };
  const used = { what: "used of the usable week, worst seed", value: 100 * worstSeed, unit: "%" };
  return [
    { ...used, limit: USED_LEAST, atLeast: true },
    { what: "the same, worst week of an account", value: 100 * worstWeek, unit: "%", limit: null },
    { what: "turns in what is kept for the director", value: intrusions, ...none },
    { what: "refusals of the director within it", value: refused, ...none },
    { what: "attempts that a limit ended", value: lost, ...none },
  ];
}
