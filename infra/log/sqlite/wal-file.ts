import { readdirSync, readlinkSync, statSync } from "node:fs";
import { Unavailable } from "@nightshift/protocol/errors";
import { realPathOf } from "./real-path.ts";

/** Where Linux shows what this process has open. */
const OPEN_FILES = "/proc/self/fd";

/**
 * The write-ahead log that an open connection writes and reads. SQLite keeps it as long as anybody
 * has the log open. Should it be removed or replaced all the same, the connection would go on with a
 * file that nobody else sees: what it acknowledges would be lost, what it waits for never come.
 */
export class WalFile {
  readonly path: string;
  readonly #log: string;
  readonly #inode: number | undefined;
  readonly #open: string | undefined;

  /** @param log The database, already open. */
  constructor(log: string) {
    this.#log = log;
    this.path = `${realPathOf(log)}-wal`;
    this.#inode = this.#look();
    this.#open = openFileAt(this.path);
  }

  /** @throws Unavailable when another file, or none, stands in its place. */
  mustBeTheSame(): void {
    if (this.#look() === this.#inode) return;
    const what = `the write-ahead log of ${this.#log} was removed or replaced while it was open`;
    throw new Unavailable(`${what}; end every Night Shift that uses it, then start again`);
  }

  /**
   * The same, for after each commit. Whoever asks a file of today's Linux for its times makes the
   * next write note a new one, and the next fsync wait for the file system's journal: a fifth of a
   * commit. The name of the open file costs nothing; only where it is another is the file asked.
   */
  mustStillBeTheSame(): void {
    if (this.#open === undefined || linkedTo(this.#open) !== this.path) this.mustBeTheSame();
  }

  #look(): number | undefined {
    return statSync(this.path, { throwIfNoEntry: false })?.ino;
  }
}

/** The entry of an open file in `OPEN_FILES`; undefined where there is none, or no such folder. */
function openFileAt(path: string): string | undefined {
  try {
    const entries = readdirSync(OPEN_FILES).map((entry) => `${OPEN_FILES}/${entry}`);
    return entries.find((entry) => linkedTo(entry) === path);
  } catch {
    return undefined;
  }
}

/** A file that was removed is linked to its old path with ` (deleted)` behind it. */
function linkedTo(entry: string): string | undefined {
  try {
    return readlinkSync(entry);
  } catch {
    return undefined;
  }
}
