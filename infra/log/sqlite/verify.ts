import { randomInt } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { ChainRange } from "./chain-range.ts";
import { explain } from "./errors.ts";
import { addIndexes, IndexSums } from "./index-sums.ts";
import type { CheckOptions, RangeReport } from "./range-walk.ts";
import { rangeAt, rangeCount, takeRange } from "./ranges.ts";
import { sealsByPosition } from "./seals.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";
import { indexFindings, pageFindings } from "./structure.ts";
import { Tally, type Verdict } from "./tally.ts";
import type { FromVerifier, VerifyStart } from "./verify-messages.ts";

export type { Verdict };

/** Events from which on a second thread is worth its start. */
const SECOND_THREAD_MIN = 20_000;
/** Pages that each thread keeps in memory, in kibibytes: indexes are looked into at every place. */
const CACHE_KIB = 64_000;
const SEED_MAX = 2 ** 31;

/**
 * Reads a whole log, its archive too, and recomputes what protects it: the hash chain of every
 * stream, the row of positions, the roots that were sealed, and SQLite's own structure.
 * @throws BadInput where there is no log, one of a newer version, or its archive is missing.
 */
export async function verifyLog(path: string): Promise<Verdict> {
  // One state of the log, whoever writes meanwhile.
  const snapshot = openSnapshot(path);
  try {
    snapshot.db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    return await new Verification(path, snapshot).run();
  } catch (error) {
    throw explain(error, path);
  } finally {
    snapshot.db.close();
  }
}

/** The work, shared with a second thread: each takes the next range that nobody has taken. */
class Verification {
  readonly #path: string;
  readonly #snapshot: Snapshot;
  readonly #chain: ChainRange;
  readonly #options: CheckOptions;
  readonly #tally: Tally;
  readonly #next = new SharedArrayBuffer(4);
  /** Reports whose turn has not come: they are taken in the order of the log. */
  readonly #reports = new Map<number, RangeReport>();
  #pages: string[] | undefined;
  #merged = 0;

  constructor(path: string, snapshot: Snapshot) {
    this.#path = path;
    this.#snapshot = snapshot;
    this.#chain = new ChainRange(snapshot.db);
    const seals = sealsByPosition(snapshot.db);
    this.#options = { seals: new Set(seals.keys()), seed: randomInt(SEED_MAX) };
    this.#tally = new Tally(seals);
  }

  async run(): Promise<Verdict> {
    const { db, lastPosition } = this.#snapshot;
    const second = lastPosition >= SECOND_THREAD_MIN ? this.#startSecond() : undefined;
    const indexes = this.#indexSums();
    for (;;) {
      const index = takeRange(this.#next, lastPosition);
      if (index === undefined) break;
      this.#reports.set(index, this.#check(index));
      await nextTurn();
      this.#merge();
    }
    await second;
    // What a second thread did not come to, or took with it when it failed.
    this.#pages ??= pageFindings(db);
    while (this.#merged < rangeCount(lastPosition)) {
      const index = this.#merged;
      if (!this.#reports.has(index)) this.#reports.set(index, this.#check(index));
      this.#merge();
    }
    const agree = indexes !== null && this.#tally.sums.equals(indexes);
    return this.#tally.verdict(lastPosition, agree ? this.#pages : indexFindings(db));
  }

  /** What the indexes come to; null where one cannot even be read as what it should be. */
  #indexSums(): IndexSums | null {
    const { db, archivedTo } = this.#snapshot;
    const { seed } = this.#options;
    const sums = new IndexSums();
    try {
      if (archivedTo > 0) addIndexes(sums, db, { schema: "archive", upTo: archivedTo, seed });
      addIndexes(sums, db, { schema: "main", upTo: null, seed });
      return sums;
    } catch {
      return null;
    }
  }

  /** @returns When it has ended, however it did. */
  #startSecond(): Promise<void> {
    const { lastPosition } = this.#snapshot;
    const shared = { path: this.#path, next: this.#next, options: this.#options };
    const start: VerifyStart = { ...shared, lastPosition, cacheKib: CACHE_KIB };
    const thread = new URL("./verify-thread.ts", import.meta.url);
    const worker = new Worker(thread, { workerData: start, execArgv: [] });
    worker.on("message", (message: FromVerifier) => {
      if ("pages" in message) this.#pages = message.pages;
      else this.#reports.set(message.index, message.report);
    });
    return new Promise((resolve) => {
      worker.on("error", () => resolve());
      worker.on("exit", () => resolve());
    });
  }

  #check(index: number): RangeReport {
    return this.#chain.check(rangeAt(index, this.#snapshot.lastPosition), this.#options);
  }

  #merge(): void {
    for (;;) {
      const report = this.#reports.get(this.#merged);
      if (!report) return;
      this.#reports.delete(this.#merged);
      this.#merged += 1;
      this.#tally.take(report);
    }
  }
}
