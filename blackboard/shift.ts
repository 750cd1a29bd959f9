import { Refusal } from "@nightshift/protocol/errors";
import type { ShiftCommand, ShiftEvent } from "@nightshift/protocol/shift";
import type { Decider } from "./decider.ts";
import { fence } from "./fence.ts";
import { same } from "./same.ts";

/** All shifts of a director, and who leads: epochs grow over all nights. */
export type ShiftState = {
  /** Of the latest shift; 0 before the first. */
  number: number;
  running: boolean;
  /** Null from the end of a shift until the next election. */
  leader: string | null;
  /** Of the latest election; 0 before the first. */
  epoch: number;
  electedAtMs: number;
  /** The leader's last sign of life. */
  aliveAtMs: number;
  /** Of the running shift; 0 before its first. */
  cycle: number;
  paused: { reason: string; untilMs: number | null } | null;
  sealed: { root: string; streams: number; upTo: string } | null;
  ended: { reason: string } | null;
};

/** Who leads and what a shift goes through (DESIGN: The log, Fencing). */
export const shift: Decider<ShiftState, ShiftCommand, ShiftEvent> = {
  initial: {
    number: 0,
    running: false,
    leader: null,
    epoch: 0,
    electedAtMs: 0,
    aliveAtMs: 0,
    cycle: 0,
    paused: null,
    sealed: null,
    ended: null,
  },

  decide(command, state) {
    if (command.type === "shift.start") return start(command, state);
    if (command.type === "shift.elect") return elect(command, state);
    fence(state.epoch, command.epoch);
    if (command.epoch > state.epoch) {
      throw new Refusal("stale", `epoch ${command.epoch} was never elected`);
    }
    if (command.type === "shift.end" && same(state.ended, { reason: command.reason })) return [];
    if (!state.running) throw new Refusal("out-of-order", "no shift is running");
    return go(command, state);
  },

  evolve(state, event) {
    switch (event.type) {
      case "shift.started":
        return {
          ...state,
          number: event.number,
          running: true,
          cycle: 0,
          paused: null,
          sealed: null,
          ended: null,
        };
      case "shift.leader-elected": {
        const { leader, epoch, atMs } = event;
        return { ...state, leader, epoch, electedAtMs: atMs, aliveAtMs: atMs };
      }
      case "shift.cycle-started":
        return { ...state, cycle: event.cycle, aliveAtMs: event.atMs, sealed: null };
      case "shift.paused":
        return { ...state, paused: { reason: event.reason, untilMs: event.untilMs } };
      case "shift.resumed":
        return { ...state, paused: null };
      case "shift.sealed": {
        const { root, streams, upTo } = event;
        return { ...state, sealed: { root, streams, upTo } };
      }
      case "shift.ended":
        return { ...state, running: false, leader: null, ended: { reason: event.reason } };
    }
  },
};

type Command<T extends ShiftCommand["type"]> = Extract<ShiftCommand, { type: T }>;

/** A shift that a crash left running goes on under whoever leads now. */
function start(command: Command<"shift.start">, state: ShiftState): ShiftEvent[] {
  const leads = state.leader === command.leader;
  if (state.running) {
    if (leads) return [];
    throw new Refusal("out-of-order", `shift ${state.number} is running, led by ${state.leader}`);
  }
  if (!leads)
    throw new Refusal("stale", `${state.leader ?? "nobody"} leads, not ${command.leader}`);
  const { untilMs, timeZone, sandbox } = command;
  return [{ type: "shift.started", number: state.number + 1, untilMs, timeZone, sandbox }];
}

function elect(command: Command<"shift.elect">, state: ShiftState): ShiftEvent[] {
  const { leader, nowMs, leaseMs } = command;
  if (state.leader === leader) return [];
  if (state.leader !== null) {
    const incumbent = whatIsKnown(command, state);
    const leased = nowMs - state.aliveAtMs < leaseMs;
    if (incumbent === "alive" || (incumbent === "unknown" && leased)) {
      const since = new Date(state.electedAtMs).toISOString();
      throw new Refusal("already-leading", `${state.leader} leads since ${since}`);
    }
  }
  return [{ type: "shift.leader-elected", leader, epoch: state.epoch + 1, atMs: nowMs }];
}

/** "None" and what was seen of an earlier leader say nothing about the one who leads now. */
function whatIsKnown(
  { incumbent, observedEpoch }: Command<"shift.elect">,
  { epoch }: ShiftState,
): "alive" | "gone" | "unknown" {
  if (incumbent === "none") return "unknown";
  return observedEpoch !== undefined && observedEpoch !== epoch ? "unknown" : incumbent;
}

type Step = Exclude<ShiftCommand, { type: "shift.start" | "shift.elect" }>;

function go(command: Step, state: ShiftState): ShiftEvent[] {
  switch (command.type) {
    case "shift.start-cycle": {
      const { epoch, nowMs } = command;
      if (state.cycle > 0 && state.aliveAtMs === nowMs) return [];
      return [{ type: "shift.cycle-started", cycle: state.cycle + 1, epoch, atMs: nowMs }];
    }
    case "shift.pause": {
      const { reason, untilMs } = command;
      if (same(state.paused, { reason, untilMs })) return [];
      return [{ type: "shift.paused", reason, untilMs }];
    }
    case "shift.resume":
      return state.paused ? [{ type: "shift.resumed" }] : [];
    case "shift.seal": {
      const { root, streams, upTo } = command;
      if (same(state.sealed, { root, streams, upTo })) return [];
      return [{ type: "shift.sealed", root, streams, upTo }];
    }
    case "shift.end":
      return [{ type: "shift.ended", reason: command.reason }];
  }
}
