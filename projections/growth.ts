import type { Recorded } from "@nightshift/protocol/envelope";
import { idOf } from "@nightshift/protocol/ids";
import { complexityOf, type Level } from "./complexity.ts";
import { failureScore } from "./failure-score.ts";
import type { EventNamed } from "./words/event-named.ts";
import type { Projection } from "./projection.ts";

/** What came of tasks of each level of complexity (D40). */
export type Growth = {
  /** Level of each task that is not closed. */
  tasks: Map<string, Level>;
  /** Level of each attempt that has no score yet. */
  open: Map<string, Level>;
  /** The latest scores of each level, oldest first. */
  scores: Map<Level, number[]>;
};

const SCORES_KEPT = 40;
/** Scores from here on count as done well (F12). */
const WELL = 7;
/** Fewer scores than this tell nothing of a level. */
const KNOWN_FROM = 5;

export type GrowthRead = EventNamed<
  | "task.proposed"
  | "task.amended"
  | "task.reopened"
  | "task.refused"
  | "task.completed"
  | "task.abandoned"
  | "attempt.started"
  | "attempt.planned"
  | "attempt.gated"
  | "attempt.failed"
  | "attempt.deferred"
>;

export const growth: Projection<Growth, GrowthRead> = {
  name: "growth",
  version: 2,
  reads: [
    "task.proposed",
    "task.amended",
    "task.reopened",
    "task.refused",
    "task.completed",
    "task.abandoned",
    "attempt.started",
    "attempt.planned",
    "attempt.gated",
    "attempt.failed",
    "attempt.deferred",
  ],
  initial: () => ({ tasks: new Map(), open: new Map(), scores: new Map() }),
  apply(view, { stream, event }: Recorded<GrowthRead>) {
    const id = idOf(stream);
    switch (event.type) {
      case "task.proposed":
      case "task.amended":
      case "task.reopened":
        view.tasks.set(id, complexityOf(event.spec));
        return;
      case "task.refused":
      case "task.completed":
      case "task.abandoned":
        view.tasks.delete(id);
        return;
      case "attempt.started":
        view.open.set(id, view.tasks.get(event.task) ?? 3);
        return;
      // A plan that made parts is the end of the attempt, and has no score.
      case "attempt.planned":
        if (event.parts > 0) view.open.delete(id);
        return;
      case "attempt.gated":
        return count(view, id, event.score);
      case "attempt.failed":
        return count(view, id, failureScore(event.kind));
      case "attempt.deferred":
        view.open.delete(id);
        return;
    }
  },
};

function count(view: Growth, attempt: string, score: number | null): void {
  const level = view.open.get(attempt);
  view.open.delete(attempt);
  if (level === undefined || score === null) return;
  view.scores.set(level, [...(view.scores.get(level) ?? []), score].slice(-SCORES_KEPT));
}

/** Share of a level's tasks that are done well; null where too little is known. */
export function successAt({ scores }: Growth, level: Level): number | null {
  const own = scores.get(level) ?? [];
  if (own.length < KNOWN_FROM) return null;
  return own.filter((score) => score >= WELL).length / own.length;
}

/** Success is likely here and not certain: the middle of the zone of proximal development. */
const ZONE_MIDDLE = 0.7;
/** A task in the middle of the zone is worth this much more, one far from it this much less. */
const ZONE_WORTH = 0.1;
const ZONE_REACH = 0.35;

/**
 * What a task's difficulty adds to its worth, 0.9 to 1.1: most where the record says that it will
 * likely do well and may not, least where it is sure to or sure not to. 1 where nothing is known.
 */
export function zoneFactor(view: Growth, level: Level): number {
  const success = successAt(view, level);
  if (success === null) return 1;
  const off = Math.min(1, Math.abs(success - ZONE_MIDDLE) / ZONE_REACH);
  return 1 + ZONE_WORTH * (1 - 2 * off);
}

/** After Piaget's stages: by the highest level that is mastered. */
const STAGES = {
  0: "first steps",
  1: "by example",
  2: "by example",
  3: "concrete work",
  4: "concrete work",
  5: "abstract work",
  6: "abstract work",
} as const;

/** A level is mastered where the mean of its scores is 7 or more. */
export function stageOf({ scores }: Growth): { mastered: 0 | Level; stage: string } {
  const levels: readonly Level[] = [6, 5, 4, 3, 2, 1];
  const mastered =
    levels.find((level) => {
      const own = scores.get(level) ?? [];
      return own.length >= KNOWN_FROM && meanOf(own) >= WELL;
    }) ?? 0;
  return { mastered, stage: STAGES[mastered] };
}

function meanOf(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
