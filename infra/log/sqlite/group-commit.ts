import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Admitted } from "@nightshift/blackboard/admission";
import { Conflict, Unavailable } from "@nightshift/protocol/errors";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { CHAIN_START, linkHash, type Link } from "../chain.ts";
import { failpoint } from "../failpoint.ts";
import { cellNumber, cellText } from "./rows.ts";
import { explain, isBusy, isConstraint } from "./errors.ts";

/** Most appends that share one transaction and one fsync. */
const GROUP_MAX = 256;
/** Most appends that wait; who comes then is told at once. */
const QUEUE_MAX = 10_000;
/** Milliseconds until another try while another process holds the lock. */
const BUSY_PAUSE_MS = 3;

type Job = {
  stream: string;
  events: readonly Admitted[];
  revision: number;
  deadlineMs: number;
  resolve: (position: bigint) => void;
  reject: (error: unknown) => void;
};
type Outcome = { position: bigint; written: boolean } | { error: unknown };

/**
 * The writer of a log file: appends that are waiting at the same time become durable by one fsync.
 * Each has a savepoint of its own, so that what goes wrong in one fails its caller alone.
 */
export class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #committed: () => void;
  readonly #queue: Job[] = [];
  readonly #head: StatementSync;
  readonly #byId: StatementSync;
  readonly #insert: StatementSync;
  readonly #last: StatementSync;
  readonly #setLast: StatementSync;
  #due: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;

  /** @param committed Called after each commit, before the callers hear of it. */
  constructor(db: DatabaseSync, path: string, committed: () => void) {
    this.#db = db;
    this.#path = path;
    this.#committed = committed;
    this.#head = db.prepare(
      "SELECT revision, hash FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1",
    );
    this.#byId = db.prepare("SELECT stream, position FROM event WHERE id = ?");
    this.#insert = db.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#last = db.prepare("SELECT last_position FROM log_state");
    this.#setLast = db.prepare(
      "UPDATE log_state SET last_position = ?, schema_version = max(schema_version, ?)",
    );
  }

  /** @throws Conflict, Unavailable as `EventStore.append` does. */
  append(
    stream: string,
    events: readonly Admitted[],
    options: { revision: number; timeoutMs: number },
  ): Promise<bigint> {
    const { promise, resolve, reject } = Promise.withResolvers<bigint>();
    if (this.#queue.length >= QUEUE_MAX) {
      reject(new Unavailable(`${QUEUE_MAX} appends wait for ${this.#path} already`));
      return promise;
    }
    const deadlineMs = performance.now() + options.timeoutMs;
    this.#queue.push({ stream, events, revision: options.revision, deadlineMs, resolve, reject });
    // Not in this turn: whoever appends in it shares the transaction.
    this.#schedule();
    return promise;
  }

  /** Writes what waits, once; what a lock keeps from being written is told `Unavailable`. */
  close(): void {
    while (this.#queue.length > 0) {
      const before = this.#queue.length;
      this.#commitGroup();
      if (this.#queue.length === before) break;
    }
    clearImmediate(this.#due);
    clearTimeout(this.#retry);
    const closed = new Unavailable("the log is closed");
    for (const job of this.#queue.splice(0)) job.reject(closed);
  }

  #schedule(): void {
    if (this.#retry === undefined) this.#due ??= setImmediate(() => this.#commitGroup());
  }

  #commitGroup(): void {
    this.#due = undefined;
    this.#retry = undefined;
    const group = this.#queue.splice(0, GROUP_MAX);
    const settle = this.#transact(group);
    if (this.#queue.length > 0) this.#schedule();
    settle();
  }

  /** @returns What is left to do: tell each caller. */
  #transact(group: readonly Job[]): () => void {
    try {
      this.#db.exec("BEGIN IMMEDIATE");
    } catch (error) {
      if (isBusy(error)) return this.#putBack(group, error);
      return rejectAll(group, explain(error, this.#path));
    }
    try {
      const outcomes = this.#writeAll(group);
      const types = group.flatMap((job, index) => typesWritten(job, outcomes[index]));
      for (const type of types) failpoint(`append:${type}:before`);
      this.#db.exec("COMMIT");
      for (const type of types) failpoint(`append:${type}:after`);
      if (types.length > 0) this.#committed();
      return () => group.forEach((job, index) => tell(job, outcomes[index]));
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      return rejectAll(group, explain(error, this.#path));
    }
  }

  #writeAll(group: readonly Job[]): Outcome[] {
    const before = cellNumber(this.#last.get()?.["last_position"]);
    let last = before;
    const outcomes = group.map((job): Outcome => {
      this.#db.exec("SAVEPOINT caller");
      try {
        const known = this.#repeated(job);
        if (known === undefined) this.#write(job, last);
        this.#db.exec("RELEASE caller");
        if (known === undefined) last += job.events.length;
        return { position: known ?? BigInt(last), written: known === undefined };
      } catch (error) {
        if (!isCallersOwn(error)) throw error;
        this.#db.exec("ROLLBACK TO caller");
        this.#db.exec("RELEASE caller");
        return { error };
      }
    });
    if (last > before) this.#setLast.run(last, SCHEMA_VERSION);
    return outcomes;
  }

  /** The position an append answered with when it was made before; undefined for a new one. */
  #repeated({ stream, events }: Job): bigint | undefined {
    const positions: number[] = [];
    for (const { id } of events) {
      const row = this.#byId.get(id);
      if (!row || cellText(row["stream"]) !== stream) return undefined;
      positions.push(cellNumber(row["position"]));
    }
    return BigInt(positions.at(-1) ?? 0);
  }

  #write({ stream, events, revision }: Job, last: number): void {
    const head = this.#head.get(stream);
    const count = head ? cellNumber(head["revision"]) + 1 : 0;
    if (count !== revision) throw new Conflict(stream, revision, count);
    let previous = head ? cellText(head["hash"]) : CHAIN_START;
    for (const [index, admitted] of events.entries()) {
      const link = {
        ...admitted,
        stream,
        revision: revision + index,
        type: admitted.event.type,
        version: SCHEMA_VERSION,
      };
      previous = linkHash(previous, link);
      this.#insertEvent(last + index + 1, link, previous);
    }
  }

  #insertEvent(position: number, link: Link, hash: string): void {
    const { stream, revision, id, type, atMs, actor, causation, correlation, version, body } = link;
    const envelope = [id, type, atMs, actor, causation, correlation, version] as const;
    try {
      this.#insert.run(position, stream, revision, ...envelope, body, hash);
    } catch (error) {
      if (!isConstraint(error) || !this.#byId.get(id)) throw error;
      throw new IdTaken(`event ${id} is there already, others with it are not`);
    }
  }

  #putBack(group: readonly Job[], error: unknown): () => void {
    const now = performance.now();
    this.#queue.unshift(...group.filter((job) => job.deadlineMs > now));
    this.#retry = setTimeout(() => this.#commitGroup(), BUSY_PAUSE_MS);
    const late = group.filter((job) => job.deadlineMs <= now);
    return rejectAll(late, explain(error, this.#path));
  }
}

/** An id that is written already, in an append that is not the one it came with: a bug. */
class IdTaken extends Error {}

/** Whether an error is about one append, and the others of its group may go on. */
function isCallersOwn(error: unknown): boolean {
  return error instanceof Conflict || error instanceof IdTaken;
}

function typesWritten(job: Job, outcome: Outcome | undefined): string[] {
  const written = outcome && "written" in outcome && outcome.written;
  return written ? job.events.map(({ event }) => event.type) : [];
}

function tell(job: Job, outcome: Outcome | undefined): void {
  if (outcome && "position" in outcome) job.resolve(outcome.position);
  else job.reject(outcome?.error);
}

function rejectAll(group: readonly Job[], error: unknown): () => void {
  return () => group.forEach((job) => job.reject(error));
}
