import type { DatabaseSync, StatementSync } from "node:sqlite";
import { CHAIN_START } from "../chain.ts";
import type { Archive } from "./archive.ts";
import { cellNumber } from "./rows.ts";
import type { Shelf } from "./shelf.ts";

/** Where a stream ends: how many events it holds, and the hash of the last. */
export type Head = { count: number; hash: string };

/** Most streams whose head is remembered. */
const HEADS_MAX = 1_000;
const EMPTY: Head = { count: 0, hash: CHAIN_START };

/** The heads of the streams that were written last, as long as nobody else has written. */
export class StreamHeads {
  readonly #live: Shelf;
  readonly #archive: Archive;
  readonly #dataVersion: StatementSync;
  readonly #heads = new Map<string, Head>();
  #version = -1;

  constructor(db: DatabaseSync, live: Shelf, archive: Archive) {
    this.#live = live;
    this.#archive = archive;
    this.#dataVersion = db.prepare("PRAGMA data_version");
  }

  /** To be called in each transaction first: what another connection wrote is looked up again. */
  begin(): void {
    const version = cellNumber(this.#dataVersion.get()?.["data_version"]);
    if (version !== this.#version) this.forget();
    this.#version = version;
  }

  /** @param archivedTo Where there is an archive, a stream may have ended in it. */
  of(stream: string, archivedTo: number): Head {
    const known = this.#heads.get(stream);
    if (known) return known;
    const found =
      this.#live.headOf(stream) ??
      (archivedTo > 0 ? this.#archive.shelf.headOf(stream) : undefined);
    return found ? { count: found.revision + 1, hash: found.hash } : EMPTY;
  }

  set(stream: string, head: Head): void {
    this.#heads.delete(stream);
    this.#heads.set(stream, head);
    if (this.#heads.size <= HEADS_MAX) return;
    const [oldest] = this.#heads.keys();
    if (oldest !== undefined) this.#heads.delete(oldest);
  }

  /** What was set in a transaction that was rolled back never was. */
  forget(): void {
    this.#heads.clear();
  }
}
