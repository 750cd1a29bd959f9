import { idOf } from "@nightshift/protocol/ids";
import { BRAKE_SCORES_MAX, type BrakeEvent } from "@nightshift/protocol/brake";
import type { EventNamed } from "./words/event-named.ts";
import { failureScore } from "./failure-score.ts";
import type { Projection } from "./projection.ts";

/** The scope of the brake over everything. */
export const ALL_SCOPE = "all";

/** The scope of one model's work in one category. */
export function brakeScope(model: string, category: string): string {
  return `${model}|${category}`;
}

type BrakeState = {
  status: "engaged" | "canary" | "latched";
  /** When the canary has to be judged; null while none runs. */
  untilMs: number | null;
  sinceMs: number;
  /** Scores since the canary started, oldest first. */
  canaryScores: number[];
  /** The stream that tells of it: only the first event of it names the scope. */
  stream: string;
};

export type Brakes = {
  /** The last 100 scores of everything, oldest first; the same as of the scope `all`. */
  recent: number[];
  /** The last 100 of each scope since its release: what engaged it must not engage it again. */
  byScope: Map<string, number[]>;
  /** All scores of each scope that ever counted: what is usual there. Releases forget none. */
  record: Map<string, { n: number; sum: number }>;
  /** Only the scopes that are braked. */
  states: Map<string, BrakeState>;
  /** Attempts that have no score yet. */
  open: Map<string, { category: string; model: string | null }>;
};

type Scored =
  | "attempt.started"
  | "attempt.planned"
  | "attempt.awarded"
  | "attempt.gated"
  | "attempt.integrated"
  | "attempt.failed"
  | "attempt.deferred";

/** The scores a brake decides by, and where one is on (D34, H10). A limit counts nothing (I7). */
export const brakes: Projection<Brakes, BrakeEvent | EventNamed<Scored>> = {
  name: "brakes",
  version: 3,
  reads: [
    "brake.engaged",
    "brake.canary-started",
    "brake.released",
    "brake.latched",
    "attempt.started",
    "attempt.planned",
    "attempt.awarded",
    "attempt.gated",
    "attempt.integrated",
    "attempt.failed",
    "attempt.deferred",
  ],
  initial: () => ({
    recent: [],
    byScope: new Map(),
    record: new Map(),
    states: new Map(),
    open: new Map(),
  }),
  apply(view, { stream, atMs, event }) {
    const attempt = idOf(stream);
    switch (event.type) {
      case "attempt.started":
        view.open.set(attempt, { category: event.category, model: null });
        return;
      case "attempt.awarded": {
        const open = view.open.get(attempt);
        if (open) open.model = event.model;
        return;
      }
      // A plan that made parts is the end of the attempt, and has no score.
      case "attempt.planned":
        if (event.parts > 0) view.open.delete(attempt);
        return;
      case "attempt.gated":
        return count(view, attempt, event.score);
      case "attempt.failed":
        return count(view, attempt, failureScore(event.kind));
      case "attempt.integrated":
      case "attempt.deferred":
        view.open.delete(attempt);
        return;
      case "brake.engaged":
        return engage(view, stream, atMs, event.scope);
      case "brake.canary-started":
      case "brake.released":
      case "brake.latched":
        return move(view, stream, event);
    }
  },
};

/** An attempt counts once: one that fails after it was gated has its score already. */
function count(view: Brakes, attempt: string, score: number | null): void {
  const open = view.open.get(attempt);
  view.open.delete(attempt);
  if (!open || score === null) return;
  view.recent = [...view.recent, score].slice(-BRAKE_SCORES_MAX);
  const scopes =
    open.model === null ? [ALL_SCOPE] : [ALL_SCOPE, brakeScope(open.model, open.category)];
  for (const scope of scopes) {
    const { n, sum } = view.record.get(scope) ?? { n: 0, sum: 0 };
    view.record.set(scope, { n: n + 1, sum: sum + score });
    const scores = view.byScope.get(scope) ?? [];
    view.byScope.set(scope, [...scores, score].slice(-BRAKE_SCORES_MAX));
    const state = view.states.get(scope);
    if (state?.status === "canary")
      state.canaryScores = [...state.canaryScores, score].slice(-BRAKE_SCORES_MAX);
  }
}

function engage(view: Brakes, stream: string, atMs: number, scope: string): void {
  const state = { untilMs: null, sinceMs: atMs, canaryScores: [], stream };
  view.states.set(scope, { status: "engaged", ...state });
}

type Move = Exclude<BrakeEvent, { type: "brake.engaged" }>;

function move(view: Brakes, stream: string, event: Move): void {
  const found = [...view.states].find(([, state]) => state.stream === stream);
  if (!found) return;
  const [scope, state] = found;
  switch (event.type) {
    case "brake.canary-started":
      state.status = "canary";
      state.untilMs = event.untilMs;
      state.canaryScores = [];
      return;
    case "brake.latched":
      state.status = "latched";
      state.untilMs = null;
      return;
    case "brake.released":
      view.states.delete(scope);
      view.byScope.delete(scope);
      if (scope === ALL_SCOPE) view.recent = [];
      return;
  }
}
