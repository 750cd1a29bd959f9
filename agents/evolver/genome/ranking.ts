import { noisyFronts } from "../pareto/noisy.ts";
import type { Standing } from "./estimate.ts";

/** Anything with a standing, in the order of its worth, and the front each is on. */
export type RankedStanding<T> = { one: T; front: number };

/** Front by front; only inside a front the scalar fitness decides (D29, F17). */
export function ranked<T extends { standing: Standing }>(some: readonly T[]): RankedStanding<T>[] {
  return noisyFronts(some.map(({ standing }) => standing)).flatMap((members, front) =>
    members
      .flatMap((at) => some[at] ?? [])
      .sort((a, b) => b.standing.fitness - a.standing.fitness)
      .map((one) => ({ one, front })),
  );
}
