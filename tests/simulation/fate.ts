import type { EventType } from "@nightshift/protocol/events";
import type { Chance } from "./chance.ts";

/** What befalls a process of the dispatcher when it appends, or moves a ref, for the nth time. */
export type Fate =
  | { kind: "none" }
  /** Dies before the append, or after it and before it hears of it. */
  | { kind: "dies"; on: On; at: number; landed: boolean }
  /** Dies before it moves a ref, or after that. */
  | { kind: "dies-in-git"; at: number; landed: boolean }
  /** Hangs there until it is woken: another leads by then. */
  | { kind: "hangs"; on: On; at: number }
  /** The director stops it: gently, or at once. */
  | { kind: "stopped" | "cancelled"; on: On; at: number }
  /** The disk fails once, with or without the event on it. */
  | { kind: "disk-fails"; on: On; at: number; landed: boolean };

/** Only appends that begin with such an event count; null: all of them do. */
type On = EventType | null;

/** Any fate; most at a turning point, where a death between two steps would hurt most. */
export function fateOf(chance: Chance): Fate {
  const kind = chance.weighted({
    dies: 6,
    "dies-in-git": 2,
    hangs: 4,
    stopped: 1,
    cancelled: 1,
    "disk-fails": 1,
  });
  const landed = chance.odds(0.5);
  if (kind === "dies-in-git") return { kind, at: chance.between(1, 6), landed };
  const phase = chance.weighted({ any: 3, lead: 1, claim: 1, pay: 2, merge: 4, end: 2 });
  // As often among the first ten appends as among the last hundreds.
  const at = Math.floor(Math.exp(chance.next() * Math.log(phase === "any" ? 500 : 5)));
  return { kind, on: phase === "any" ? null : chance.pick(TURNING_POINTS[phase]), at, landed };
}

const TURNING_POINTS = {
  lead: ["shift.leader-elected", "shift.started", "repo.fenced", "brake.engaged", "shift.sealed"],
  claim: ["repo.locked", "task.claimed", "attempt.started", "attempt.planned", "attempt.awarded"],
  pay: ["budget.reserved", "call.sent", "call.finished", "budget.settled", "attempt.executed"],
  merge: [
    "attempt.gated",
    "repo.branch-published",
    "repo.merge-intended",
    "repo.merged",
    "repo.reverted",
    "review.requested",
  ],
  end: [
    "attempt.integrated",
    "attempt.failed",
    "attempt.deferred",
    "genome.evaluated",
    "repo.unlocked",
    "task.completed",
    "task.returned",
    "task.split",
  ],
} as const satisfies Record<string, readonly EventType[]>;
