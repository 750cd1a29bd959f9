import { boundsOf } from "@nightshift/protocol/settings";
import { defineAgent } from "../agent.ts";
import { fastLoop, mediumLoop } from "./allocation-tree.ts";
import { directedMutations } from "./signals.ts";

/** It needs nothing but what it is told. */
export type EvolverPorts = object;

/**
 * Says what should change and why (step 10): directed mutations of the system's parameters, and
 * weights of the categories. It only proposes; the deciders hold what it may not touch (I5).
 * The fast loop goes first; the medium loop speaks where the last day gives no reason to shift.
 */
export const evolver = defineAgent<EvolverPorts, "evolve">({
  card: {
    name: "evolver",
    description: "Proposes changes of parameters and weights from what came out, with reasons",
    version: "1",
  },
  handlers: {
    async evolve({ settings, weights, outcomes, openKeys, nowMs }) {
      const cap = settings.categoryShareMax ?? boundsOf("categoryShareMax").default;
      const shift =
        fastLoop(weights, outcomes, nowMs, cap) ?? mediumLoop(weights, outcomes, nowMs, cap);
      return {
        proposals: directedMutations(outcomes, settings, openKeys),
        weights: shift?.weights ?? null,
        weightsRationale: shift?.rationale ?? "",
        weightsEvidence: shift?.evidence ?? [],
      };
    },
  },
});
