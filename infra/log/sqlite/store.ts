import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { admit } from "@nightshift/blackboard/admission";
import type { EventStore } from "@nightshift/blackboard/store";
import type { Pending, Recorded } from "@nightshift/protocol/envelope";
import { Unavailable } from "@nightshift/protocol/errors";
import { rootOf } from "../chain.ts";
import { Arrivals } from "./arrivals.ts";
import { GroupCommit } from "./group-commit.ts";
import { LogReader } from "./reader.ts";
import { cellNumber, cellText } from "./rows.ts";
import { openLogFile } from "./schema.ts";
import { explain } from "./errors.ts";

/** What a log on a disk of ours can do besides. */
export type LogExtras = {
  /** The root over the heads of all streams, for `shift.seal`; `upTo` is the last position in it. */
  root(): Promise<{ root: string; streams: number; upTo: string }>;
};

/** SQLite takes `hash` from the row that holds the maximum. */
const STREAM_HEADS = "SELECT stream, max(revision), hash FROM event GROUP BY stream";
/** How often opening is tried, and how long apart, while other processes make the same file. */
const OPEN_TRIES_MAX = 40;
const OPEN_PAUSE_MS = 25;

/**
 * Opens the embedded log and makes it where there is none. Several processes of one machine may
 * hold it open, write it and follow it at the same time.
 * @throws BadInput for a path that cannot be a log, or a log of a newer version.
 * @throws Unavailable when the disk fails or another process keeps the file locked.
 */
export async function openLog(path: string): Promise<EventStore & LogExtras> {
  for (let tries = 1; ; tries += 1) {
    try {
      return new SqliteStore(openLogFile(path), path);
    } catch (error) {
      if (!(error instanceof Unavailable) || tries === OPEN_TRIES_MAX) throw error;
      await sleep(OPEN_PAUSE_MS);
    }
  }
}

class SqliteStore implements EventStore, LogExtras {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #reader: LogReader;
  readonly #writer: GroupCommit;
  readonly #arrivals: Arrivals;
  readonly #closing = new AbortController();

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    const dataVersion = db.prepare("PRAGMA data_version");
    this.#arrivals = new Arrivals(path, () => cellNumber(dataVersion.get()?.["data_version"]));
    this.#reader = new LogReader(db, path);
    this.#writer = new GroupCommit(db, path, () => this.#arrivals.ring());
  }

  async append(
    stream: string,
    events: readonly Pending[],
    options: { revision: number; timeoutMs: number },
  ): Promise<bigint> {
    this.#mustBeOpen();
    return this.#writer.append(stream, admit(stream, events), options);
  }

  async *read(stream: string, options: { from?: number } = {}): AsyncIterable<Recorded> {
    this.#mustBeOpen();
    yield* this.#reader.stream(stream, options.from ?? 0);
  }

  async *readAll(
    options: { after?: bigint; upTo?: bigint; types?: readonly string[] } = {},
  ): AsyncIterable<Recorded> {
    this.#mustBeOpen();
    const head = this.#reader.head();
    const upTo = options.upTo === undefined ? head : Math.min(Number(options.upTo), head);
    yield* this.#reader.range(Number(options.after ?? 0n), upTo, options.types);
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
        const head = this.#reader.head();
        if (head <= after) {
          await arrival;
          continue;
        }
        for await (const recorded of this.#reader.range(after, head, options.types)) {
          yield recorded;
          if (signal.aborted) return;
        }
        after = head;
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
    try {
      // One transaction, so one state of the log: others may write meanwhile.
      this.#db.exec("BEGIN");
      const rows = this.#db.prepare(STREAM_HEADS).all();
      const upTo = this.#reader.head();
      this.#db.exec("COMMIT");
      const heads = rows.map((row) => [cellText(row["stream"]), cellText(row["hash"])] as const);
      return { root: rootOf(heads), streams: heads.length, upTo: String(upTo) };
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw explain(error, this.#path);
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#writer.close();
    this.#closing.abort();
    this.#arrivals.close();
    this.#db.close();
  }

  #mustBeOpen(): void {
    if (this.#closing.signal.aborted) throw new Unavailable("the log is closed");
  }
}
