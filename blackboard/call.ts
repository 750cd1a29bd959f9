import type { CallCommand, CallEvent } from "@nightshift/protocol/call";
import { Refusal } from "@nightshift/protocol/errors";
import type { Decider } from "./decider.ts";
import { same } from "./same.ts";

/** Notes of one call that are kept; what it says after them is not (I8). */
export const NOTES_MAX = 200;
const NOTE_CHARS_MAX = 300;

type Told<T extends CallEvent["type"]> = Omit<Extract<CallEvent, { type: T }>, "type">;

export type CallState = {
  status: "absent" | "sent" | "working" | "finished";
  sent: Told<"call.sent"> | null;
  notes: number;
  lastNote: string | null;
  finished: Told<"call.finished"> | null;
};

/** One delegation: asked once, answered once. */
export const call: Decider<CallState, CallCommand, CallEvent> = {
  initial: { status: "absent", sent: null, notes: 0, lastNote: null, finished: null },

  decide(command, state) {
    if (command.type === "call.send") {
      const { type: _, ...sent } = command;
      if (same(state.sent, sent)) return [];
      if (state.sent) throw new Refusal("out-of-order", "this call asks for something else");
      return [{ type: "call.sent", ...sent }];
    }
    if (!state.sent) throw new Refusal("not-found", "no such call was sent");
    switch (command.type) {
      case "call.work":
        return work(command.note, state);
      case "call.finish": {
        const { type: _, ...finished } = command;
        if (same(state.finished, finished)) return [];
        if (state.finished) {
          throw new Refusal("out-of-order", `this call is ${state.finished.state} already`);
        }
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
      case "call.working":
        return { ...state, status: "working", notes: state.notes + 1, lastNote: event.note };
      case "call.finished": {
        const { type: _, ...finished } = event;
        return { ...state, status: "finished", finished };
      }
    }
  },
};

function work(note: string, { status, notes, lastNote }: CallState): CallEvent[] {
  if (status === "finished") throw new Refusal("out-of-order", "this call is finished");
  if (note.length > NOTE_CHARS_MAX) {
    throw new Refusal("too-long", `a note has at most ${NOTE_CHARS_MAX} characters`);
  }
  if (note === lastNote || notes >= NOTES_MAX) return [];
  return [{ type: "call.working", note }];
}
