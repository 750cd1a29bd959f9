import { DAY_MS } from "@nightshift/protocol/clock";
import { fitness } from "../fitness.ts";
import type { Outcome } from "../outcome.ts";
import { mean } from "../statistics.ts";
import { FIXED_CATEGORY, shifted, type Shift, type Weights } from "./shift.ts";

const TASKS_MIN = 3;
/** Attempts of a group, and time between the first and the last of all, before groups are weighed. */
const GROUP_TASKS_MIN = 10;
const SLOW_SPAN_MS = 6 * DAY_MS;
const SLOW_MS = 28 * DAY_MS;

/** The fast loop: categories that scored better over the last 24 hours get more of the work. */
export function fastLoop(
  weights: Weights,
  outcomes: readonly Outcome[],
  nowMs: number,
  capShare: number,
): Shift | null {
  const seen = outcomes.filter(({ atMs, score }) => score !== null && nowMs - atMs <= DAY_MS);
  const overall = mean(seen.map(({ score }) => score ?? 0));
  const pulls = new Map<string, number>();
  const told: string[] = [];
  for (const [category, own] of byCategory(weights, seen)) {
    const scores = mean(own.map(({ score }) => score ?? 0));
    // Two points above the mean of all pull with three quarters of the step.
    pulls.set(category, Math.tanh((scores - overall) / 2));
    told.push(`${category} ${scores.toFixed(1)}`);
  }
  const why = `fast loop, scores of 24 hours (mean ${overall.toFixed(1)}): ${told.join(", ")}`;
  return shifted(weights, pulls, capShare, why, seen);
}

/** The medium loop: categories whose fitness rises over seven days get more of the work. */
export function mediumLoop(
  weights: Weights,
  outcomes: readonly Outcome[],
  nowMs: number,
  capShare: number,
): Shift | null {
  const seen = outcomes.filter(({ atMs, score }) => score !== null && nowMs - atMs <= 7 * DAY_MS);
  const middleMs = nowMs - 3.5 * DAY_MS;
  const pulls = new Map<string, number>();
  const told: string[] = [];
  for (const [category, own] of byCategory(weights, seen)) {
    const earlier = own.filter(({ atMs }) => atMs < middleMs);
    const later = own.filter(({ atMs }) => atMs >= middleMs);
    if (earlier.length < TASKS_MIN || later.length < TASKS_MIN) continue;
    const rise = mean(later.map(fitness)) - mean(earlier.map(fitness));
    pulls.set(category, Math.tanh(rise * 5));
    told.push(`${category} ${rise >= 0 ? "+" : ""}${rise.toFixed(2)}`);
  }
  const why = `medium loop, trend of fitness over seven days: ${told.join(", ")}`;
  return shifted(weights, pulls, capShare, why, seen);
}

/**
 * The slow loop: groups of categories that came to more over the last four weeks, such as what earns
 * against what it stands on, get more of the work; inside a group nothing moves but by its bounds.
 */
export function slowLoop(
  weights: Weights,
  outcomes: readonly Outcome[],
  nowMs: number,
  capShare: number,
  groups: Readonly<Record<string, string>>,
): Shift | null {
  const seen = outcomes.filter(({ atMs, score }) => score !== null && nowMs - atMs <= SLOW_MS);
  const times = seen.map(({ atMs }) => atMs);
  if (Math.max(...times) - Math.min(...times) < SLOW_SPAN_MS) return null;
  const groupOf = (category: string) => groups[category] ?? category;
  const members = Map.groupBy(
    seen.filter(({ category }) => category in weights && category !== FIXED_CATEGORY),
    ({ category }) => groupOf(category),
  );
  const told = [...members].filter(([, own]) => own.length >= GROUP_TASKS_MIN);
  if (told.length < 2) return null;
  const means = new Map(told.map(([group, own]) => [group, mean(own.map(fitness))]));
  const overall = mean([...means.values()]);
  const pulls = new Map<string, number>();
  for (const category of Object.keys(weights)) {
    const own = means.get(groupOf(category));
    if (own === undefined || category === FIXED_CATEGORY) continue;
    pulls.set(category, Math.tanh((own - overall) * 5));
  }
  const each = [...means].map(([group, own]) => `${group} ${own.toFixed(2)}`).join(", ");
  const why = `slow loop, fitness of groups over four weeks: ${each}`;
  return shifted(weights, pulls, capShare, why, seen);
}

function byCategory(weights: Weights, seen: readonly Outcome[]): [string, Outcome[]][] {
  return Object.keys(weights)
    .filter((category) => category !== FIXED_CATEGORY)
    .map((category): [string, Outcome[]] => [
      category,
      seen.filter((outcome) => outcome.category === category),
    ])
    .filter(([, own]) => own.length >= TASKS_MIN);
}
