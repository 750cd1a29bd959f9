import { randomUUID } from "node:crypto";
import { Lost, Refusal, Unavailable } from "@nightshift/protocol/errors";
import { codes, fromRpcError } from "@nightshift/protocol/rpc";
import type { SkillName } from "@nightshift/protocol/skills";
import { taskSubject, workSubject } from "@nightshift/protocol/subjects";
import { DeliverPolicy, type ConsumerMessages } from "@nats-io/jetstream";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Wire } from "../delegate.ts";
import { encode } from "./envelope.ts";
import type { Keeper } from "./keeper.ts";
import type { Roster } from "./roster.ts";
import { EVENTS, TASKS } from "./streams.ts";
import { whileAway } from "./while-away.ts";
import type { Asker } from "./wire.ts";
import { newestOf, readEntry, type WorkEntry } from "./work-log.ts";
import { orderHeaders, WORK_METHOD, workKey } from "./work-order.ts";

export type WorkWireOptions = {
  keeper: Keeper;
  roster: Roster;
  asker: Asker;
  principal: string;
  session: string;
};

const Sent = z.object({
  tenant: z.string(),
  message: z.object({ messageId: z.string() }),
});
const Begun = z.object({ task: z.object({ id: z.string() }) });

/** What the consumer of one call asks the broker for: how long a question stays open, and signs. */
const FOLLOW = { expires: 10_000, idle_heartbeat: 2_000, max_messages: 64 };
const LOOK_EVERY_MS = 500;

type Round = { subject: string; number: number; afterSeq: number; isOver: boolean };

/**
 * A call as a piece of work in the queue: it outlives the broker, is leased to one process at a time,
 * and ends once. Its events are read from where they are kept, none left out and none twice.
 */
export function workWire(options: WorkWireOptions, skill: SkillName): Wire {
  return {
    // Everything but the call itself goes to the process that has it.
    request: (...asked) => options.asker.wire({ once: true }).request(...asked),
    async stream(method, params, emit, signal) {
      if (method !== WORK_METHOD) throw new Error(`${method} is no work`);
      await new WorkCall(options, skill, params, emit).run(signal);
    },
  };
}

class WorkCall {
  readonly #options: WorkWireOptions;
  readonly #skill: SkillName;
  readonly #params: object;
  readonly #emit: (event: unknown) => void;
  readonly #agent: string;
  readonly #message: string;
  readonly #over = Promise.withResolvers<void>();
  #takenBy: string | null = null;
  #task: string | null = null;
  #isOver = false;
  #looksInVain = 0;

  constructor(
    options: WorkWireOptions,
    skill: SkillName,
    params: object,
    emit: (event: unknown) => void,
  ) {
    this.#options = options;
    this.#skill = skill;
    this.#params = params;
    this.#emit = emit;
    const { tenant, message } = Sent.parse(params);
    this.#agent = tenant;
    this.#message = message.messageId;
    this.#over.promise.catch(() => undefined); // Heard of where it is waited for.
  }

