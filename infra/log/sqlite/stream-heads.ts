import { CHAIN_START } from "../chain.ts";
import type { Archive } from "./archive.ts";
import type { Shelf } from "./shelf.ts";

/** Where a stream ends: how many events it holds, and the hash of the last. */
export type Head = { count: number; hash: string };

/** Most streams whose head is remembered. */
const HEADS_MAX = 1_000;
const EMPTY: Head = { count: 0, hash: CHAIN_START };

/** Where streams end among the settled events, as long as nobody else has settled any. */
export class StreamHeads {
  readonly #live: Shelf;
  readonly #archive: Archive;
  readonly #heads = new Map<string, Head>();

  constructor(live: Shelf, archive: Archive) {
    this.#live = live;
    this.#archive = archive;
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

  /** Those of events that were settled now. */
  settle(heads: ReadonlyMap<string, Head>): void {
    for (const [stream, head] of heads) {
      this.#heads.delete(stream);
      this.#heads.set(stream, head);
    }
    for (const oldest of this.#heads.keys()) {
      if (this.#heads.size <= HEADS_MAX) return;
      this.#heads.delete(oldest);
    }
  }

  /** What others have settled is looked up again. */
  forget(): void {
    this.#heads.clear();
  }
}
