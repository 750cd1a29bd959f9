import type { ShiftEvent } from "@nightshift/protocol/shift";
import type { Projection } from "./projection.ts";

export type Shifts = {
  /** Of the latest shift; 0 before the first. */
  number: number;
  leader: string | null;
  epoch: number;
  /** Milliseconds since 1970 when the latest shift started; 0 before the first. */
  sinceMs: number;
  untilMs: number | null;
  timeZone: string | null;
  sandbox: string | null;
  status: "none" | "running" | "paused" | "ended";
  cycle: number;
  pausedReason: string | null;
  pausedUntilMs: number | null;
  endedReason: string | null;
  /** Milliseconds since 1970 of the latest sign of life of the leader. */
  leaderSeenAtMs: number;
};

/** The shift of now, and who leads it. */
export const shifts: Projection<Shifts, ShiftEvent> = {
  name: "shifts",
  version: 1,
  reads: [
    "shift.started",
    "shift.leader-elected",
    "shift.cycle-started",
    "shift.paused",
    "shift.resumed",
    "shift.sealed",
    "shift.ended",
  ],
  initial: () => ({
    number: 0,
    leader: null,
    epoch: 0,
    sinceMs: 0,
    untilMs: null,
    timeZone: null,
    sandbox: null,
    status: "none",
    cycle: 0,
    pausedReason: null,
    pausedUntilMs: null,
    endedReason: null,
    leaderSeenAtMs: 0,
  }),
  apply(view, { atMs, event }) {
    if (event.type !== "shift.ended") view.leaderSeenAtMs = atMs;
    switch (event.type) {
      case "shift.started":
        view.number = event.number;
        view.sinceMs = atMs;
        view.untilMs = event.untilMs;
        view.timeZone = event.timeZone;
        view.sandbox = event.sandbox;
        view.status = "running";
        view.cycle = 0;
        view.endedReason = null;
        return resume(view);
      case "shift.leader-elected":
        view.leader = event.leader;
        view.epoch = event.epoch;
        return;
      case "shift.cycle-started":
        view.cycle = event.cycle;
        return;
      case "shift.paused":
        view.status = "paused";
        view.pausedReason = event.reason;
        view.pausedUntilMs = event.untilMs;
        return;
      case "shift.resumed":
        view.status = "running";
        return resume(view);
      case "shift.sealed":
        return;
      case "shift.ended":
        view.status = "ended";
        view.endedReason = event.reason;
        return resume(view);
    }
  },
};

function resume(view: Shifts): void {
  view.pausedReason = null;
  view.pausedUntilMs = null;
}
