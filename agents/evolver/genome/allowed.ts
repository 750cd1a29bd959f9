import { NEUTRAL_GENES, type Genes } from "@nightshift/protocol/genome";
import type { Settings } from "@nightshift/protocol/settings";
import type { Outcome, Trial } from "../outcome.ts";
import { isTriedOn } from "../policy/trial.ts";

type Limits = Pick<Settings, "outputTokensMax" | "continuationsMax">;

/** What the system allows in general holds for every genome too; the neutral one takes it all. */
export function allowed(genes: Genes, { outputTokensMax, continuationsMax }: Limits): Genes {
  const isNeutral = genes.outputTokensMax === NEUTRAL_GENES.outputTokensMax;
  return {
    ...genes,
    outputTokensMax: isNeutral ? outputTokensMax : Math.min(genes.outputTokensMax, outputTokensMax),
    continuationsMax: Math.min(genes.continuationsMax, continuationsMax),
  };
}

/**
 * An attempt with what it really worked by: its genes within the settings, and within a change that
 * was tried on it. What the settings were before the last change is taken for what they are.
 */
export function asWorked(
  outcome: Outcome,
  settings: Limits,
  trials: readonly Pick<Trial, "policy" | "key" | "to" | "share" | "sinceMs">[],
): Outcome {
  if (outcome.genes === null) return outcome;
  const limits: Limits = { ...settings };
  for (const trial of trials) {
    if (trial.key !== "outputTokensMax" && trial.key !== "continuationsMax") continue;
    if (isTriedOn(trial, outcome)) limits[trial.key] = trial.to;
  }
  const genes = allowed(outcome.genes, limits);
  return { ...outcome, genes, outputBudget: genes.outputTokensMax };
}
