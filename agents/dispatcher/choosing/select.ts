import { DAY_MS } from "@nightshift/protocol/clock";
import type { Settings } from "@nightshift/protocol/settings";
import type { BacklogRow } from "@nightshift/projections/backlog";

/** What selection knows besides the task itself. */
export type Outlook = {
  nowMs: number;
  /** Share of the work each category should get; a category without one counts as average. */
  weights: ReadonlyMap<string, number>;
  /** Tokens each category used this week, and the week's limit. */
  tokensByCategory: ReadonlyMap<string, number>;
  weekTokens: number | null;
  /** Mean score of past attempts by category; nothing where nothing is known (F26). */
  meanScore: (category: string) => number | undefined;
  /** What its difficulty is worth, by the record; 1 where nothing is known or it does not count. */
  zone?: (row: BacklogRow) => number;
  /** Whether a task that others wait for is done. */
  isDone: (task: string) => boolean;
  settings: Pick<Settings, "stalenessRatePerDay" | "saturationShare">;
};

/** A task, what it is worth now, and the factors of that product. */
export type Candidate = { row: BacklogRow; worth: number; factors: Record<string, number> };

const URGENCY_TOP = 6;
/** A record of 7 counts as 1: the score the documents call good. */
const GOOD_SCORE = 7;

/**
 * Orders open tasks by `priority × allocation × staleness × readiness × (1 − saturation) × zone of
 * development × expected fitness` (C6, C7, D40, F26); ties by age, then by id. Tasks worth nothing now are left out.
 */
export function rank(rows: Iterable<BacklogRow>, outlook: Outlook): Candidate[] {
  const candidates: Candidate[] = [];
  for (const row of rows) {
    if (row.status !== "open") continue;
    if (row.notBeforeMs !== null && row.notBeforeMs > outlook.nowMs) continue;
    const factors = factorsOf(row, outlook);
    const worth = Object.values(factors).reduce((product, factor) => product * factor, 1);
    if (worth > 0) candidates.push({ row, worth, factors });
  }
  return candidates.sort(
    (a, b) =>
      b.worth - a.worth ||
      a.row.proposedAtMs - b.row.proposedAtMs ||
      a.row.task.localeCompare(b.row.task),
  );
}

function factorsOf(row: BacklogRow, outlook: Outlook): Record<string, number> {
  const { spec, proposedAtMs } = row;
  const days = Math.max(0, outlook.nowMs - proposedAtMs) / DAY_MS;
  return {
    priority: URGENCY_TOP - spec.priority,
    allocation: allocation(spec.category, outlook.weights),
    staleness: 1 + outlook.settings.stalenessRatePerDay * days,
    readiness: spec.dependsOn.every(outlook.isDone) ? 1 : 0,
    room: 1 - saturation(spec.category, outlook),
    zone: outlook.zone?.(row) ?? 1,
    fitness: clamp((outlook.meanScore(spec.category) ?? GOOD_SCORE) / GOOD_SCORE, 0.5, 1.5),
  };
}

/** Relative to the average category, so that the number of categories does not matter. */
function allocation(category: string, weights: ReadonlyMap<string, number>): number {
  const weight = weights.get(category);
  return weight === undefined ? 1 : weight * weights.size;
}

/** How much of what a category may use of the week is gone, 0 to 1. */
function saturation(category: string, { tokensByCategory, weekTokens, settings }: Outlook): number {
  if (weekTokens === null || weekTokens === 0) return 0;
  const used = tokensByCategory.get(category) ?? 0;
  return clamp(used / (weekTokens * settings.saturationShare), 0, 1);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
