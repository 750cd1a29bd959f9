import { boundsOf, defaultSettings, type Settings } from "@nightshift/protocol/settings";
import { SettingKey } from "@nightshift/protocol/settings";
import { defineAgent } from "../agent.ts";
import { allocate } from "./allocation/tree.ts";
import { seededDraws } from "./draws.ts";
import { asWorked } from "./genome/allowed.ts";
import { generationsOf } from "./genome/nursery.ts";
import { directedMutations } from "./policy/signals.ts";
import { verdictOf } from "./policy/verdict.ts";
import { learnFrom } from "./router/experience.ts";
import { routerBy } from "./router/router.ts";

/** It needs nothing but what it is told. */
export type EvolverPorts = object;

/**
 * Says what should change and why (step 10): directed mutations of the system's parameters, what
 * their trials came to, the next generation of genomes, and weights of the categories. It only
 * proposes; the deciders hold what it may not touch (I5).
 */
export const evolver = defineAgent<EvolverPorts, "evolve">({
  card: {
    name: "evolver",
    description:
      "Proposes changes of parameters, genomes and weights from what came out, with reasons",
    version: "1",
  },
  handlers: {
    async evolve(told) {
      const { weights, openKeys, trials, nowMs } = told;
      const settings = settingsOf(told.settings);
      const outcomes = told.outcomes.map((outcome) => asWorked(outcome, settings, trials));
      const router = routerBy(settings);
      learnFrom(router, outcomes, null);
      const shift = allocate({ ...told, weights, capShare: settings.categoryShareMax, nowMs });
      const random = seededDraws(told.seed);
      return {
        proposals: directedMutations(outcomes, settings, openKeys, told.sinceMs),
        verdicts: trials.flatMap((trial) => verdictOf(trial, outcomes, router) ?? []),
        generations: generationsOf({ ...told, outcomes, settings, router, random }),
        weights: shift?.weights ?? null,
        weightsLoop: shift?.loop ?? ("fast" as const),
        weightsRationale: shift?.rationale ?? "",
        weightsEvidence: shift?.evidence ?? [],
      };
    },
  },
});

/** What it was told, and the defaults for the rest. */
function settingsOf(told: Readonly<Record<string, number>>): Settings {
  const known = SettingKey.options.map((key): [string, number] => [
    key,
    told[key] ?? boundsOf(key).default,
  ]);
  return { ...defaultSettings, ...Object.fromEntries(known) };
}
