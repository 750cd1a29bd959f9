import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "@nightshift/protocol/errors";
import { PAUSE_MS_MAX, PAUSE_MS_MIN } from "./bounds.ts";

/** Longer and longer pauses between tries, until patience ends. */
export class Pauses {
  readonly #patienceMs: number;
  #untilMs: number;
  #nextMs = PAUSE_MS_MIN;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
    this.#untilMs = performance.now() + patienceMs;
  }

  /** Something arrived: patience is whole again. */
  reset(): void {
    this.#untilMs = performance.now() + this.#patienceMs;
    this.#nextMs = PAUSE_MS_MIN;
  }

  /** Milliseconds of patience left. */
  leftMs(): number {
    return this.#untilMs - performance.now();
  }

  /** Waits before another try. @throws the error where it is not worth one, or patience has ended. */
  async afterFailure(failure: unknown, signal: AbortSignal): Promise<void> {
    if (!(failure instanceof Unavailable) || this.leftMs() <= this.#nextMs) throw failure;
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(this.#nextMs * 2, PAUSE_MS_MAX);
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) throw failure;
  }
}

/** The result of work, or `Unavailable` when it takes longer; the work may still end somehow. */
export async function within<Result>(ms: number, what: string, work: Promise<Result>) {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => reject(new Unavailable(`${what} took longer than ${Math.round(ms)} ms`));
  const timer = setTimeout(late, Math.max(ms, 0));
  // Whichever loses must not end the process.
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
