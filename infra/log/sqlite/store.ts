import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { admit, type Admitted } from "@nightshift/blackboard/admission";
import type { EventStore } from "@nightshift/blackboard/store";
import type { Pending, Recorded } from "@nightshift/protocol/envelope";
import { Unavailable } from "@nightshift/protocol/errors";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { rootOf } from "../chain.ts";
import { Archive } from "./archive.ts";
import { Arrivals } from "./arrivals.ts";
import { explainLog } from "./errors.ts";
import { GroupCommit } from "./group-commit.ts";
import { LogReader } from "./reader.ts";
import { cellNumber } from "./rows.ts";
import { openLogFile } from "./schema.ts";
import { Shelf } from "./shelf.ts";
import { StateRow } from "./state.ts";
import { sealableHeads } from "./sealable-heads.ts";
import { CROWD, ThreadWriter } from "./thread-writer.ts";
import { WalFile } from "./wal-file.ts";
import type { Entry, LogWriter } from "./writer.ts";

/** What a log on a disk of ours can do besides. */
export type LogExtras = {
  /** The root over the heads of all streams, for `shift.seal`; `upTo` is the last position in it. */
  root(): Promise<{ root: string; streams: number; upTo: string }>;
};

/**
 * Who writes: the caller's own thread, as short verbs do, or one for it as soon as a crowd waits, so
 * that the event loop of a process that serves others stays free.
 */
type WriterOptions = {
  writer?: "inline" | "thread";
  /** Appends that must wait at once for the thread to be started; 0: it is there from the start. */
  crowd?: number;
  /** Events that are settled at once; for a test. */
  settleEvents?: number;
};

/** How often opening is tried, and how long apart, while other processes make the same file. */
const OPEN_TRIES_MAX = 40;
const OPEN_PAUSE_MS = 25;

/**
 * Opens the embedded log and makes it where there is none. Several processes of one machine may
 * hold it open, write it and follow it at the same time.
 * @throws BadInput for a path that cannot be a log, or a log of a newer version.
 * @throws Unavailable when the disk fails or another process keeps the file locked.
 */
export async function openLog(
  path: string,
  options: WriterOptions = {},
): Promise<EventStore & LogExtras> {
  for (let tries = 1; ; tries += 1) {
    try {
      const store = storeOn(openLogFile(path), path, options);
      if (options.crowd === 0) await store.threadStarted();
      return store;
    } catch (error) {
      if (!(error instanceof Unavailable) || tries === OPEN_TRIES_MAX) throw error;
      await sleep(OPEN_PAUSE_MS);
    }
  }
}

function storeOn(db: DatabaseSync, path: string, options: WriterOptions): SqliteStore {
  try {
    return new SqliteStore(db, path, options);
  } catch (error) {
    db.close();
    throw explainLog(error, path);
  }
}

function entryOf({ event, id, atMs, actor, causation, correlation, body }: Admitted): Entry {
  return { id, type: event.type, atMs, actor, causation, correlation, body };
}

class SqliteStore implements EventStore, LogExtras {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #archive: Archive;
  readonly #reader: LogReader;
  readonly #writer: LogWriter;
  readonly #thread: ThreadWriter | undefined;
  readonly #arrivals: Arrivals;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(db: DatabaseSync, path: string, options: WriterOptions) {
    this.#db = db;
    this.#path = path;
    this.#archive = new Archive(path);
    const dataVersion = db.prepare("PRAGMA data_version");
    const version = () => cellNumber(dataVersion.get()?.["data_version"]);
    this.#arrivals = new Arrivals(new WalFile(path), version);
    const parts = { live: new Shelf(db, path), archive: this.#archive };
    this.#reader = new LogReader(path, { ...parts, state: new StateRow(db, path) });
    const committed = () => this.#arrivals.ring();
    const { settleEvents } = options;
    const written = { schemaVersion: SCHEMA_VERSION, settleEvents };
    const how = { archive: this.#archive, ...written, committed };
    const here = new GroupCommit(db, path, how);
    this.#writer = here;
    if (options.writer !== "thread") return;
    const start = { path, ...written };
    this.#thread = new ThreadWriter(here, start, { crowd: options.crowd ?? CROWD, committed });
    this.#writer = this.#thread;
  }

  async threadStarted(): Promise<void> {
    await this.#thread?.thread?.started;
  }

  /** Gives the writer's own promise on: each one in between costs a crowd a turn of all. */
  append(
    stream: string,
    events: readonly Pending[],
    { revision, timeoutMs }: { revision: number; timeoutMs: number },
  ): Promise<bigint> {
    try {
      this.#mustBeOpen();
      const entries = admit(stream, events).map(entryOf);
      return this.#writer.append({ stream, revision, timeoutMs, entries });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  read(stream: string, options: { from?: number } = {}): AsyncIterable<Recorded> {
    return this.#reader.stream(stream, () => {
      this.#mustBeOpen();
      return options.from ?? 0;
    });
  }

  readAll(
    options: { after?: bigint; upTo?: bigint; types?: readonly string[] } = {},
  ): AsyncIterable<Recorded> {
    return this.#reader.range(options.types, () => {
      this.#mustBeOpen();
      const head = this.#reader.head();
      const upTo = options.upTo === undefined ? head : Math.min(Number(options.upTo), head);
      return { after: Number(options.after ?? 0n), upTo };
    });
  }

  async *follow(options: {
    after: bigint;
    types?: readonly string[];
    signal: AbortSignal;
  }): AsyncIterable<Recorded> {
    this.#mustBeOpen();
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    const wake = () => this.#arrivals.ring();
    signal.addEventListener("abort", wake, { once: true });
    this.#arrivals.join();
    try {
      let after = Number(options.after);
      while (!signal.aborted) {
        const arrival = this.#arrivals.next();
        const upTo = this.#reader.head();
        if (upTo <= after) {
          await arrival;
          continue;
        }
        const from = after;
        for await (const recorded of this.#reader.range(options.types, () => ({
          after: from,
          upTo,
        }))) {
          yield recorded;
          if (signal.aborted) return;
        }
        after = upTo;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", wake);
      this.#arrivals.leave();
    }
  }

  async head(): Promise<bigint> {
    this.#mustBeOpen();
    return BigInt(this.#reader.head());
  }

  async root(): Promise<{ root: string; streams: number; upTo: string }> {
    this.#mustBeOpen();
    const { heads, upTo } = await sealableHeads(this.#path);
    return { root: rootOf(heads), streams: heads.size, upTo: String(upTo) };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    // What was appended is written first; those who wait for it hear before the file is closed.
    await this.#writer.close();
    this.#arrivals.close();
    this.#archive.close();
    this.#db.close();
  }

  #mustBeOpen(): void {
    if (this.#closing.signal.aborted) throw new Unavailable("the log is closed");
  }
}
