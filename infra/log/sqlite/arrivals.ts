import { watch, type FSWatcher } from "node:fs";

/** Milliseconds between looks that come whether or not anything was heard. */
const POLL_MS = 250;
/** How many looks, one millisecond apart, follow a sign of life: it comes before the commit shows. */
const BURST_LOOKS_MAX = 20;

/**
 * Wakes those who wait for what others append. Within the process `ring` is called after a commit.
 * Another process's commit shows in the data version; when to look for it is told by the file
 * system's word that the write-ahead log changed, and by a poll, as that word is not dependable.
 */
export class Arrivals {
  readonly #path: string;
  readonly #dataVersion: () => number;
  #next = Promise.withResolvers<void>();
  #waiting = 0;
  #seen = -1;
  #watcher: FSWatcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #burst: NodeJS.Timeout | undefined;
  #looksLeft = 0;

  /** @param path The database; `dataVersion` changes when another connection has committed to it. */
  constructor(path: string, dataVersion: () => number) {
    this.#path = path;
    this.#dataVersion = dataVersion;
  }

  /** Resolves at the next arrival; take it before reading, so that none falls in between. */
  next(): Promise<void> {
    return this.#next.promise;
  }

  /** Says that something arrived, or that a waiter should look whether it is to go on. */
  ring(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Starts looking out for other processes, until as many `leave` as `join`. */
  join(): void {
    this.#waiting += 1;
    if (this.#waiting > 1) return;
    this.#seen = this.#dataVersion();
    this.#poll = setInterval(() => this.#look(), POLL_MS);
    try {
      // It exists as long as a connection is open, and ours is.
      this.#watcher = watch(`${this.#path}-wal`, () => this.#startBurst());
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
    this.#looksLeft = 0;
  }

  #look(): void {
    const version = this.#dataVersion();
    if (version === this.#seen) return;
    this.#seen = version;
    this.ring();
  }

  #startBurst(): void {
    const running = this.#looksLeft > 0;
    this.#looksLeft = BURST_LOOKS_MAX;
    if (!running) this.#lookAgain();
  }

  #lookAgain(): void {
    // Not ended by a find: the next commit may have been announced already.
    this.#look();
    this.#looksLeft -= 1;
    if (this.#looksLeft > 0) this.#burst = setTimeout(() => this.#lookAgain(), 1);
  }
}
