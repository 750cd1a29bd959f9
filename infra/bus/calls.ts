import { StreamResponse } from "@nightshift/protocol/a2a";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import type { Caller } from "./caller.ts";
import type { Handler } from "./handler.ts";
import { createRelay, type Relay } from "./relay.ts";

/** Calls that an agent remembers by their message id after they were answered. */
const ANSWERED_MAX = 1_000;

/** A call that runs, or one that was answered; `task` is its A2A id. */
export type Call =
  | { running: true; caller: string; relay: Relay }
  | { running: false; caller: string; task: string };

/** The calls of one agent by caller and message id: the same message is one call with one answer. */
export interface Calls {
  /**
   * Starts a call, or finds the one that the same caller's same message started. A call that failed
   * or was cancelled has no answer: its message may be sent again.
   * @throws RpcFailure when the caller has too many at once.
   */
  start(message: string, params: unknown, caller: Caller): Call;
}

export function createCalls(handler: Handler): Calls {
  const calls = new Map<string, Call>();
  let answered = 0;

  /** Never rejects: what goes wrong reaches those who follow. */
  async function run(key: string, relay: Relay, params: unknown, caller: Caller): Promise<void> {
    const cancellation = new AbortController();
    let task = "";
    let kept = false;
    let failure: Error | undefined;
    try {
      for await (const result of handler.events("SendStreamingMessage", params, caller)) {
        const event = StreamResponse.parse(result);
        if ("task" in event) {
          task = event.task.id;
          cancelWhenGone(handler, task, caller, cancellation.signal);
        }
        if ("statusUpdate" in event) kept = isAnswer(event.statusUpdate.status.state);
        relay.push(result);
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    cancellation.abort();
    calls.delete(key);
    if (kept) remember(key, { running: false, caller: caller.name, task });
    relay.end(failure);
  }

  function remember(key: string, call: Call): void {
    calls.set(key, call);
    answered += 1;
    for (const [oldest, { running }] of calls) {
      if (answered <= ANSWERED_MAX) return;
      if (running) continue;
      calls.delete(oldest);
      answered -= 1;
    }
  }

  return {
    start(message, params, caller) {
      const key = JSON.stringify([caller.name, message]);
      const known = calls.get(key);
      if (known?.running) return known;
      if (known && handler.remembers(known.task)) return known;
      if (known) answered -= 1;
      let running = 0;
      for (const call of calls.values())
        if (call.running && call.caller === caller.name) running += 1;
      if (running >= caller.inFlightMax) throw new RpcFailure(codes.busy, "too many calls at once");
      const call: Call = { running: true, caller: caller.name, relay: createRelay() };
      calls.set(key, call);
      void run(key, call.relay, params, caller);
      return call;
    },
  };
}

/** Nobody pays for work whose answer has nowhere to go. */
function cancelWhenGone(handler: Handler, task: string, caller: Caller, over: AbortSignal): void {
  const cancel = () =>
    void handler.ask("CancelTask", { id: task }, caller).catch(() => {
      // It ended by itself meanwhile.
    });
  if (caller.gone.aborted) cancel();
  else caller.gone.addEventListener("abort", cancel, { once: true, signal: over });
}

function isAnswer(state: string): boolean {
  return state === "TASK_STATE_COMPLETED" || state === "TASK_STATE_REJECTED";
}
