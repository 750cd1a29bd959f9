import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import type { Outcome } from "../outcome.ts";
import { fastLoop, mediumLoop, slowLoop } from "./loops.ts";
import type { Shift, Weights } from "./shift.ts";

export type Loop = "fast" | "medium" | "slow";
type Told = {
  weights: Weights;
  outcomes: readonly Outcome[];
  /** The cap of a category. */
  capShare: number;
  groups: Readonly<Record<string, string>>;
  /** When each loop last moved the weights. */
  movedAtMs: Readonly<Record<Loop, number | null>>;
  nowMs: number;
};

/** How long each loop waits after it moved the weights (C15). */
const EVERY_MS: Readonly<Record<Loop, number>> = {
  slow: 7 * DAY_MS,
  medium: DAY_MS,
  fast: HOUR_MS,
};

/**
 * The adaptive tree (C15): the slowest loop whose time has come and that sees a reason moves the
 * weights, one a call; a quicker one follows with the next. Null where none does.
 */
export function allocate(told: Told): (Shift & { loop: Loop }) | null {
  const { weights, outcomes, capShare, groups, movedAtMs, nowMs } = told;
  const loops: readonly [Loop, () => Shift | null][] = [
    ["slow", () => slowLoop(weights, outcomes, nowMs, capShare, groups)],
    ["medium", () => mediumLoop(weights, outcomes, nowMs, capShare)],
    ["fast", () => fastLoop(weights, outcomes, nowMs, capShare)],
  ];
  for (const [loop, move] of loops) {
    const lastMs = movedAtMs[loop];
    if (lastMs !== null && nowMs - lastMs < EVERY_MS[loop]) continue;
    const shift = move();
    if (shift) return { loop, ...shift };
  }
  return null;
}
