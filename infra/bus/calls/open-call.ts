import type { Call } from "./call.ts";
import { endOf, isLast, type Deed, type End, type Moment, type Request } from "./moment.ts";

/** Puts deeds where they are kept; what it answers is what stands there now, in order. */
export type Keep = (deeds: readonly Deed[], lastSeq: number) => Promise<readonly Moment[]>;

/** One for all: to make a reason for each call would cost as much as to carry the call. */
const CUT = new DOMException("the call is over", "AbortError");

type Take = (moment: Moment) => void | Promise<void>;

/**
 * A call that this process runs. Whoever follows it gets what was said before, then what follows.
 * Where it is kept elsewhere nobody hears of a deed before it stands there.
 */
export class OpenCall implements Call {
  readonly request: Request;
  readonly isKept: boolean;
  /** Characters of what was said, about. */
  chars = 0;
  #cutter: AbortController | undefined;
  #isCut = false;
  readonly #moments: Moment[] = [];
  readonly #keep: Keep | undefined;
  readonly #now: () => number;
  readonly #waiting: Deed[] = [];
  #keeping: Promise<void> | undefined;
  #change: PromiseWithResolvers<void> | undefined;
  #ended = false;
  #looks = false;

  constructor(request: Request, now: () => number, keep?: Keep) {
    this.request = request;
    this.#now = now;
    this.#keep = keep;
    this.isKept = keep !== undefined;
  }

  /** Aborts when nobody needs the work any more: cancelled, stopped, or ended from elsewhere. */
  get cut(): AbortSignal {
    this.#cutter ??= new AbortController();
    if (this.#isCut) this.#cutter.abort(CUT);
    return this.#cutter.signal;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  get moments(): readonly Moment[] {
    return this.#moments;
  }

  read(): readonly Moment[] {
    return this.#moments;
  }

  get isOver(): boolean {
    return endOf(this.#moments) !== undefined;
  }

  /** Takes what stands already: the beginning of a call that is kept elsewhere. */
  begin(moments: readonly Moment[]): void {
    this.#moments.push(...moments);
  }

  /** Tells deeds; after an end nothing is taken. */
  tell(...deeds: readonly Deed[]): void {
    if (this.#ended) return;
    this.#ended = deeds.at(-1)?.kind === "finished";
    if (!this.#keep) {
      const first = this.#moments.length;
      return this.#push(deeds.map((deed, index) => this.#made(first + index, deed)));
    }
    this.#waiting.push(...deeds);
    this.#keeping ??= this.#keepAll(this.#keep);
  }

  /** Looks whether others have said something where it is kept: its caller, to another server. */
  look(): void {
    if (!this.#keep) return;
    this.#looks = true;
    this.#keeping ??= this.#keepAll(this.#keep);
  }

  /** Lets go of what still works on it, when it is over. */
  release(): void {
    this.#isCut = true;
    this.#cutter?.abort(CUT);
  }

  /** Ends it from outside, with what it had. */
  stop(end: End): void {
    this.tell({ kind: "finished", end });
    this.release();
  }

  async follow(afterSeq: number, take: Take, signal?: AbortSignal): Promise<void> {
    const wake = () => this.#wake();
    signal?.addEventListener("abort", wake, { once: true });
    try {
      for (let next = afterSeq + 1; ;) {
        if (signal?.aborted) return;
        const moment = this.#moments[next];
        if (!moment) {
          if (this.isOver) return;
          this.#change ??= Promise.withResolvers();
          await this.#change.promise;
          continue;
        }
        const taken = take(moment);
        if (taken) await taken;
        next += 1;
        if (isLast(moment)) return;
      }
    } finally {
      signal?.removeEventListener("abort", wake);
    }
  }

  async cancel(): Promise<void> {
    this.stop({ state: "canceled", detail: "cancelled" });
    await this.over();
  }

  /** Resolves when it is over, or the signal aborts. */
  async over(signal?: AbortSignal): Promise<void> {
    if (!this.isOver) await this.follow(this.#moments.length - 1, () => undefined, signal);
  }

  /** Resolves when everything that was told is kept. */
  async settled(): Promise<void> {
    await this.#keeping;
  }

  /** What comes while a write is on its way goes with the next one, together. */
  async #keepAll(keep: Keep): Promise<void> {
    while (this.#waiting.length > 0 || this.#looks) {
      this.#looks = false;
      const deeds = this.#waiting.splice(0);
      try {
        this.#push(await keep(deeds, this.#moments.length - 1));
      } catch (error) {
        // It is not kept, so it did not happen; whoever waits must hear of an end all the same.
        const detail = `the call can no longer be kept: ${String(error).slice(0, 300)}`;
        const end = { state: "failed", detail } as const;
        this.#push([this.#made(this.#moments.length, { kind: "finished", end })]);
      }
      if (!this.isOver) continue;
      this.#ended = true;
      this.#waiting.length = 0;
      this.release();
    }
    this.#keeping = undefined;
  }

  #made(seq: number, deed: Deed): Moment {
    return { seq, atMs: this.#now(), deed };
  }

  #push(moments: readonly Moment[]): void {
    this.#moments.push(...moments);
    this.#wake();
  }

  #wake(): void {
    this.#change?.resolve();
    this.#change = undefined;
  }
}
