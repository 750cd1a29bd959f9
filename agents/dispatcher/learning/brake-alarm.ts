import { lastShortfall, yardstickOf, type ScopeRecord } from "@nightshift/blackboard/shortfall";
import type { BrakeCommand, BrakeThresholds } from "@nightshift/protocol/brake";
import type { Settings } from "@nightshift/protocol/settings";

type Thresholds = BrakeThresholds & Pick<Settings, "brakeScoreMin">;

/** Engages the brake over everything where the rolling mean is too low (D34); else null. */
export function meanAlarm(
  scope: string,
  { scores }: ScopeRecord,
  { brakeScoreMin: threshold, brakeWindowTasks: window }: Thresholds,
): BrakeCommand | null {
  const last = scores.slice(-window);
  if (last.length < window || meanOf(last) >= threshold) return null;
  return { type: "brake.engage", scope, scores: last, threshold, window };
}

/**
 * Engages the brake of one model in one category where its scores have fallen short of what is usual
 * (H10): by CUSUM, so that a sharp fall and a slow one are both seen. Never on a short record.
 */
export function shortfallAlarm(
  scope: string,
  record: ScopeRecord,
  settings: Thresholds,
): BrakeCommand | null {
  const { scores, n, sum } = record;
  const { brakeWindowTasks, brakeReference, brakeReferenceTasks } = settings;
  const { brakeDeviation, brakeSlack, brakeShortfallMax } = settings;
  if (n < brakeWindowTasks) return null;
  if (lastShortfall(scores, yardstickOf(record, settings)).sum < brakeShortfallMax) return null;
  return {
    type: "brake.alarm",
    scope,
    scores: [...scores],
    record: { n, sum },
    thresholds: {
      brakeWindowTasks,
      brakeReference,
      brakeReferenceTasks,
      brakeDeviation,
      brakeSlack,
      brakeShortfallMax,
    },
  };
}

export function meanOf(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}
