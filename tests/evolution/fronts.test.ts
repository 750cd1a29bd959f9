import { expect, test } from "vitest";
import { LEAST, volumeOf, type ProblemName } from "./fronts.ts";
import { TRUE_VOLUME } from "./problems.ts";

/** A few seeds here; `pnpm bench evolve` takes the median of eleven. */
const SEEDS = [1, 2, 3];
const names: readonly ProblemName[] = ["ZDT1", "ZDT2", "ZDT3", "DTLZ2"];

test.each(names)(
  "canonical NSGA-II reaches the published hypervolume of %s, never above its true front",
  (name) => {
    const volumes = SEEDS.map((seed) => volumeOf(name, seed)).sort((a, b) => a - b);
    expect(volumes[1]).toBeGreaterThanOrEqual(LEAST[name]);
    expect(Math.max(...volumes)).toBeLessThanOrEqual(TRUE_VOLUME[name]);
  },
);