  async run(signal: AbortSignal): Promise<void> {
    const { roster, keeper, asker } = this.#options;
    if (!roster.has(this.#agent)) {
      throw new Refusal("not-found", `nobody called ${this.#agent} is here`);
    }
    await keeper.employ(this.#agent);
    const round = await this.#round();
    const following = await this.#follow(round);
    let place: number | null = null;
    const stop = () => this.#over.resolve();
    signal.addEventListener("abort", stop, { once: true });
    const watch = setInterval(() => this.#mustBeExpected(), LOOK_EVERY_MS).unref();
    try {
      if (!round.isOver && !signal.aborted) place = await this.#send(round.number);
      if (signal.aborted) stop();
      await this.#over.promise;
    } finally {
      clearInterval(watch);
      signal.removeEventListener("abort", stop);
      if (!this.#isOver && place !== null) await this.#takeBack(place);
      if (this.#task !== null) asker.forget(this.#task);
      void following.close();
    }
  }

  /** Which time of asking this is: the same as the last unless that one failed. */
  async #round(): Promise<Round> {
    const { principal, keeper } = this.#options;
    const subject = workSubject(this.#agent, principal, workKey(principal, this.#message));
    const { seq, entry } = await newestOf(keeper.manager, subject);
    if (entry === null) return { subject, number: 1, afterSeq: seq, isOver: false };
    const hasFailed = entry.kind === "end" && !entry.answered;
    if (hasFailed) return { subject, number: entry.round + 1, afterSeq: seq, isOver: false };
    return { subject, number: entry.round, afterSeq: 0, isOver: entry.kind === "end" };
  }

  /** Reads on, over gaps and restarts of the broker, from the first entry that counts. */
  async #follow({ subject, number, afterSeq }: Round): Promise<ConsumerMessages> {
    const { keeper } = this.#options;
    return whileAway(async () => {
      const consumer = await keeper.stream.consumers.get(EVENTS, {
        name_prefix: randomUUID().slice(0, 8),
        filter_subjects: subject,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: afterSeq + 1,
      });
      return consumer.consume({
        ...FOLLOW,
        callback: (message) => {
          const entry = readEntry(message.string());
          if (entry?.round === number) this.#take(entry);
        },
      });
    });
  }

  #take(entry: WorkEntry): void {
    switch (entry.kind) {
      case "taken":
        this.#takenBy = entry.session;
        return;
      case "event":
        return this.#tell(entry.event);
      case "end": {
        this.#isOver = true;
        if (entry.error === null) return this.#over.resolve();
        if (entry.lost) return this.#over.reject(new Lost(entry.error.message));
        return this.#over.reject(fromRpcError(entry.error));
      }
    }
  }

  #tell(event: unknown): void {
    const begun = Begun.safeParse(event);
    if (begun.success && this.#takenBy !== null) {
      this.#task = begun.data.task.id;
      this.#options.asker.locate(this.#task, this.#takenBy);
    }
    try {
      this.#emit(event);
    } catch (error) {
      const why = `not A2A: ${String(error).slice(0, 200)}`;
      this.#over.reject(new Unavailable(why, { cause: error }));
    }
  }

  /** The same message is the same piece of work, however often it is sent. */
  async #send(round: number): Promise<number> {
    const { keeper, principal, session } = this.#options;
    const key = workKey(principal, this.#message);
    const frame = { jsonrpc: "2.0", id: key, method: WORK_METHOD, params: this.#params };
    const bytes = encode(frame, codes.invalidParams);
    const headers = orderHeaders({ caller: principal, key, round, session });
    const subject = taskSubject(this.#agent, this.#skill);
    const msgID = `${this.#agent}:${key}:${round}`;
    const { seq } = await whileAway(() =>
      keeper.stream.publish(subject, bytes, { msgID, headers }),
    );
    return seq;
  }

  /** Who said goodbye may be followed by another: a service manager starts what it stopped. */
  #mustBeExpected(): void {
    if (this.#options.roster.has(this.#agent)) this.#looksInVain = 0;
    else this.#looksInVain += 1;
    if (this.#looksInVain * LOOK_EVERY_MS < RETURN_MS) return;
    this.#over.reject(new Lost(`${this.#agent} is gone and did not come back`));
  }

  /** Nobody is to begin it any more; whoever has just begun it is told to stop. */
  async #takeBack(place: number): Promise<void> {
    const { keeper, asker } = this.#options;
    await keeper.manager.streams.deleteMessage(TASKS, place).catch(() => {
      // It is done already, or the broker is away: its caller then is gone when it is back.
    });
    for (let waited = 0; waited < STOP_MS && this.#takenBy !== null; waited += STOP_LOOK_MS) {
      if (this.#isOver) return;
      if (this.#task === null) await sleep(STOP_LOOK_MS);
      else {
        const cancelled = { tenant: this.#agent, id: this.#task };
        const stopping = asker.wire({ once: true }).request("CancelTask", cancelled, STOP_MS);
        return void (await stopping.catch(() => {
          // It ended by itself.
        }));
      }
    }
  }
}

/** How long work waits for an agent that left in good order to be there again, ms. */
const RETURN_MS = 10_000;
/** How long a call that nobody wants any more is looked after, ms. */
const STOP_MS = 2_000;
const STOP_LOOK_MS = 20;
