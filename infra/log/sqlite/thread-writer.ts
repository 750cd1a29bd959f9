import { Unavailable } from "@nightshift/protocol/errors";
import type { WriterStart } from "./writer-messages.ts";
import { WriterLink } from "./writer-link.ts";
import { QUEUE_MAX, type Append, type LogWriter } from "./writer.ts";

/**
 * Appends that must wait at once before a thread is worth its memory (some 30 MB) and the way there
 * and back: below, writing in place is faster, and holds the event loop up for some milliseconds.
 */
export const CROWD = 128;
/** How often a thread that died is replaced, in the life of a writer. */
const STARTS_MAX = 5;

/**
 * Writes in a thread of its own while there is a crowd, so that the event loop stays free; without
 * one, and should threads keep dying, it writes here.
 */
export class ThreadWriter implements LogWriter {
  readonly #here: LogWriter;
  readonly #start: WriterStart;
  readonly #crowd: number;
  readonly #committed: () => void;
  #thread: WriterLink | undefined;
  #starts = 0;
  /** Most that waited at once since nobody did, and whether that was a crowd the time before. */
  #most = 0;
  #wasCrowd = false;
  #isClosed = false;

  /** @param how.crowd Appends that wait when the thread is started; 0 for at once. */
  constructor(here: LogWriter, start: WriterStart, how: { crowd: number; committed: () => void }) {
    this.#here = here;
    this.#start = start;
    this.#crowd = how.crowd;
    this.#committed = how.committed;
    if (this.#crowd === 0) this.#startThread();
  }

  get waiting(): number {
    return this.#here.waiting + (this.#thread?.waiting ?? 0);
  }

  /** The thread that writes at present, if any. */
  get thread(): WriterLink | undefined {
    return this.#thread?.state === "ended" ? undefined : this.#thread;
  }

  append(append: Append): Promise<bigint> {
    const { waiting } = this;
    if (waiting >= QUEUE_MAX) {
      const message = `${QUEUE_MAX} appends wait for ${this.#start.path} already`;
      return Promise.reject(new Unavailable(message));
    }
    if (waiting === 0) this.#beginAnew();
    this.#most = Math.max(this.#most, waiting + 1);
    const isCrowd = this.#wasCrowd || this.#most >= this.#crowd;
    // Never past those that wait here: a caller's appends are written in the order they came.
    if (isCrowd && this.thread?.state === "ready" && this.#here.waiting === 0) {
      return this.thread.append(append);
    }
    const written = this.#here.append(append);
    if (isCrowd && !this.thread && !this.#isClosed) this.#startThread();
    return written;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.thread?.close(), this.#here.close()]);
  }

  /** Nobody waits: only now may who writes change, and no caller's appends change places. */
  #beginAnew(): void {
    this.#wasCrowd = this.#most >= this.#crowd;
    this.#most = 0;
  }

  #startThread(): void {
    if (this.#starts === STARTS_MAX) return;
    this.#starts += 1;
    this.#thread = new WriterLink(this.#start, this.#committed);
  }
}
