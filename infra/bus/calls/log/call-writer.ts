import { call as rules, type CallState } from "@nightshift/blackboard/call";
import { CONFLICTS_MAX } from "@nightshift/blackboard/board";
import type { Pending } from "@nightshift/protocol/envelope";
import { Conflict, Refusal, Unavailable } from "@nightshift/protocol/errors";
import type { CallCommand, CallEvent } from "@nightshift/protocol/call";
import { streamOf } from "@nightshift/protocol/ids";
import type { Deed, Moment, Request } from "../moment.ts";
import { commandOf, momentOf, readCallEvent } from "./call-events.ts";
import type { LogPorts } from "./ports.ts";

const APPEND_TIMEOUT_MS = 10_000;
/** Tries of one append while the log is unavailable; each has the same ids, so it lands once. */
const TRIES_MAX = 3;

/**
 * The board of one call: it decides by the rules of its stream before it appends, as every board
 * does. It keeps the state and decides many deeds for one append, because a call's life is short.
 */
export class CallWriter {
  readonly #ports: LogPorts;
  readonly #request: Request;
  readonly #stream: string;
  #state: CallState = rules.initial;
  #revision = 0;
  #sinceMs = 0;

  constructor(ports: LogPorts, request: Request) {
    this.#ports = ports;
    this.#request = request;
    this.#stream = streamOf("call", request.id);
  }

  /**
   * Begins the stream, if nobody did.
   * @returns what stands in it now; undefined when another has begun it.
   */
  async begin(
    command: Extract<CallCommand, { type: "call.receive" }>,
  ): Promise<readonly Moment[] | undefined> {
    this.#sinceMs = this.#ports.clock.now();
    try {
      return await this.#decide([{ command, deed: undefined }]);
    } catch (error) {
      if (error instanceof Conflict) return undefined;
      throw error;
    }
  }

  /** Brings the state up to the log; @returns what was not known yet. */
  async catchUp(): Promise<Moment[]> {
    const fresh: Moment[] = [];
    for await (const recorded of this.#ports.store.read(this.#stream, { from: this.#revision })) {
      if (recorded.revision === 0) this.#sinceMs = recorded.atMs;
      this.#fold(readCallEvent(recorded.event));
      fresh.push(await momentOf(this.#ports.blobs, recorded));
    }
    return fresh;
  }

  /**
   * Appends what deeds come to; without any it only looks. What others have put there meanwhile is decided upon: after an end
   * of theirs nothing is added.
   * @returns everything that stands after what was known, theirs and ours, in order.
   */
  async append(deeds: readonly Deed[]): Promise<readonly Moment[]> {
    const { blobs, clock, holdMs } = this.#ports;
    const nowMs = clock.now();
    const times = { nowMs, sinceMs: this.#sinceMs, heldUntilMs: nowMs + holdMs };
    if (deeds.length === 0) return this.catchUp();
    const steps: Step[] = [];
    for (const deed of deeds) {
      const command = await commandOf(blobs, this.#request, deed, times);
      if (command) steps.push({ command, deed });
    }
    const all: Moment[] = [];
    for (let conflicts = 1; ; conflicts += 1) {
      try {
        return [...all, ...(await this.#decide(steps))];
      } catch (error) {
        if (!(error instanceof Conflict) || conflicts >= CONFLICTS_MAX) throw error;
        all.push(...(await this.catchUp()));
      }
    }
  }

  async #decide(steps: readonly Step[]): Promise<Moment[]> {
    const { clock, newId, actor, blobs } = this.#ports;
    let state = this.#state;
    const events: { event: CallEvent; deed: Deed | undefined }[] = [];
    for (const { command, deed } of steps) {
      for (const event of decided(command, state)) {
        state = rules.evolve(state, event);
        events.push({ event, deed });
      }
    }
    if (events.length === 0) return [];
    const atMs = clock.now();
    const { message, context } = this.#request;
    const pending = events.map(({ event }): Pending => ({
      id: newId(),
      atMs,
      actor,
      causation: message,
      correlation: context,
      event,
    }));
    await this.#write(pending);
    const first = this.#revision;
    this.#state = state;
    this.#revision += events.length;
    // What was said is at hand: nothing is read back to tell it.
    return Promise.all(
      events.map(async ({ event, deed }, index) =>
        deed?.kind === "answered" && event.type === "call.answered"
          ? { seq: first + index, atMs, deed }
          : momentOf(blobs, { revision: first + index, atMs, event }),
      ),
    );
  }

  async #write(pending: readonly Pending[]): Promise<void> {
    const options = { revision: this.#revision, timeoutMs: APPEND_TIMEOUT_MS };
    for (let tried = 1; ; tried += 1) {
      try {
        return void (await this.#ports.store.append(this.#stream, pending, options));
      } catch (error) {
        if (!(error instanceof Unavailable) || tried >= TRIES_MAX) throw error;
      }
    }
  }

  #fold(event: CallEvent): void {
    this.#state = rules.evolve(this.#state, event);
    this.#revision += 1;
  }
}

type Step = { command: CallCommand; deed: Deed | undefined };

/** Nothing where the call is over: what its server says after that is void. */
function decided(command: CallCommand, state: CallState): CallEvent[] {
  try {
    return rules.decide(command, state);
  } catch (error) {
    if (error instanceof Refusal && state.ended) return [];
    throw error;
  }
}
