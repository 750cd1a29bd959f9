import { meanAlarm, shortfallAlarm } from "@nightshift/agents/dispatcher/learning/brake-alarm";
import type { ScopeRecord } from "@nightshift/blackboard/shortfall";
import { normal, seededDraws } from "@nightshift/agents/evolver/draws";
import { defaultSettings } from "@nightshift/protocol/settings";

export type BrakeRow = {
  rule: string;
  /** Tasks in control between two alarms, on average. */
  falseAlarmEvery: number;
  /** Tasks under the minimum that got through after a fall from 7.2 to 4.9, on average. */
  lowThrough: number;
  /** Tasks until a drift from 7.2 to 6.2 was seen, on average. */
  driftAfter: number;
};

type Alarm = typeof meanAlarm;

/** Scores in control, as science.md has them. */
const USUAL = { mean: 7.2, deviation: 1.6 };
const FALLEN = 4.9;
const DRIFTED = 6.2;
/** Scores that a scope has on record before it falls. */
const RECORD_TASKS = 200;
/** As many scores as the views keep of a scope. */
const SCORES_KEPT = 100;
/** Tasks after which a rule that has not spoken is taken to have spoken. */
const TASKS_MAX = 5_000;

const RULES: readonly { rule: string; alarm: Alarm }[] = [
  { rule: "mean of 10 below 4.5 (all)", alarm: meanAlarm },
  { rule: "CUSUM (model x category)", alarm: shortfallAlarm },
  {
    // A night asks the mean of all its scores, and the CUSUM of those of each model and category.
    rule: "both, on the scores of one scope",
    alarm: (scope, record, settings) =>
      meanAlarm(scope, record, settings) ?? shortfallAlarm(scope, record, settings),
  },
];

/**
 * What each rule of the brake lets through and how often it speaks for nothing (H10), by the rules
 * of the night themselves on simulated scores.
 * @param sizes How many falls are played, and how many tasks in control.
 */
export function brakeTable(sizes: { falls: number; calmTasks: number; seed: number }): BrakeRow[] {
  return RULES.map(({ rule, alarm }) => {
    const falls = Array.from({ length: sizes.falls }, (_, at) =>
      fall(alarm, FALLEN, sizes.seed + at),
    );
    const drifts = Array.from({ length: sizes.falls }, (_, at) =>
      fall(alarm, DRIFTED, sizes.seed + at),
    );
    return {
      rule,
      falseAlarmEvery: calm(alarm, sizes.calmTasks, sizes.seed),
      lowThrough: average(falls.map(({ low }) => low)),
      driftAfter: average(drifts.map(({ tasks }) => tasks)),
    };
  });
}

/** One scope that was as usual and then is not: what passes until its brake is engaged. */
function fall(alarm: Alarm, to: number, seed: number): { tasks: number; low: number } {
  const scope = createScope(alarm, seed);
  for (let task = 0; task < RECORD_TASKS; task++) scope.work(USUAL.mean);
  let low = 0;
  for (let tasks = 1; tasks <= TASKS_MAX; tasks++) {
    const { score, engaged } = scope.work(to);
    if (score < defaultSettings.brakeScoreMin) low += 1;
    if (engaged) return { tasks, low };
  }
  return { tasks: TASKS_MAX, low };
}

/** Tasks between alarms while nothing is wrong; all of them where there was none. */
function calm(alarm: Alarm, tasks: number, seed: number): number {
  const scope = createScope(alarm, seed);
  let alarms = 0;
  for (let task = 0; task < tasks; task++) if (scope.work(USUAL.mean).engaged) alarms += 1;
  return tasks / Math.max(1, alarms);
}

function createScope(alarm: Alarm, seed: number) {
  const random = seededDraws(seed);
  const record: ScopeRecord & { scores: number[] } = { scores: [], n: 0, sum: 0 };
  return {
    work(mean: number) {
      const drawn = mean + USUAL.deviation * normal(random);
      const score = Math.min(10, Math.max(0, drawn));
      record.scores = [...record.scores, score].slice(-SCORES_KEPT);
      record.n += 1;
      record.sum += score;
      const engaged = alarm("all", record, defaultSettings) !== null;
      // A release forgets the scores, never the record.
      if (engaged) record.scores = [];
      return { score, engaged };
    },
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
