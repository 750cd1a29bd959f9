import { idOf } from "@nightshift/protocol/ids";
import type { EventNamed } from "./words/event-named.ts";
import { failureScore } from "./failure-score.ts";
import type { Projection } from "./projection.ts";

/** Scores of attempts, as far as a mean and its doubt need them. */
export type Scores = { n: number; sum: number; squares: number };

type Lesson = {
  kind: "guidance" | "reflection";
  category: string;
  text: string;
  /** Attempts whose prompt ended with it, and those from which chance kept it. */
  shown: Scores;
  withheld: Scores;
};

export type Lessons = {
  /** By the event that tells the lesson; the newest last. */
  lessons: Map<string, Lesson>;
  /** All lessons of a kind together, those that are forgotten too. */
  total: Record<Lesson["kind"], { shown: Scores; withheld: Scores }>;
  /** Attempts without a score, and what chance made of their prompts. */
  open: Map<string, { shown: readonly string[]; withheld: readonly string[] }>;
};

const LESSONS_KEPT = 400;

type Read = EventNamed<
  | "guidance.given"
  | "guidance.reflected"
  | "attempt.awarded"
  | "attempt.gated"
  | "attempt.failed"
  | "attempt.deferred"
  | "attempt.integrated"
>;

const none = (): Scores => ({ n: 0, sum: 0, squares: 0 });
const neither = () => ({ shown: none(), withheld: none() });

/** What each lesson is worth: scores with it against scores without it, by chance alone (F14). */
export const lessons: Projection<Lessons, Read> = {
  name: "lessons",
  version: 1,
  reads: [
    "guidance.given",
    "guidance.reflected",
    "attempt.awarded",
    "attempt.gated",
    "attempt.failed",
    "attempt.deferred",
    "attempt.integrated",
  ],
  initial: () => ({
    lessons: new Map(),
    total: { guidance: neither(), reflection: neither() },
    open: new Map(),
  }),
  apply(view, { id, stream, event }) {
    const attempt = idOf(stream);
    switch (event.type) {
      case "guidance.given":
      case "guidance.reflected": {
        const kind = event.type === "guidance.given" ? "guidance" : "reflection";
        view.lessons.set(id, { kind, category: event.category, text: event.text, ...neither() });
        const [oldest] = view.lessons.keys();
        if (view.lessons.size > LESSONS_KEPT && oldest !== undefined) view.lessons.delete(oldest);
        return;
      }
      case "attempt.awarded":
        if (event.lessons) view.open.set(attempt, event.lessons);
        return;
      case "attempt.gated":
        return count(view, attempt, event.score);
      case "attempt.failed":
        return count(view, attempt, failureScore(event.kind));
      case "attempt.deferred":
      case "attempt.integrated":
        view.open.delete(attempt);
        return;
    }
  },
};

function count(view: Lessons, attempt: string, score: number | null): void {
  const chosen = view.open.get(attempt);
  view.open.delete(attempt);
  if (!chosen || score === null) return;
  for (const side of ["shown", "withheld"] as const) {
    for (const event of chosen[side]) {
      const lesson = view.lessons.get(event);
      if (!lesson) continue;
      add(lesson[side], score);
      add(view.total[lesson.kind][side], score);
    }
  }
}

function add(scores: Scores, score: number): void {
  scores.n += 1;
  scores.sum += score;
  scores.squares += score * score;
}

/** Points that a lesson is worth and their standard error; null before both sides have two scores. */
export function effectOf(sides: {
  shown: Scores;
  withheld: Scores;
}): { points: number; error: number } | null {
  const { shown, withheld } = sides;
  if (shown.n < 2 || withheld.n < 2) return null;
  const points = shown.sum / shown.n - withheld.sum / withheld.n;
  return { points, error: Math.sqrt(doubtOf(shown) + doubtOf(withheld)) };
}

/** Squared standard error of a mean. */
function doubtOf({ n, sum, squares }: Scores): number {
  return Math.max(0, squares - (sum * sum) / n) / (n - 1) / n;
}
