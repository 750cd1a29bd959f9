import type { Body, CallCommand, CallEvent } from "@nightshift/protocol/call";
import { Refusal } from "@nightshift/protocol/errors";
import type { Decider } from "./decider.ts";
import { same } from "./same.ts";

/** Notes of one call that are kept; what it says after them is not (I8). */
export const NOTES_MAX = 200;
const NOTE_CHARS_MAX = 300;

type Told<T extends CallEvent["type"]> = Omit<Extract<CallEvent, { type: T }>, "type">;

export type CallState = {
  status: "absent" | "sent" | "working" | "finished";
  /** How it began, as its caller or as its server wrote it. */
  sent: Told<"call.sent"> | null;
  received: Told<"call.received"> | null;
  notes: number;
  lastNote: string | null;
  answer: Body | null;
  finished: Told<"call.finished"> | null;
  ended: Told<"call.ended"> | null;
};

/** One delegation: asked once, answered once. */
export const call: Decider<CallState, CallCommand, CallEvent> = {
  initial: {
    status: "absent",
    sent: null,
    received: null,
    notes: 0,
    lastNote: null,
    answer: null,
    finished: null,
    ended: null,
  },

  decide(command, state) {
    if (command.type === "call.send") return send(command, state);
    if (command.type === "call.receive") return receive(command, state);
    if (state.status === "absent") throw new Refusal("not-found", "no such call was sent");
    switch (command.type) {
      case "call.work":
        return work(command.note, state);
      case "call.hold":
        mustRun(state);
        if (command.untilMs <= (state.received?.heldUntilMs ?? 0)) return [];
        return [{ type: "call.held", untilMs: command.untilMs }];
      case "call.answer": {
        const { answer, durationMs } = command;
        if (same(state.answer, answer)) return [];
        mustRun(state);
        return [{ type: "call.answered", answer }, endedAs("completed", durationMs)];
      }
      case "call.revoke":
        if (state.ended?.state === "canceled") return [];
        mustRun(state);
        return [{ type: "call.revoked", by: command.by }, endedAs("canceled", command.durationMs)];
      case "call.end": {
        const { type: _, ...ended } = command;
        if (same(state.ended, ended)) return [];
        mustRun(state);
        return [{ type: "call.ended", ...ended }];
      }
      case "call.finish": {
        const { type: _, ...finished } = command;
        if (same(state.finished, finished)) return [];
        mustRun(state);
        return [{ type: "call.finished", ...finished }];
      }
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case "call.sent": {
        const { type: _, ...sent } = event;
        return { ...state, status: "sent", sent };
      }
      case "call.received": {
        const { type: _, ...received } = event;
        return { ...state, status: "sent", received };
      }
      case "call.working":
        return { ...state, status: "working", notes: state.notes + 1, lastNote: event.note };
      case "call.held":
        return { ...state, received: state.received && held(state.received, event.untilMs) };
      case "call.revoked":
        return state;
      case "call.answered":
        return { ...state, answer: event.answer };
      case "call.finished": {
        const { type: _, ...finished } = event;
        return { ...state, status: "finished", finished };
      }
      case "call.ended": {
        const { type: _, ...ended } = event;
        return { ...state, status: "finished", ended };
      }
    }
  },
};

function send(command: Extract<CallCommand, { type: "call.send" }>, state: CallState): CallEvent[] {
  const { type: _, ...sent } = command;
  if (same(state.sent, sent)) return [];
  if (state.status !== "absent")
    throw new Refusal("out-of-order", "this call asks for something else");
  return [{ type: "call.sent", ...sent }];
}

/** Who serves a call says in one append that it came and that work on it began. */
function receive(
  command: Extract<CallCommand, { type: "call.receive" }>,
  state: CallState,
): CallEvent[] {
  const { type: _, ...received } = command;
  if (same(state.received, received)) return [];
  if (state.status !== "absent") throw new Refusal("out-of-order", "this call was received before");
  return [
    { type: "call.received", ...received },
    { type: "call.working", note: "" },
  ];
}

function mustRun({ finished, ended }: CallState): void {
  const end = finished ?? ended;
  if (end) throw new Refusal("out-of-order", `this call is ${end.state} already`);
}

function work(note: string, state: CallState): CallEvent[] {
  mustRun(state);
  if (note.length > NOTE_CHARS_MAX) {
    throw new Refusal("too-long", `a note has at most ${NOTE_CHARS_MAX} characters`);
  }
  if (note === state.lastNote || state.notes >= NOTES_MAX) return [];
  return [{ type: "call.working", note }];
}

function held(received: Told<"call.received">, heldUntilMs: number): Told<"call.received"> {
  return { ...received, heldUntilMs: Math.max(received.heldUntilMs, heldUntilMs) };
}

function endedAs(
  state: "completed" | "canceled",
  durationMs: number,
): Extract<CallEvent, { type: "call.ended" }> {
  return { type: "call.ended", state, detail: "", durationMs };
}
