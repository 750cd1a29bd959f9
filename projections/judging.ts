import { idOf } from "@nightshift/protocol/ids";
import type { Output } from "@nightshift/protocol/task";
import { learned, NO_DRIFT, type Drift } from "./drift.ts";
import type { EventNamed } from "./words/event-named.ts";
import type { Projection } from "./projection.ts";

/** What was said of one attempt by heuristics and judge, and by whom. */
type Judged = {
  attempt: string;
  category: string;
  output: Output;
  judgedBy: string;
  heuristic: number;
  /** As the judge gave it, before any calibration. */
  judge: number;
  blend: number;
  /** The event that tells it. */
  event: string;
};

/** The same, with what a person made of it. */
export type Graded = Judged & { human: number; gradedEvent: string };

export type Judging = {
  /** Attempts that no judge has seen yet. */
  open: Map<string, { category: string; output: Output }>;
  /** The latest, oldest first. */
  judged: Judged[];
  /** The latest that a person graded, oldest first; of two grades for one attempt, the later. */
  graded: Graded[];
  /** How far each judge and the heuristics have drifted apart, by `judgeOf`. */
  drift: Map<string, Drift>;
};

const JUDGED_KEPT = 500;
const GRADED_KEPT = 500;

type Read = EventNamed<
  | "attempt.started"
  | "attempt.assessed"
  | "attempt.graded"
  | "attempt.failed"
  | "attempt.deferred"
  | "attempt.planned"
>;

/** A judge is its family under one version of criteria, anchors and prompt. */
export function judgeOf({ family, rubric }: { family: string; rubric: string }): string {
  return `${family}|${rubric}`;
}

/** What judges are calibrated by, and watched for drift (C22, D24, H4). */
export const judging: Projection<Judging, Read> = {
  name: "judging",
  version: 2,
  reads: [
    "attempt.started",
    "attempt.assessed",
    "attempt.graded",
    "attempt.failed",
    "attempt.deferred",
    "attempt.planned",
  ],
  initial: () => ({ open: new Map(), judged: [], graded: [], drift: new Map() }),
  apply(view, { id, stream, event }) {
    const attempt = idOf(stream);
    switch (event.type) {
      case "attempt.started": {
        const { category, output } = event;
        view.open.set(attempt, { category, output });
        return;
      }
      case "attempt.assessed":
        return judge(view, attempt, event, id);
      case "attempt.graded":
        return grade(view, attempt, event.score, id);
      case "attempt.planned":
        if (event.parts > 0) view.open.delete(attempt);
        return;
      case "attempt.failed":
      case "attempt.deferred":
        view.open.delete(attempt);
        return;
    }
  },
};

function judge(
  view: Judging,
  attempt: string,
  event: EventNamed<"attempt.assessed">,
  id: string,
): void {
  const begun = view.open.get(attempt);
  view.open.delete(attempt);
  if (!begun) return;
  const { heuristic, judge: score, blend } = event;
  const judgedBy = judgeOf(event);
  const one = { attempt, ...begun, judgedBy, heuristic, judge: score, blend, event: id };
  view.judged = [...view.judged, one].slice(-JUDGED_KEPT);
  const before = view.drift.get(judgedBy) ?? NO_DRIFT;
  // An alarm is what the log says was one: when to speak is the director's to set, and may change.
  view.drift.set(judgedBy, learned(before, heuristic - score, event.drift !== undefined));
}

/** A grade for what was judged too long ago to be kept says nothing of the judge of now. */
function grade(view: Judging, attempt: string, human: number, gradedEvent: string): void {
  const judged = view.judged.findLast((one) => one.attempt === attempt);
  if (!judged) return;
  const others = view.graded.filter((one) => one.attempt !== attempt);
  view.graded = [...others, { ...judged, human, gradedEvent }].slice(-GRADED_KEPT);
}
