import { Unavailable } from "@nightshift/protocol/errors";
import type { WriterStart } from "./writer-messages.ts";
import { WriterLink } from "./writer-link.ts";
import { QUEUE_MAX, type Append, type LogWriter } from "./writer.ts";

/**
 * Appends that must wait at once before a thread is worth its memory (some 30 MB) and the way there
 * and back: writing in place is faster, and holds the event loop up for some milliseconds a group.
 */
export const CROWD = 512;
/** How often a thread that died is replaced, in the life of a writer. */
const STARTS_MAX = 5;

/** Appends in a row that come while fewer than a crowd wait, after which a crowd has gone. */
const CALM_APPENDS = 256;

/** Timers know no longer time; nobody waits for a disk for so many days. */
const TIMER_MS_MAX = 2 ** 31 - 1;

type Held = {
  append: Append;
  deadlineMs: number;
  late: NodeJS.Timeout;
  resolve: (position: bigint) => void;
  reject: (why: unknown) => void;
};

/**
 * Writes in a thread of its own while there is a crowd, so that the event loop stays free; without
 * one, and should threads keep dying, it writes here. The appends of a caller are written in the
 * order in which they came: who writes changes when nobody waits for the other any more.
 */
export class ThreadWriter implements LogWriter {
  readonly #here: LogWriter;
  readonly #start: WriterStart;
  readonly #crowd: number;
  readonly #told: ConstructorParameters<typeof WriterLink>[1];
  /** What is to be written here, once the thread has written what waits there. */
  readonly #held = new Set<Held>();
  #thread: WriterLink | undefined;
  #starts = 0;
  /** Most that waited at once of late, for how many appends that is, and whether it was a crowd before. */
  #most = 0;
  #appends = 0;
  #wasCrowd = false;
  #isClosed = false;

  /** @param how.crowd Appends that wait when the thread is started; 0 for at once. */
  constructor(here: LogWriter, start: WriterStart, how: { crowd: number; committed: () => void }) {
    this.#here = here;
    this.#start = start;
    this.#crowd = how.crowd;
    this.#told = { committed: how.committed, drained: () => this.#writeHeld() };
    if (this.#crowd === 0) this.#startThread();
  }

  get waiting(): number {
    return this.#here.waiting + this.#held.size + (this.#thread?.waiting ?? 0);
  }

  /** The thread that writes at present, if any. */
  get thread(): WriterLink | undefined {
    return this.#thread?.state === "ended" ? undefined : this.#thread;
  }

  append(append: Append): Promise<bigint> {
    const { waiting, thread } = this;
    if (waiting >= QUEUE_MAX) {
      const message = `${QUEUE_MAX} appends wait for ${this.#start.path} already`;
      return Promise.reject(new Unavailable(message));
    }
    const isCrowd = this.#isCrowdWith(waiting);
    const isBehind = this.#here.waiting + this.#held.size > 0;
    if (isCrowd && thread?.state === "ready" && !isBehind) return thread.append(append);
    if (isCrowd && !thread && !this.#isClosed) this.#startThread();
    return thread && thread.waiting > 0 ? this.#hold(append) : this.#here.append(append);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // What is held is written here when the thread is done.
    await this.thread?.close();
    await this.#here.close();
  }

  /** A crowd is one until a whole while has passed without: the next may come at once. */
  #isCrowdWith(waiting: number): boolean {
    if (waiting === 0 || this.#appends === CALM_APPENDS) {
      this.#wasCrowd = this.#most >= this.#crowd;
      this.#most = 0;
      this.#appends = 0;
    }
    this.#most = Math.max(this.#most, waiting + 1);
    this.#appends += 1;
    return this.#wasCrowd || this.#most >= this.#crowd;
  }

  /** The wait for a disk begins here: what the thread needs for what it has is part of it. */
  #hold(append: Append): Promise<bigint> {
    const { promise, resolve, reject } = Promise.withResolvers<bigint>();
    const { timeoutMs } = append;
    // Behind an event loop that was held up, the thread's answers are heard before.
    const giveUp = () => setImmediate(() => this.#giveUp(held));
    const late = setTimeout(giveUp, Math.min(timeoutMs, TIMER_MS_MAX));
    const deadlineMs = performance.now() + timeoutMs;
    const held: Held = { append, deadlineMs, late, resolve, reject };
    this.#held.add(held);
    return promise;
  }

  #giveUp(held: Held): void {
    if (!this.#held.delete(held)) return;
    held.reject(new Unavailable(`${this.#start.path} was not free in time: others still write`));
  }

  /** Each with what is left of its time; whoever has none left is tried once, as anywhere. */
  #writeHeld(): void {
    const nowMs = performance.now();
    for (const { append, deadlineMs, late, resolve, reject } of this.#held) {
      clearTimeout(late);
      const timeoutMs = Math.max(0, deadlineMs - nowMs);
      this.#here.append({ ...append, timeoutMs }).then(resolve, reject);
    }
    this.#held.clear();
  }

  #startThread(): void {
    if (this.#starts === STARTS_MAX) return;
    this.#starts += 1;
    this.#thread = new WriterLink(this.#start, this.#told);
  }
}
