import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Conflict, Unavailable } from "@nightshift/protocol/errors";
import { failpoint } from "../failpoint.ts";
import type { Archive } from "./archive.ts";
import { Checkpoints } from "./checkpoints.ts";
import { explainLog, isBusy } from "./errors.ts";
import { EventWriter, IdTaken } from "./event-writer.ts";
import { WalFile } from "./wal-file.ts";
import { QUEUE_MAX, type Append, type LogWriter } from "./writer.ts";

/** Most appends that share one transaction and one fsync. */
const GROUP_MAX = 256;
/** Milliseconds until another try while another process holds the lock. */
const BUSY_PAUSE_MS = 3;

type Caller = { resolve: (position: bigint) => void; reject: (error: unknown) => void };
type Job = Append & Caller & { deadlineMs: number };
type Outcome = { position: bigint; isNew: boolean } | { error: unknown };

/**
 * The writer of a log file: appends that are waiting at the same time become durable by one fsync.
 * Each has a savepoint of its own, so that what goes wrong in one fails its caller alone.
 */
export class GroupCommit implements LogWriter {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #events: EventWriter;
  readonly #wal: WalFile;
  readonly #checkpoints: Checkpoints;
  readonly #committed: () => void;
  readonly #look: () => void;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  readonly #queue: Job[] = [];
  #due: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isCopyDue = false;

  /**
   * @param how.committed Called after each commit, before the callers hear of it.
   * @param how.look Called before each commit: may `append` what came while the others were written.
   */
  constructor(
    db: DatabaseSync,
    path: string,
    how: { archive: Archive; schemaVersion: number; committed: () => void; look?: () => void },
  ) {
    this.#db = db;
    this.#path = path;
    this.#events = new EventWriter(db, path, how.archive, how.schemaVersion);
    this.#wal = new WalFile(path);
    this.#checkpoints = new Checkpoints(db);
    this.#committed = how.committed;
    this.#look = how.look ?? (() => {});
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#savepoint = db.prepare("SAVEPOINT caller");
    this.#release = db.prepare("RELEASE caller");
  }

  get waiting(): number {
    return this.#queue.length;
  }

  append(append: Append): Promise<bigint> {
    const { promise, resolve, reject } = Promise.withResolvers<bigint>();
    this.enqueue(append, { resolve, reject });
    return promise;
  }

  /** The same for who needs no promise. */
  enqueue(append: Append, { resolve, reject }: Caller): void {
    if (this.#queue.length >= QUEUE_MAX) {
      return reject(new Unavailable(`${QUEUE_MAX} appends wait for ${this.#path} already`));
    }
    const { stream, revision, timeoutMs, entries } = append;
    const deadlineMs = performance.now() + timeoutMs;
    this.#queue.push({ stream, revision, timeoutMs, entries, deadlineMs, resolve, reject });
    // Not in this turn: whoever appends in it shares the transaction.
    this.#schedule();
  }

  async close(): Promise<void> {
    while (this.#queue.length > 0) {
      const before = this.#queue.length;
      this.#commitFirst();
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
    const isCopying = this.#isCopyDue;
    this.#isCopyDue = false;
    // A turn of its own: the group that waits has the next.
    if (isCopying) this.#checkpoints.copy();
    // What was waiting may have gone with the group before.
    else if (this.#queue.length > 0) this.#commitFirst();
    if (this.#queue.length > 0 || this.#isCopyDue) this.#schedule();
  }

  #commitFirst(): void {
    const settle = this.#transact(this.#queue.splice(0, GROUP_MAX));
    settle();
    this.#isCopyDue = this.#checkpoints.isDue;
  }

  /** @returns What is left to do: tell each caller. */
  #transact(group: Job[]): () => void {
    try {
      this.#begin.run();
    } catch (error) {
      if (isBusy(error)) return this.#putBack(group, error);
      return rejectAll(group, explainLog(error, this.#path));
    }
    try {
      this.#events.begin();
      const outcomes: Outcome[] = [];
      while (outcomes.length < group.length) {
        for (const job of group.slice(outcomes.length)) outcomes.push(this.#write(job));
        this.#look();
        group.push(...this.#queue.splice(0, GROUP_MAX - group.length));
      }
      const types = typesWritten(group, outcomes);
      if (types.length > 0) this.#events.end();
      for (const type of types) failpoint(`append:${type}:before`);
      this.#commit.run();
      for (const type of types) failpoint(`append:${type}:after`);
      this.#wal.mustStillBeTheSame();
      if (types.length > 0) this.#committed();
      return () => group.forEach((job, index) => tell(job, outcomes[index]));
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      this.#events.undo();
      return rejectAll(group, explainLog(error, this.#path));
    }
  }

  #write(job: Job): Outcome {
    // A single insert is written or not; only of several may some have to be taken back.
    const isSeveral = job.entries.length > 1;
    if (isSeveral) this.#savepoint.run();
    try {
      const outcome = this.#events.write(job);
      if (isSeveral) this.#release.run();
      return outcome;
    } catch (error) {
      if (!isCallersOwn(error)) throw error;
      if (isSeveral) this.#db.exec("ROLLBACK TO caller; RELEASE caller");
      return { error };
    }
  }

  #putBack(group: readonly Job[], error: unknown): () => void {
    const now = performance.now();
    this.#queue.unshift(...group.filter((job) => job.deadlineMs > now));
    this.#retry = setTimeout(() => this.#commitGroup(), BUSY_PAUSE_MS);
    const late = group.filter((job) => job.deadlineMs <= now);
    return rejectAll(late, explainLog(error, this.#path));
  }
}

/** Whether an error is about one append, and the others of its group may go on. */
function isCallersOwn(error: unknown): boolean {
  return error instanceof Conflict || error instanceof IdTaken;
}

function typesWritten(group: readonly Job[], outcomes: readonly Outcome[]): string[] {
  const types: string[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (!("isNew" in outcome) || !outcome.isNew) continue;
    for (const { type } of group[index]?.entries ?? []) types.push(type);
  }
  return types;
}

function tell(job: Job, outcome: Outcome | undefined): void {
  if (outcome && "position" in outcome) job.resolve(outcome.position);
  else job.reject(outcome?.error);
}

function rejectAll(group: readonly Job[], error: unknown): () => void {
  return () => group.forEach((job) => job.reject(error));
}
