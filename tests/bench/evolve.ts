import { createDays } from "@nightshift/infra/sim/days/days";
import { meanRegret } from "@nightshift/infra/sim/landscape/race";
import {
  largeGeneration,
  LEAST,
  PROBLEMS,
  volumeOf,
  type ProblemName,
} from "../evolution/fronts.ts";
import { TRUE_VOLUME } from "../evolution/problems.ts";
import { courses, EVERYBODY, misled, shareOf, untaught } from "../evolution/races.ts";
import { misses } from "../evolution/what-ifs.ts";
import { median, times, type Benchmark } from "./ratio.ts";

/** Seeds of landscapes, of logs and of fronts; fewer by EVOLVE_SEEDS for a quick look. */
const SEEDS = Number(process.env["EVOLVE_SEEDS"] ?? 30);
const LOGS = Math.min(20, SEEDS);
const FRONTS = Math.min(11, SEEDS);
const DRIFT = { drift: { model: "sonnet", fromDay: 15, points: 2 } };
const DAYS = 25;

/** What evolution is worth: fronts, regret a task by contender, estimates from logs, 25 days. */
export async function evolve(): Promise<Benchmark> {
  return [...(await fronts()), ...regrets(), ...changes(), ...estimates(), ...(await days())];
}

async function fronts(): Promise<Benchmark> {
  const names = Object.keys(PROBLEMS).filter((name): name is ProblemName => name in PROBLEMS);
  const volumes = names.flatMap((name): Benchmark => {
    const all = Array.from({ length: FRONTS }, (_, at) => volumeOf(name, at + 1));
    const highest = Math.max(...all);
    return [
      least(`hypervolume of ${name}, median of ${FRONTS}`, median(all), "", LEAST[name]),
      most(`hypervolume of ${name}, highest`, highest, "", TRUE_VOLUME[name]),
    ];
  });
  const step = largeGeneration();
  await times(10, step);
  const taken = median(await times(30, step));
  return [...volumes, most("a generation of 1,000 x 3", taken, "ms", 20)];
}

function regrets(): Benchmark {
  const all = courses(SEEDS, [...EVERYBODY, misled]);
  const regret = (name: string, from: number, to: number) =>
    meanRegret(all.get(name) ?? [], from, to);
  const fixed = regret("fixed", 1, DAYS);
  const told = [...all.keys()].map((name) => only(`regret a task: ${name}`, regret(name, 1, DAYS)));
  return [
    ...told,
    most("ours: regret a task", regret("ours", 1, DAYS), "", 0.035),
    most("ours / fixed", regret("ours", 1, DAYS) / fixed, "", 0.55),
    most("ours: last 7 of 25 days", regret("ours", DAYS - 6, DAYS), "", 0.022),
    most("ours / fixed, first 5 days", regret("ours", 1, 5) / regret("fixed", 1, 5), "", 1),
    most(
      "misled / fixed, last 7 days",
      regret("ours, misled", DAYS - 6, DAYS) / regret("fixed", DAYS - 6, DAYS),
      "",
      1.1,
    ),
  ];
}

function changes(): Benchmark {
  const [ours] = EVERYBODY.slice(-1);
  if (!ours) return [];
  const drifting = courses(SEEDS, [ours], DRIFT).get("ours") ?? [];
  const before = (shareOf("sonnet", drifting, 13) + shareOf("sonnet", drifting, 14)) / 2;
  const flat = courses(SEEDS, [untaught], { flat: true }).get("ours, untaught") ?? [];
  const gains = flat.map((one) => meanRegret([one], 1, 5) - meanRegret([one], DAYS - 6, DAYS));
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
  const error = Math.sqrt(variance / gains.length);
  return [
    only("share of a model before it drops by 2 points", before),
    most("its share two days later / before", shareOf("sonnet", drifting, 17) / before, "", 0.34),
    only("flat scorer: gain in regret a task", mean),
    most("flat scorer: gain / its standard error", Math.abs(mean) / error, "", 2.5),
  ];
}

function estimates(): Benchmark {
  const all = Array.from({ length: LOGS }, (_, at) => misses(at + 1)).flat();
  const byPolicy = [...Map.groupBy(all, ({ policy }) => policy)];
  const errors = byPolicy.map(([policy, own]) => {
    const square = own.reduce((sum, { off }) => sum + off ** 2, 0) / own.length;
    return most(`estimate of "${policy}", RMSE`, Math.sqrt(square), "", 0.02);
  });
  const held = all.filter((one) => one.held).length / all.length;
  const share = "90 % intervals that hold the truth";
  return [...errors, least(share, held, "", 0.85), most(share, held, "", 0.95)];
}

async function days(): Promise<Benchmark> {
  const lived = createDays({ seed: 1, days: DAYS, tasksADay: 62 });
  const [ms = 0] = await times(1, () => lived.live());
  return [most(`sim days ${DAYS}`, ms / 1_000, "s", 20)];
}

type Figure = Benchmark[number];

function only(what: string, value: number): Figure {
  return { what, value, unit: "", limit: null, digits: 4 };
}

function most(what: string, value: number, unit: string, limit: number): Figure {
  return { what, value, unit, limit, digits: unit === "" ? 4 : 1 };
}

function least(what: string, value: number, unit: string, limit: number): Figure {
  return { what, value, unit, limit, atLeast: true, digits: 4 };
}
