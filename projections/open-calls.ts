import type { AttemptEvent } from "@nightshift/protocol/attempt";
import type { CallEvent } from "@nightshift/protocol/call";
import { idOf } from "@nightshift/protocol/ids";
import type { Projection } from "./projection.ts";

type OpenCall = {
  to: string;
  skill: string;
  task: string;
  attempt: string | null;
  sentAtMs: number;
};

/** Delegations without an answer yet, and the answers that open attempts already have. */
export type OpenCalls = {
  open: Map<string, OpenCall>;
  /** By attempt, then skill. Gone when the attempt ends. */
  answers: Map<string, Map<string, Answer>>;
  /** By open attempt: skills whose latest call has brought no answer, open or not. */
  unanswered: Map<string, Set<string>>;
};

/** The blob of the latest answer, and how many there were. */
type Answer = { blob: string; count: number };

export const openCalls: Projection<OpenCalls, CallEvent | AttemptEvent> = {
  name: "open-calls",
  version: 3,
  reads: [
    "call.sent",
    "call.finished",
    "attempt.started",
    "attempt.planned",
    "attempt.integrated",
    "attempt.failed",
    "attempt.deferred",
  ],
  initial: () => ({ open: new Map(), answers: new Map(), unanswered: new Map() }),
  apply(view, { stream, event, atMs }) {
    const id = idOf(stream);
    if (event.type === "call.sent") {
      const { to, skill, task, attempt } = event;
      view.open.set(id, { to, skill, task, attempt, sentAtMs: atMs });
      // Of an attempt that has ended nothing is kept, whatever its workers still do.
      if (attempt !== null) view.unanswered.get(attempt)?.add(skill);
    } else if (event.type === "call.finished") {
      const call = view.open.get(id);
      view.open.delete(id);
      if (call && call.attempt !== null && event.answer !== null) keep(view, call, event.answer);
    } else if (event.type === "attempt.started") {
      view.unanswered.set(id, new Set());
    } else if (event.type !== "attempt.planned" || event.parts > 0) {
      view.answers.delete(id);
      view.unanswered.delete(id);
    }
  },
};

function keep(
  { answers, unanswered }: OpenCalls,
  { attempt, skill }: OpenCall,
  answer: string,
): void {
  if (attempt === null || !unanswered.has(attempt)) return;
  unanswered.get(attempt)?.delete(skill);
  const ofAttempt = answers.get(attempt) ?? new Map<string, Answer>();
  const count = (ofAttempt.get(skill)?.count ?? 0) + 1;
  answers.set(attempt, ofAttempt.set(skill, { blob: answer, count }));
}
