import { statSync } from "node:fs";
import { Unavailable } from "@nightshift/protocol/errors";
import { realPathOf } from "./real-path.ts";

/**
 * The write-ahead log that an open connection writes and reads. SQLite keeps it as long as anybody
 * has the log open. Should it be removed or replaced all the same, the connection would go on with a
 * file that nobody else sees: what it acknowledges would be lost, what it waits for never come.
 */
export class WalFile {
  readonly path: string;
  readonly #log: string;
  readonly #inode: number | undefined;

  /** @param log The database, already open. */
  constructor(log: string) {
    this.#log = log;
    this.path = `${realPathOf(log)}-wal`;
    this.#inode = this.#look();
  }

  /** @throws Unavailable when another file, or none, stands in its place. */
  mustBeTheSame(): void {
    if (this.#look() === this.#inode) return;
    const what = `the write-ahead log of ${this.#log} was removed or replaced while it was open`;
    throw new Unavailable(`${what}; end every Night Shift that uses it, then start again`);
  }

  #look(): number | undefined {
    return statSync(this.path, { throwIfNoEntry: false })?.ino;
  }
}
