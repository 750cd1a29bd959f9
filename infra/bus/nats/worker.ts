import { StreamResponse } from "@nightshift/protocol/a2a";
import { Lost } from "@nightshift/protocol/errors";
import { codes, toRpcError } from "@nightshift/protocol/rpc";
import type { SkillName } from "@nightshift/protocol/skills";
import type { JsMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { setTimeout as sleep } from "node:timers/promises";
import type { Caller } from "../caller.ts";
import type { Served } from "../served.ts";
import type { Callers } from "./callers.ts";
import { openJetStream, type JetStream } from "./jetstream.ts";
import { takeWork, type Outcome } from "./leases.ts";
import type { Roster } from "./roster.ts";
import { Fenced, newestOf, WorkLog, type WorkEntry } from "./work-log.ts";
import { readOrder, skillIn, WORK_METHOD, type WorkOrder } from "./work-order.ts";

export type WorkerOptions = {
  agent: string;
  session: string;
  served: Served;
  callers: Callers;
  roster: Roster;
  leaseMs: number;
  /** Skills that are not begun again when the process that was at them is gone. */
  costly: ReadonlySet<SkillName>;
};

/** Calls that one process works on at once for one agent; more wait, or go to its other processes. */
const AT_ONCE_MAX = 16;
/** Milliseconds in which a caller that is alive gives a sign. */
const CALLER_MS = 4_000;
const LOOK_EVERY_MS = 100;

/** Works on what the queue has for one agent: each piece is a call, served as on any other binding. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #stopping = new AbortController();
  /** By subject and round: what this process is at. */
  readonly #running = new Set<string>();
  readonly #port: Promise<JetStream>;
  readonly #work: Promise<void>;

  constructor(nc: NatsConnection, options: WorkerOptions) {
    this.#options = options;
    this.#port = openJetStream(nc, false);
    const { agent, leaseMs } = options;
    const leases = {
      agent,
      leaseMs,
      atOnceMax: AT_ONCE_MAX,
      work: (lease: JsMsg) => this.#do(lease),
    };
    this.#work = this.#port.then(({ stream }) => takeWork(stream, leases, this.#stopping.signal));
  }

  /** Takes no more; resolves when nothing is worked on. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
  }

  async #do(lease: JsMsg): Promise<Outcome> {
    const order = readOrder(this.#options.agent, lease);
    // What cannot be read now cannot be read later: it comes to the dead letters by being tried.
    if (order === null) return "again";
    const id = `${order.subject} ${order.round}`;
    // The broker was away for longer than the lease, and gave it to the one who has it already: the
    // receipt for the first is good for both.
    if (this.#running.has(id)) return "another's";
    this.#running.add(id);
    try {
      return await this.#tell(order, lease);
    } catch (error) {
      if (error instanceof Fenced) return "another's";
      throw error;
    } finally {
      this.#running.delete(id);
    }
  }

  /** One piece of work from its taking up to its end, told as it goes. */
  async #tell(order: WorkOrder, lease: JsMsg): Promise<Outcome> {
    const { round, subject } = order;
    const port = await this.#port;
    const newest = await newestOf(port.manager, subject);
    const told = newest.entry;
    // Done already: a lease that lapsed between the end and its receipt, or a message sent twice.
    if (told !== null && (told.round > round || (told.kind === "end" && told.round === round))) {
      return "done";
    }
    const delivery = lease.info.deliveryCount;
    const { session } = this.#options;
    const writer = `${order.key}:${round}:${delivery}:${session}`;
    const log = new WorkLog(port, { subject, writer, seq: newest.seq });
    await log.append({ kind: "taken", round, delivery, session });
    const skill = skillIn(lease.subject);
    const isCostly = skill !== null && this.#options.costly.has(skill);
    if (delivery > 1 && isCostly) {
      await log.append(lostAt(round, "the process that was at it is gone"));
      return "done";
    }
    const isOver = await this.#serve(order, log);
    if (isOver) return "done";
    // This process was told to go in the middle of it. What may be begun again is another's.
    if (!isCostly) return "again";
    await log.append(lostAt(round, "the process that was at it was told to go"));
    return "done";
  }

  /** @returns whether it ended; it did not where this process was stopped in the middle of it. */
  async #serve(order: WorkOrder, log: WorkLog): Promise<boolean> {
    const { round, beside, params } = order;
    const { served } = this.#options;
    const caller = await this.#callerOf(order);
    let answered = false;
    const telling = new AbortController();
    try {
      if (caller === null) throw new Lost("nobody waits for it any more");
      const { version, extensions } = beside;
      const asked = { method: WORK_METHOD, params, version, extensions };
      const emit = async (event: unknown) => {
        answered ||= isAnswer(event);
        try {
          await log.append({ kind: "event", round, event });
        } catch (error) {
          telling.abort(error);
          throw error;
        }
      };
      await served.stream(asked, caller, emit, telling.signal);
    } catch (error) {
      // Fenced, or without a broker: there is nobody to tell, and nothing to end.
      if (telling.signal.aborted) throw telling.signal.reason;
      if (this.#stopping.signal.aborted) return false;
      const told = error instanceof Lost ? lostAt(round, error.message) : failedAt(round, error);
      await log.append(told);
      return true;
    }
    if (!answered && this.#stopping.signal.aborted) return false;
    await log.append({ kind: "end", round, answered, lost: false, error: null });
    return true;
  }

  /** The caller once its process gave a sign; null where it is gone and nobody waits. */
  async #callerOf({ caller, beside }: WorkOrder): Promise<Caller | null> {
    const { callers, roster } = this.#options;
    const { session } = beside;
    for (let waited = 0; waited < CALLER_MS; waited += LOOK_EVERY_MS) {
      if (session === undefined || roster.isHere(caller, session)) {
        return callers.of(caller, session);
      }
      await sleep(LOOK_EVERY_MS);
    }
    return null;
  }
}

function lostAt(round: number, message: string): WorkEntry {
  const error = { code: codes.internal, message };
  return { kind: "end", round, answered: false, lost: true, error };
}

function failedAt(round: number, error: unknown): WorkEntry {
  return { kind: "end", round, answered: false, lost: false, error: toRpcError(error) };
}

function isAnswer(event: unknown): boolean {
  const read = StreamResponse.safeParse(event);
  if (!read.success) return false;
  if ("task" in read.data) return isFinal(read.data.task.status.state);
  return "statusUpdate" in read.data && isFinal(read.data.statusUpdate.status.state);
}

function isFinal(state: string): boolean {
  return state === "TASK_STATE_COMPLETED" || state === "TASK_STATE_REJECTED";
}
