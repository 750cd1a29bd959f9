import type { Recorded } from "@nightshift/protocol/envelope";
import { idOf } from "@nightshift/protocol/ids";
import { boundsOf } from "@nightshift/protocol/settings";
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
/** What the digest shows knows no director's settings: it goes by their defaults. */
const WELL = boundsOf("growthScoreMin").default;
const KNOWN_FROM = boundsOf("growthKnownFrom").default;

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
