import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Conflict, Unavailable } from "@nightshift/protocol/errors";
import { failpoint } from "../failpoint.ts";
import type { Archive } from "./archive.ts";
import { Checkpoints } from "./checkpoints.ts";
import { explainLog, isBusy } from "./errors.ts";
import { EventWriter, IdTaken } from "./event-writer.ts";
import { WalFile } from "./wal-file.ts";
import { QUEUE_MAX, type Append, type LogWriter } from "./writer.ts";

/**
 * Most appends that share one transaction and one fsync, in some 2 milliseconds: with twice as many
 * an append costs a tenth less, and whoever shares the event loop waits twice as long.
 */
const GROUP_MAX = 128;
/** Milliseconds until another try while another process holds the lock. */
const BUSY_PAUSE_MS = 3;
/**
 * Events that are settled at once, in 3 to 4 milliseconds: with half of them an event costs more,
 * with twice as many whoever shares the event loop waits too long.
 */
const SETTLE_EVENTS = 1_500;
/** Bytes of bodies that are settled at once, however few events they are. */
const SETTLE_BYTES = 4_000_000;
/** Milliseconds without an append after which all is settled, so that at rest the indexes know all. */
const REST_MS = 100;
/** How many times as many may wait for it: then an append waits for it, and hears why it failed. */
const SETTLE_LATE = 4;

type Caller = { resolve: (position: bigint) => void; reject: (error: unknown) => void };
type Job = Append & Caller & { deadlineMs: number };
type Outcome = { position: bigint; isNew: boolean } | { error: unknown };

/**
 * The writer of a log file: appends that are waiting at the same time become durable by one fsync.
 * Each is looked at before anything of it is written, so that what goes wrong in one fails its
 * caller alone.
 */
export class GroupCommit implements LogWriter {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #events: EventWriter;
  readonly #wal: WalFile;
  readonly #checkpoints: Checkpoints;
  readonly #committed: () => void;
  readonly #look: () => void;
  readonly #settleEvents: number;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #queue: Job[] = [];
  #due: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;
  #commits = 0;
  /** What is to be done in a turn of its own, behind which the group that waits has the next. */
  #chore: (() => void) | undefined;

  /**
   * @param how.committed Called after each commit, before the callers hear of it.
   * @param how.look Called before each commit: may `append` what came while the others were written.
   * @param how.settleEvents After how many they are settled; fewer than `SETTLE_EVENTS` for a test.
   */
  constructor(
    db: DatabaseSync,
    path: string,
    how: {
      archive: Archive;
      schemaVersion: number;
      committed: () => void;
      look?: () => void;
      settleEvents?: number | undefined;
    },
  ) {
    this.#db = db;
    this.#path = path;
    this.#events = new EventWriter(db, path, how.archive, how.schemaVersion);
    this.#wal = new WalFile(path);
    this.#checkpoints = new Checkpoints(db);
    this.#committed = how.committed;
    this.#look = how.look ?? (() => {});
    this.#settleEvents = how.settleEvents ?? SETTLE_EVENTS;
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** What is not settled, by what is settled at once. */
  get #unsettled(): number {
    const { count, bytes } = this.#events.unsettled;
    return Math.max(count / this.#settleEvents, bytes / SETTLE_BYTES);
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
    clearTimeout(this.#rest);
    // At rest all is in its place; who finds it locked leaves that to whoever writes next.
    if (this.#unsettled > 0) this.#settle();
    const closed = new Unavailable("the log is closed");
    for (const job of this.#queue.splice(0)) job.reject(closed);
  }

  #schedule(): void {
    if (this.#retry === undefined) this.#due ??= setImmediate(() => this.#commitGroup());
  }

  #commitGroup(): void {
    this.#due = undefined;
    this.#retry = undefined;
    const chore = this.#chore;
    this.#chore = undefined;
    if (chore) chore();
    // What was waiting may have gone with the group before.
    else if (this.#queue.length > 0) this.#commitFirst();
    if (this.#queue.length > 0 || this.#chore) this.#schedule();
  }

  #commitFirst(): void {
    const tellAll = this.#transact(this.#queue.splice(0, GROUP_MAX));
    tellAll();
    this.#commits += 1;
    this.#rest ??= this.#watchForRest(this.#commits);
    if (this.#unsettled >= 1) this.#chore = () => this.#settle();
    else if (this.#checkpoints.isDue) this.#chore = () => this.#checkpoints.copy();
  }

  /** Settles as soon as nothing was committed for a while. */
  #watchForRest(commits: number): NodeJS.Timeout {
    const look = () => {
      this.#rest = undefined;
      if (this.#commits !== commits) this.#rest = this.#watchForRest(this.#commits);
      else if (this.#unsettled > 0) this.#settle();
    };
    return setTimeout(look, REST_MS).unref();
  }

  /** Should it fail, nothing is lost: it is tried after the next commit. */
  #settle(): void {
    try {
      this.#begin.run();
    } catch {
      return;
    }
    try {
      this.#events.begin();
      this.#events.settle();
      this.#commit.run();
    } catch {
      this.#rollBack();
    }
  }

  #rollBack(): void {
    if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
    this.#events.undo();
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
      if (this.#unsettled >= SETTLE_LATE) this.#events.settle();
      const outcomes: Outcome[] = [];
      while (outcomes.length < group.length) {
        for (const job of group.slice(outcomes.length)) outcomes.push(this.#write(job));
        this.#look();
        group.push(...this.#queue.splice(0, GROUP_MAX - group.length));
      }
      const types = typesWritten(group, outcomes);
      if (types.length > 0) this.#events.end();
      for (const type of types) failpoint("append", type, "before");
      this.#commit.run();
      for (const type of types) failpoint("append", type, "after");
      this.#wal.mustStillBeTheSame();
      if (types.length > 0) this.#committed();
      return () => group.forEach((job, index) => tell(job, outcomes[index]));
    } catch (error) {
      this.#rollBack();
      return rejectAll(group, explainLog(error, this.#path));
    }
  }

  #write(job: Job): Outcome {
    try {
      return this.#events.write(job);
    } catch (error) {
      if (!isCallersOwn(error)) throw error;
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
