import { watch, type FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import type { WalFile } from "./wal-file.ts";

/** Milliseconds between looks that come whether or not anything was heard. */
const POLL_MS = 250;
/**
 * How many looks follow a sign of life, which comes before the commit shows: the first a
 * millisecond apart, the later ones further, some 300 ms in all.
 */
const BURST_LOOKS_MAX = 60;
const LOOKS_A_STEP = 10;

/**
 * Wakes those who wait for what others append. Within the process `ring` is called after a commit.
 * Another process's commit shows in the data version; when to look for it is told by the file
 * system's word that the write-ahead log changed, and by a poll, as that word is not dependable.
 */
export class Arrivals {
  readonly #wal: WalFile;
  readonly #dataVersion: () => number;
  #next = Promise.withResolvers<void>();
  #waiting = 0;
  #seen = -1;
  #watcher: FSWatcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #burst: NodeJS.Timeout | undefined;
  #looks = BURST_LOOKS_MAX;

  /** @param dataVersion Changes when another connection has committed to the database. */
  constructor(wal: WalFile, dataVersion: () => number) {
    this.#wal = wal;
    this.#dataVersion = dataVersion;
  }

  /**
   * Resolves at the next arrival; take it before reading, so that none falls in between.
   * @throws Unavailable (rejects) when nothing can arrive any more, as the file is another one.
   */
  next(): Promise<void> {
    return this.#next.promise;
  }

  /** Says that something arrived, or that a waiter should look whether it is to go on. */
  ring(): void {
    this.#next.resolve();
    this.#renew();
  }

  /** Starts looking out for other processes, until as many `leave` as `join`. */
  join(): void {
    this.#waiting += 1;
    if (this.#waiting > 1) return;
    this.#seen = this.#dataVersion();
    this.#poll = setInterval(() => this.#pollOnce(), POLL_MS);
    const name = basename(this.#wal.path);
    try {
      // The folder, not the file: a watch on a file that is replaced would go on watching the old.
      this.#watcher = watch(dirname(this.#wal.path), (_, changed) => {
        if (changed === name) this.#startBurst();
      });
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      // Without it (too many watches, a file system that has none) the poll finds everything.
    }
  }

  leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#rest();
  }

  /** Wakes all who wait, for the last time, and looks no more. */
  close(): void {
    this.ring();
    this.#rest();
  }

  #rest(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    clearInterval(this.#poll);
    clearTimeout(this.#burst);
    this.#looks = BURST_LOOKS_MAX;
  }

  #renew(): void {
    this.#next = Promise.withResolvers();
    // Nobody may be waiting when it is rejected.
    this.#next.promise.catch(() => {});
  }

  #pollOnce(): void {
    try {
      this.#wal.mustBeTheSame();
      this.#look();
    } catch (error) {
      this.#next.reject(error);
      this.#renew();
    }
  }

  #look(): void {
    const version = this.#dataVersion();
    if (version === this.#seen) return;
    this.#seen = version;
    this.ring();
  }

  #startBurst(): void {
    const isRunning = this.#looks < BURST_LOOKS_MAX;
    this.#looks = 0;
    if (!isRunning) this.#lookAgain();
  }

  #lookAgain(): void {
    // Not ended by a find: the next commit may have been announced already.
    this.#look();
    this.#looks += 1;
    if (this.#looks >= BURST_LOOKS_MAX) return;
    const pauseMs = 1 + Math.floor(this.#looks / LOOKS_A_STEP);
    this.#burst = setTimeout(() => this.#lookAgain(), pauseMs);
  }
}
