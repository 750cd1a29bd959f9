import { agreement, type GradedPair } from "@nightshift/agents/assessor/agreement";
import { calibrate } from "@nightshift/agents/assessor/calibration";
import { seededDraws } from "@nightshift/agents/evolver/draws";
import { drifted, NO_DRIFT } from "@nightshift/projections/drift";
import { defaultSettings } from "@nightshift/protocol/settings";
import { noisyJudge } from "./noisy-judge.ts";

export type CalibrationGain = {
  /** Mean over the seeds of how far the mean score is off, before and after, in points. */
  biasBefore: number;
  biasAfter: number;
  /** Share of held-out grades within one point, before and after. */
  withinBefore: number;
  withinAfter: number;
  kappaBefore: number;
  kappaAfter: number;
  /** Share of held-out grades inside the interval. */
  covered: number;
};

/** What so many grades make of a judge, seen on the grades that it was not shown, over many draws. */
export function calibrationGain(
  labelled: readonly GradedPair[],
  { grades, seeds }: { grades: number; seeds: number },
): CalibrationGain {
  const runs = Array.from({ length: seeds }, (_, at) => oneDraw(labelled, grades, at + 1));
  const mean = (of: (run: (typeof runs)[number]) => number) =>
    runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    biasBefore: mean(({ before }) => Math.abs(before.bias)),
    biasAfter: mean(({ after }) => Math.abs(after.bias)),
    withinBefore: mean(({ before }) => before.withinOne),
    withinAfter: mean(({ after }) => after.withinOne),
    kappaBefore: mean(({ before }) => before.kappa ?? 0),
    kappaAfter: mean(({ after }) => after.kappa ?? 0),
    covered: mean(({ covered }) => covered),
  };
}

function oneDraw(labelled: readonly GradedPair[], grades: number, seed: number) {
  const random = seededDraws(seed);
  const shuffled = labelled
    .map((pair) => ({ pair, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ pair }) => pair);
  const calibration = calibrate(shuffled.slice(0, grades), defaultSettings);
  if (!calibration) throw new Error(`${grades} grades calibrate nothing`);
  const unseen = shuffled.slice(grades);
  const told = unseen.map(({ judge, human }) => ({ ...calibration.of(judge), human }));
  const before = agreement(unseen);
  const after = agreement(told.map(({ score, human }) => ({ judge: score, human })));
  if (!before || !after) throw new Error("nothing was held out");
  const inside = told.filter(({ low, high, human }) => low <= human && human <= high).length;
  return { before, after, covered: inside / told.length };
}

export type DriftAlarms = {
  /** Tasks from a drift of so many points to its alarm, on average. */
  detectedAfter: number;
  /** Alarms in 1,500 tasks in which nothing drifts, on average. */
  falseIn1500: number;
};

/** Five days of the documents' 62 tasks: what is usual is known by then. */
const USUAL_TASKS = 300;
const CALM_TASKS = 1_500;
const DETECTED_MAX = 2_000;

/** How soon a judge that changed by some points is noticed, and how often one that did not. */
export function driftAlarms({ points, seeds }: { points: number; seeds: number }): DriftAlarms {
  let detected = 0;
  let falseAlarms = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const random = seededDraws(seed);
    const watch = createWatch();
    for (let task = 0; task < USUAL_TASKS; task++) watch(differenceOf(noisyJudge(random)));
    for (let task = 1; task <= DETECTED_MAX; task++) {
      detected += 1;
      if (watch(differenceOf(noisyJudge(random, points)))) break;
    }
    const calm = createWatch();
    for (let task = 0; task < CALM_TASKS; task++) {
      if (calm(differenceOf(noisyJudge(random)))) falseAlarms += 1;
    }
  }
  return { detectedAfter: detected / seeds, falseIn1500: falseAlarms / seeds };
}

function differenceOf({ heuristic, judge }: { heuristic: number; judge: number }): number {
  return heuristic - judge;
}

function createWatch(): (difference: number) => boolean {
  let drift = NO_DRIFT;
  return (difference) => {
    const next = drifted(drift, difference, defaultSettings.driftLevelMax);
    drift = next.drift;
    return next.alarm;
  };
}
