import { CHAIN_START } from "../chain.ts";
import { IDS_KNOWN_MAX, STREAMS_KNOWN_MAX } from "./bounds.ts";

/** What is known of a stream: how many events it holds, its last hash, and where each event is. */
export type StreamNotes = {
  count: number;
  hash: string;
  /** Event ids; null where the position was not told. */
  ids: Map<string, bigint | null>;
};

export function noNotes(): StreamNotes {
  return { count: 0, hash: CHAIN_START, ids: new Map() };
}

/**
 * The streams that were read or written last. A writer that knows the head it appends on needs no
 * look at the server before, and the server still has the last word.
 */
export class StreamMemory {
  readonly #notes = new Map<string, StreamNotes>();
  #ids = 0;

  get(stream: string): StreamNotes | undefined {
    return this.#notes.get(stream);
  }

  set(stream: string, notes: StreamNotes): void {
    this.forget(stream);
    this.#notes.set(stream, notes);
    this.#ids += notes.ids.size;
    for (const oldest of this.#notes.keys()) {
      const fits = this.#notes.size <= STREAMS_KNOWN_MAX && this.#ids <= IDS_KNOWN_MAX;
      if (fits || oldest === stream) break;
      this.forget(oldest);
    }
  }

  forget(stream: string): void {
    this.#ids -= this.#notes.get(stream)?.ids.size ?? 0;
    this.#notes.delete(stream);
  }
}
