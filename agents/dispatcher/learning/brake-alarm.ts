import { lastShortfall } from "@nightshift/blackboard/shortfall";
import type { BrakeCommand, Yardstick } from "@nightshift/protocol/brake";
import type { Settings } from "@nightshift/protocol/settings";

/** What a scope has to show: its latest scores, oldest first, and all that it ever had. */
export type ScopeRecord = { scores: readonly number[]; n: number; sum: number };

type Thresholds = Pick<
  Settings,
  | "brakeScoreMin"
  | "brakeWindowTasks"
  | "brakeReference"
  | "brakeDeviation"
  | "brakeSlack"
  | "brakeShortfallMax"
>;

/** How many scores of its own weigh as much as the setting when a model's usual score is told. */
const REFERENCE_TASKS = 50;

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
  if (record.n < settings.brakeWindowTasks) return null;
  const yardstick = yardstickOf(record, settings);
  const limit = settings.brakeShortfallMax;
  if (lastShortfall(record.scores, yardstick).sum < limit) return null;
  return { type: "brake.alarm", scope, scores: [...record.scores], limit, ...yardstick };
}

/**
 * Who always was below the setting is held against its own record, or it would be braked for ever;
 * nobody is held against more than the setting, or one good month would cost a model its work. The
 * scores in question are no part of what they are held against: a slow fall would hide itself.
 */
function yardstickOf({ scores, n, sum }: ScopeRecord, settings: Thresholds): Yardstick {
  const { brakeReference, brakeDeviation: deviation, brakeSlack: slack } = settings;
  const olderTasks = Math.max(0, n - scores.length);
  const older = Math.max(0, sum - scores.reduce((all, score) => all + score, 0));
  const own = (REFERENCE_TASKS * brakeReference + older) / (REFERENCE_TASKS + olderTasks);
  return { reference: Math.min(brakeReference, own), deviation, slack };
}

export function meanOf(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}
