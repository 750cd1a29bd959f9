import { randomInt } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { ChainRange } from "./chain-range.ts";
import { Damaged, explainLog, sqliteSays } from "./errors.ts";
import { addIndexes, IN_ARCHIVE, inLog, IndexSums } from "./index-sums.ts";
import type { CheckOptions, RangeReport } from "./range-walk.ts";
import { rangeAt, rangeCount, takeRange } from "./ranges.ts";
import { sealsByPosition } from "./seals.ts";
import { layoutFindings } from "./made-tables.ts";
import { logFormat } from "./schema.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";
import { indexFindings, pageFindings, stateFindings } from "./structure.ts";
import { aboutFile, Tally, type Verdict } from "./tally.ts";
import type { FromVerifier, VerifyStart } from "./verify-messages.ts";

export type { Verdict };

/** Events from which on a second thread is worth its start. */
const SECOND_THREAD_MIN = 20_000;
/** Pages that each thread keeps in memory, in kibibytes: more are slower. */
const CACHE_KIB = 8_000;
/** What is read is soon forgotten: the second thread gathers its garbage in larger lots, in MB. */
const YOUNG_MB = 96;
const SEED_MAX = 2 ** 31;

/**
 * Reads a whole log, its archive too, and recomputes what protects it: the hash chain of every
 * stream, the row of positions, the roots that were sealed, and SQLite's own structure.
 * What cannot even be asked is told like anything else that is not as it was: this is where whoever
 * meets a damaged log is sent.
 * @throws BadInput where there is no log, one of a newer version, or its archive is missing.
 */
export async function verifyLog(path: string): Promise<Verdict> {
  try {
    return await verifySnapshot(path);
  } catch (error) {
    const told = explainLog(error, path);
    if (told instanceof Damaged) return unreadable(told.why);
    throw told;
  }
}

async function verifySnapshot(path: string): Promise<Verdict> {
  // One state of the log, whoever writes meanwhile.
  const snapshot = openSnapshot(path);
  try {
    snapshot.db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    return await new Verification(path, snapshot).run();
  } finally {
    snapshot.db.close();
  }
}

function unreadable(why: string): Verdict {
  return { ok: false, events: 0, streams: 0, broken: [aboutFile(why)], rootsChecked: 0 };
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
  /** Where there is nothing more to look at, whatever the log says of its end. */
  readonly #end: number;
  #pages: string[] | undefined;
  #merged = 0;

  constructor(path: string, snapshot: Snapshot) {
    this.#path = path;
    this.#snapshot = snapshot;
    this.#chain = new ChainRange(snapshot.db, snapshot.settledTo);
    this.#end = Math.min(snapshot.lastPosition, this.#chain.lastPosition());
    const seals = sealsByPosition(snapshot);
    const { settledTo } = snapshot;
    const sealed = new Set(seals.keys());
    const sealedTo = [...sealed].reduce((last, upTo) => Math.max(last, upTo), 0);
    this.#options = { seals: sealed, sealedTo, settledTo, seed: randomInt(SEED_MAX) };
    this.#tally = new Tally(seals);
  }

  async run(): Promise<Verdict> {
    const { db, lastPosition } = this.#snapshot;
    const second = this.#end >= SECOND_THREAD_MIN ? this.#startSecond() : undefined;
    const indexes = this.#indexSums();
    for (;;) {
      const index = takeRange(this.#next, this.#end);
      if (index === undefined) break;
      this.#reports.set(index, this.#check(index));
      await nextTurn();
      this.#merge();
    }
    await second;
    // What a second thread did not come to, or took with it when it failed.
    this.#pages ??= pageFindings(db, this.#end >= SECOND_THREAD_MIN);
    while (this.#merged < rangeCount(this.#end)) {
      const index = this.#merged;
      if (!this.#reports.has(index)) this.#reports.set(index, this.#check(index));
      this.#merge();
    }
    const wrong = indexes && this.#tally.sums.differences(indexes);
    const agree = wrong?.length === 0;
    const structure = agree ? [...this.#pages, ...stateFindings(db)] : indexFindings(db);
    const found = [...structure.map(sqliteSays), ...layoutFindings(db)];
    if (indexes === null && found.length === 0) found.push("an index cannot be read");
    const astray = (wrong ?? []).map((index) => `the index ${index} leads elsewhere`);
    return this.#tally.verdict(lastPosition, found, astray);
  }

  /** What the indexes come to; null where one cannot even be read as what it should be. */
  #indexSums(): IndexSums | null {
    const { db, archivedTo } = this.#snapshot;
    const { seed } = this.#options;
    const sums = new IndexSums();
    try {
      if (archivedTo > 0) addIndexes(sums, db, IN_ARCHIVE, { upTo: archivedTo, seed });
      addIndexes(sums, db, inLog(logFormat(db)), { upTo: null, seed });
      return sums;
    } catch {
      return null;
    }
  }

  /** @returns When it has ended, however it did. */
  #startSecond(): Promise<void> {
    const shared = { path: this.#path, next: this.#next, options: this.#options };
    const start: VerifyStart = { ...shared, lastPosition: this.#end, cacheKib: CACHE_KIB };
    const thread = new URL("./verify-thread.ts", import.meta.url);
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
    const worker = new Worker(thread, { workerData: start, execArgv: [], resourceLimits });
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
    return this.#chain.check(rangeAt(index, this.#end), this.#options);
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
