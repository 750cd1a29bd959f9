import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import type { SkillOutput } from "@nightshift/protocol/skills";
import { normalUpTo } from "../draws.ts";
import { fitness } from "../fitness.ts";
import type { Outcome, Trial } from "../outcome.ts";
import type { Router } from "../router/router.ts";
import { mean } from "../statistics.ts";
import { isTriedOn } from "./trial.ts";

type Verdict = SkillOutput<"evolve">["verdicts"][number];

/** Attempts under the change before anything is said of it. */
const TRIED_MIN = 20;
/** Attempts that are told at least before a trial that fills them all counts as over. */
const WINDOW_MIN = 200;
/** How uncertain one attempt is in fitness, once its odds of a merge stand for the merge itself. */
const SCORE_NOISE = 0.11;
/** A change is thought to matter by about this much fitness, either way, before it is tried. */
const EFFECT_DEVIATION = 0.03;
/** So sure is enough before the trial is over; and at its end. */
const ADOPT_EARLY = 0.95;
const ROLL_BACK_EARLY = 0.1;
const ADOPT_AT_END = 0.75;
/** Beyond this, more answers that are cut off end a trial whatever else it brought. */
const CUT_MORE_MAX = 0.25;

/**
 * What a trial has come to: adopted or rolled back by the evidence of the attempts under it against
 * those beside it, or null while that says too little. What kind of tasks each side got is taken out
 * by what the router expects of each when one and the same model does it by the neutral genome.
 */
export function verdictOf(
  trial: Trial,
  outcomes: readonly Outcome[],
  router: Pick<Router, "predict">,
): Verdict | null {
  const since = outcomes.filter(({ beganMs, score }) => beganMs >= trial.sinceMs && score !== null);
  const tried = since.filter((outcome) => isTriedOn(trial, outcome));
  const others = since.filter((outcome) => !isTriedOn(trial, outcome));
  if (tried.length < TRIED_MIN || others.length < TRIED_MIN) return null;
  const model = usual(since);
  const gain = surprise(tried, model, router) - surprise(others, model, router);
  const error = SCORE_NOISE * Math.sqrt(1 / tried.length + 1 / others.length);
  const odds = oddsOfGain(gain, error);
  const cut = cutShare(tried) - cutShare(others);
  // Where the trial is longer than what is told, it is over when all that is told is of it.
  const isAll = since.length === outcomes.length && since.length >= WINDOW_MIN;
  const isOver = tried.length >= trial.tasksMax || isAll;
  const verdict = decided(odds, cut, isOver);
  if (verdict === null) return null;
  const change = `${trial.key} ${trial.from} → ${trial.to}`;
  const sizes = `${tried.length} attempts under it against ${others.length} beside it`;
  const fit = `fitness ${signed(gain, 3)} (better with a probability of ${percent(odds)})`;
  const ends = `cut off ${percent(cutShare(tried))} against ${percent(cutShare(others))}`;
  const why = verdict === "adopt" ? "kept" : "taken back";
  return {
    policy: trial.policy,
    verdict,
    rationale: `${change} is ${why}: ${sizes}, ${fit}, ${ends}`,
  };
}

function decided(odds: number, cut: number, isOver: boolean): Verdict["verdict"] | null {
  if (cut > CUT_MORE_MAX || odds < ROLL_BACK_EARLY) return "roll-back";
  if (odds > ADOPT_EARLY) return "adopt";
  if (!isOver) return null;
  return odds >= ADOPT_AT_END ? "adopt" : "roll-back";
}

/** How likely the true gain is above zero, doubting large ones. */
function oddsOfGain(gain: number, error: number): number {
  const weight = EFFECT_DEVIATION ** 2 / (EFFECT_DEVIATION ** 2 + error ** 2);
  return normalUpTo((gain * weight) / (error * Math.sqrt(weight)));
}

/** By how much attempts did better than such tasks are expected to be done, on average. */
function surprise(
  outcomes: readonly Outcome[],
  model: string,
  router: Pick<Router, "predict">,
): number {
  const option = { model, genes: NEUTRAL_GENES, contextTokensMax: CONTEXT_TOKENS };
  return mean(
    outcomes.map((outcome) => {
      const { category, output, estimateTokens } = outcome;
      const expected = router.predict({ category, output, estimateTokens }, option).fitness;
      // Whether the director merged it is chance on top of its score.
      return fitness({ ...outcome, merged: null }) - expected;
    }),
  );
}

const CONTEXT_TOKENS = 40_000;

/** The model that did most of them. */
function usual(outcomes: readonly Outcome[]): string {
  const counts = [...Map.groupBy(outcomes, ({ model }) => model)];
  const [first] = counts.sort(([, a], [, b]) => b.length - a.length);
  return first?.[0] ?? "";
}

/** What had to be continued was cut off as well. */
function cutShare(outcomes: readonly Outcome[]): number {
  const cut = outcomes.filter(({ truncated, continued }) => truncated || continued);
  return cut.length / outcomes.length;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function signed(value: number, digits: number): string {
  return `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(digits)}`;
}
