import type { Peer } from "@nightshift/protocol/bus";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import type { Caller } from "../caller.ts";
import type { Ask } from "../gate.ts";
import type { Call } from "./call.ts";
import type { CallLog } from "./log/call-log.ts";
import { MemoryCalls } from "./memory-calls.ts";
import { stateOf } from "./story.ts";
import type { TaskState } from "@nightshift/protocol/a2a";
import type { Request } from "./moment.ts";
import type { OpenCall } from "./open-call.ts";
import { workOn } from "./work.ts";

/** Calls of one guest that are begun in the log while it is open; more are refused. */
const GUEST_CALLS_KEPT_MAX = 1_000;

/** Where calls are kept besides the memory of this process, and which of them. */
export type Keeping = {
  log: CallLog;
  /** The house's own calls are in the log as their caller wrote them; those of guests are not. */
  keeps: (caller: Caller) => boolean;
};

/** A line of a list of calls. */
export type Listed = { id: string; context: string; state: TaskState; sinceMs: number };

/** The calls of one agent: begun once a message, worked on, found again. */
export class Desk {
  readonly #peer: Peer;
  readonly #keeping: Keeping | undefined;
  readonly #memory: MemoryCalls;
  readonly #running = new Set<OpenCall>();
  readonly #busy = new Map<string, number>();

  constructor(peer: Peer, keeping: Keeping | undefined, now: () => number) {
    this.#peer = peer;
    this.#keeping = keeping;
    this.#memory = new MemoryCalls(now);
  }

  /**
   * Begins a call, or finds the one that the same caller's same message began. A call that failed or
   * was cancelled has no answer: its message may be sent again.
   * @throws RpcFailure -32050 when the caller has too many at once.
   */
  async begin(ask: Ask, about: About, caller: Caller): Promise<Call> {
    const asked = { from: caller.name, to: this.#peer.card.name, skill: ask.skill, ...about };
    if (this.#keeping?.keeps(caller)) return this.#beginKept(this.#keeping, ask, asked, caller);
    const known = this.#memory.known(asked);
    if (known) return known;
    this.#enter(caller);
    const call = this.#memory.open(asked);
    void this.#run(call, ask, caller);
    return call;
  }

  /** A call of this caller; undefined for another's, as for none. */
  async find(id: string, { name: from }: Caller): Promise<Call | undefined> {
    const call = this.#memory.find(id);
    if (call) return call.request.from === from ? call : undefined;
    return this.#keeping?.log.find(id, { from, to: this.#peer.card.name });
  }

  /** The caller's calls, in no order. */
  async list({ name: from }: Caller): Promise<Listed[]> {
    const listed: Listed[] = [];
    for (const { request, moments } of this.#memory.all()) {
      if (request.from !== from) continue;
      const sinceMs = moments.at(-1)?.atMs ?? 0;
      const { id, context } = request;
      listed.push({ id, context, state: stateOf(moments), sinceMs });
    }
    for (const [id, call] of (await this.#keeping?.log.list()) ?? []) {
      if (call.from !== from || call.to !== this.#peer.card.name) continue;
      const { context, sinceMs } = call;
      listed.push({ id, context, state: keptStates[call.state], sinceMs });
    }
    return listed;
  }

  /** Fails what is being worked on. */
  stop(reason: string): void {
    for (const call of this.#running) call.stop({ state: "failed", detail: reason });
  }

  async #beginKept(
    { log }: Keeping,
    ask: Ask,
    asked: Omit<Request, "id">,
    caller: Caller,
  ): Promise<Call> {
    // The log would not give it back as it came.
    if (!isPlain(asked.context) || !isPlain(asked.message))
      throw new RpcFailure(codes.invalidParams, "an id holds what is no text");
    this.#enter(caller);
    const callsMax = caller.standing === "guest" ? GUEST_CALLS_KEPT_MAX : Infinity;
    try {
      const opened = await log.open(asked, ask.input, callsMax);
      if (opened.isNew) void this.#run(opened.call, ask, caller);
      else this.#leave(caller);
      return opened.call;
    } catch (error) {
      this.#leave(caller);
      throw error;
    }
  }

  /** What is kept outlives its caller's connection; what is not ends with it. */
  async #run(call: OpenCall, ask: Ask, caller: Caller): Promise<void> {
    this.#running.add(call);
    // Nobody pays for work whose answer has nowhere to go.
    const drop = () => call.stop({ state: "canceled", detail: "its caller is gone" });
    if (!call.isKept && caller.gone.aborted) drop();
    if (!call.isKept) caller.gone.addEventListener("abort", drop, { once: true });
    let isAtWork = true;
    void workOn(call, this.#peer, ask, caller).then(() => (isAtWork = false));
    await call.over();
    if (isAtWork) call.release();
    caller.gone.removeEventListener("abort", drop);
    this.#running.delete(call);
    this.#leave(caller);
    if (!call.isKept) this.#memory.ended(call);
  }

  #enter(caller: Caller): void {
    const count = this.#busy.get(caller.name) ?? 0;
    if (count >= caller.inFlightMax) throw new RpcFailure(codes.busy, "too many calls at once");
    this.#busy.set(caller.name, count + 1);
  }

  #leave({ name }: Caller): void {
    const count = this.#busy.get(name) ?? 0;
    if (count > 1) this.#busy.set(name, count - 1);
    else this.#busy.delete(name);
  }
}

type About = { message: string; context: string };

function isPlain(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

const keptStates = {
  working: "TASK_STATE_WORKING",
  completed: "TASK_STATE_COMPLETED",
  failed: "TASK_STATE_FAILED",
  canceled: "TASK_STATE_CANCELED",
  rejected: "TASK_STATE_REJECTED",
} as const satisfies Record<string, TaskState>;
