import type { CallEvent } from "@nightshift/protocol/call";
import { idOf } from "@nightshift/protocol/ids";
import type { Projection } from "./projection.ts";

/** Calls that are remembered; of more, those that ended longest ago are forgotten. */
const CALLS_MAX = 10_000;

type ServedCall = {
  from: string;
  to: string;
  context: string;
  /** The process that runs it. */
  server: string;
  state: "working" | "completed" | "failed" | "canceled" | "rejected";
  /** Milliseconds since 1970 when it came to that. */
  sinceMs: number;
};

/** By the call's id, those that ended last at the end. */
export type ServedCalls = Map<string, ServedCall>;

type Told = Extract<CallEvent, { type: "call.received" | "call.ended" }>;

/** The calls that are served from the log: what A2A's ListTasks tells, on every replica alike. */
export const servedCalls: Projection<ServedCalls, Told> = {
  name: "served-calls",
  version: 1,
  reads: ["call.received", "call.ended"],
  initial: () => new Map(),
  apply(view, { stream, event, atMs: sinceMs }) {
    const id = idOf(stream);
    if (event.type === "call.received") {
      const { from, to, context, server } = event;
      view.set(id, { from, to, context, server, state: "working", sinceMs });
    } else {
      const call = view.get(id);
      if (!call) return;
      view.delete(id);
      view.set(id, { ...call, state: event.state, sinceMs });
    }
    if (view.size > CALLS_MAX) forgetOne(view);
  },
};

function forgetOne(view: ServedCalls): void {
  for (const [id, { state }] of view) {
    if (state === "working") continue;
    view.delete(id);
    return;
  }
}
