import { meanRegret } from "@nightshift/infra/sim/landscape/race";
import { ourContender } from "@nightshift/infra/sim/landscape/contenders/ours";
import { fixedContender } from "@nightshift/infra/sim/landscape/contenders/simple";
import { expect, test } from "vitest";
import { courses, misled, shareOf, untaught } from "./races.ts";

/** Two seeds here; `pnpm bench evolve` takes thirty, against all contenders. */
const SEEDS = Number(process.env["EVOLVE_SEEDS"] ?? 2);
const WALL_MS = 120_000;

test(
  "it regrets half of what the documents' own convergence does, and less from the first days on",
  () => {
    const all = courses(SEEDS, [fixedContender, ourContender]);
    const [fixed, ours] = [all.get("fixed") ?? [], all.get("ours") ?? []];
    expect(meanRegret(ours, 1, 25)).toBeLessThanOrEqual(0.035);
    expect(meanRegret(ours, 1, 25)).toBeLessThanOrEqual(0.55 * meanRegret(fixed, 1, 25));
    expect(meanRegret(ours, 19, 25)).toBeLessThanOrEqual(0.022);
    expect(meanRegret(ours, 1, 5)).toBeLessThanOrEqual(meanRegret(fixed, 1, 5));
  },
  WALL_MS,
);

test(
  "taught the opposite of every lesson it comes to do as well as who never learns",
  () => {
    const all = courses(SEEDS, [fixedContender, misled]);
    const [fixed, wrong] = [all.get("fixed") ?? [], all.get("ours, misled") ?? []];
    expect(meanRegret(wrong, 19, 25)).toBeLessThanOrEqual(1.1 * meanRegret(fixed, 19, 25));
  },
  WALL_MS,
);

test(
  "a model that drops by two points on day 15 is left within two days",
  () => {
    const departure = { drift: { model: "sonnet", fromDay: 15, points: 2 } };
    const own = courses(SEEDS, [ourContender], departure).get("ours") ?? [];
    const before = (shareOf("sonnet", own, 13) + shareOf("sonnet", own, 14)) / 2;
    expect(before).toBeGreaterThan(0.2);
    expect(shareOf("sonnet", own, 17)).toBeLessThan(before / 3);
  },
  WALL_MS,
);

test(
  "with a scorer that tells nothing, 25 days bring nothing",
  () => {
    const own = courses(2 * SEEDS, [untaught], { flat: true }).get("ours, untaught") ?? [];
    const gains = own.map((one) => meanRegret([one], 1, 5) - meanRegret([one], 19, 25));
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
    const error = Math.sqrt(squares / (gains.length - 1) / gains.length);
    expect(Math.abs(mean)).toBeLessThan(3 * error);
    // Where the scorer is honest, it gains four times as much as this in five days.
    expect(meanRegret(own, 19, 25)).toBeGreaterThan(0.15);
  },
  WALL_MS,
);
