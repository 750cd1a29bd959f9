import type { AllocationCommand, AllocationEvent } from "@nightshift/protocol/allocation";
import { Refusal } from "@nightshift/protocol/errors";
import { boundsOf } from "@nightshift/protocol/settings";
import type { Decider } from "./decider.ts";
import { same } from "./same.ts";

/** The category whose share no loop can move (C30, F19). */
const SELF_IMPROVEMENT = "self_improvement";
/** Weights are shares of one; floating point may miss it by this much. */
const SUM_TOLERANCE = 1e-6;

export type AllocationState = {
  /** Null before the first adjustment. */
  weights: Readonly<Record<string, number>> | null;
};

/** Weights of the categories, by three loops and the director (C15, C16). */
export const allocation: Decider<AllocationState, AllocationCommand, AllocationEvent> = {
  initial: { weights: null },

  decide(command, state) {
    const { loop, weights, rationale, evidence } = command;
    if (same(state.weights, weights)) return [];
    needsCap(command);
    needsSelfImprovement(command, state);
    const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
      throw new Refusal("out-of-bounds", `the weights add up to ${sum}, not 1`);
    }
    return [{ type: "allocation.adjusted", loop, weights, rationale, evidence }];
  },

  evolve(_state, event) {
    return { weights: event.weights };
  },
};

function needsCap({ weights, capShare }: AllocationCommand): void {
  for (const [category, weight] of Object.entries(weights)) {
    if (!(weight >= 0 && weight <= capShare)) {
      throw new Refusal("out-of-bounds", `${category} gets ${weight}; the cap is ${capShare}`);
    }
  }
}

/** Fixed for every loop, and never above .15 for anyone (C30, I5). */
function needsSelfImprovement(
  { loop, weights, selfImprovementShare }: AllocationCommand,
  state: AllocationState,
): void {
  const wanted = weights[SELF_IMPROVEMENT] ?? 0;
  const max = Math.min(selfImprovementShare, boundsOf("selfImprovementShareMax").max);
  if (wanted > max) {
    throw new Refusal("out-of-bounds", `self-improvement gets ${wanted}; its share is ${max}`);
  }
  if (loop === "director" || state.weights === null) return;
  const now = state.weights[SELF_IMPROVEMENT] ?? 0;
  if (Math.abs(wanted - now) > SUM_TOLERANCE) {
    throw new Refusal("sealed", `self-improvement has ${now}; no loop changes that`);
  }
}
