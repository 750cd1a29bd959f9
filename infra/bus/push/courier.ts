import { setTimeout as sleep } from "node:timers/promises";
import { A2A_VERSION } from "@nightshift/protocol/a2a";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import type { AllowsHost } from "../http/addresses.ts";
import { send } from "../http/outgoing.ts";
import type { Letter, PushStore, Subscription } from "./push-store.ts";

export type CourierOptions = {
  store: PushStore;
  /** Private addresses that the director allows. */
  allows: AllowsHost;
  triesMax: number;
  /** Milliseconds before the second try; each further wait is twice as long. */
  firstMs: number;
  longestMs: number;
  /** An address is posted to no more: its server is gone, refuses, or leads elsewhere. */
  onGivenUp?: ((subscription: Subscription, reason: string) => void) | undefined;
  now: () => number;
};

/** Milliseconds that a server has for its answer. */
const ANSWER_MS = 10_000;
/** Addresses that are posted to at once; further ones wait their turn. */
const AT_ONCE_MAX = 16;
/** Answers that mean "later", of those that mean no. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

type Outcome = { is: "arrived" } | { is: "later" | "never"; reason: string };

/**
 * Posts events, those of a subscription one after the other: the next one leaves when the one before
 * has arrived. What does not arrive is tried again with growing pauses; after `triesMax` tries, or a
 * plain no, the address is given up.
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #busy = new Set<number>();
  readonly #rounds = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #free = AT_ONCE_MAX;
  #waiting: (() => void)[] = [];

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** There is something to post for a subscription. */
  wake(key: number): void {
    if (this.#closing.signal.aborted || this.#busy.has(key)) return;
    this.#busy.add(key);
    const round = this.#round(key);
    this.#rounds.add(round);
    void round.finally(() => this.#rounds.delete(round));
  }

  /** Stops where it is; what was not posted is posted by whoever opens the store next. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.allSettled(this.#rounds);
  }

  /** Never rejects: what cannot be kept or sent ends one subscription, and no night. */
  async #round(key: number): Promise<void> {
    try {
      await this.#postAll(key);
    } catch (error) {
      const subscription = this.#options.store.find(key);
      if (subscription) this.#options.onGivenUp?.(subscription, String(error).slice(0, 200));
    } finally {
      this.#busy.delete(key);
    }
  }

  async #postAll(key: number): Promise<void> {
    const { store, now } = this.#options;
    const { signal } = this.#closing;
    for (;;) {
      const letter = store.next(key);
      if (!letter || signal.aborted) return;
      const waitMs = letter.dueMs - now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
      const subscription = store.find(key);
      if (!subscription || subscription.givenUp !== null || signal.aborted) return;
      const outcome = await this.#inTurn(() => this.#post(subscription, letter));
      if (signal.aborted && outcome.is !== "arrived") return;
      this.#settle(subscription, letter, outcome);
    }
  }

  #settle(subscription: Subscription, letter: Letter, outcome: Outcome): void {
    const { store, triesMax, firstMs, longestMs, now, onGivenUp } = this.#options;
    if (outcome.is === "arrived") return store.arrived(letter.number);
    if (outcome.is === "later" && letter.tries + 1 < triesMax) {
      const pauseMs = Math.min(longestMs, firstMs * 2 ** letter.tries);
      const chance = 0.75 + Math.random() / 2;
      return store.postpone(letter.number, now() + Math.round(pauseMs * chance));
    }
    store.giveUp(subscription.key, outcome.reason);
    onGivenUp?.(subscription, outcome.reason);
  }

  async #post({ config }: Subscription, { body }: Letter): Promise<Outcome> {
    try {
      const answer = await send({
        url: new URL(config.url),
        method: "POST",
        headers: headersOf(config),
        body,
        silenceMs: ANSWER_MS,
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_MS)]),
        allows: this.#options.allows,
      });
      // What it says besides its status is nothing to us.
      answer.destroy();
      return outcomeOf(answer.statusCode ?? 0);
    } catch (error) {
      if (error instanceof Refusal) return { is: "never", reason: error.message };
      if (error instanceof Unavailable) return { is: "later", reason: error.message };
      throw error;
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    while (this.#free === 0) await new Promise<void>((wake) => this.#waiting.push(wake));
    this.#free -= 1;
    try {
      return await work();
    } finally {
      this.#free += 1;
      this.#waiting.shift()?.();
    }
  }
}

function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return { is: "arrived" };
  const reason = `it answers HTTP ${status}`;
  if (status >= 300 && status < 400)
    return { is: "never", reason: `${reason}: no redirect is followed` };
  if (status >= 400 && status < 500 && !LATER.has(status)) return { is: "never", reason };
  return { is: "later", reason };
}

function headersOf({ token, authentication }: Subscription["config"]): Record<string, string> {
  const headers: Record<string, string> = {
    "content-type": "application/a2a+json",
    "a2a-version": A2A_VERSION,
    "user-agent": "night-shift",
  };
  if (token !== undefined) headers["x-a2a-notification-token"] = token;
  if (authentication) {
    const { scheme, credentials } = authentication;
    headers["authorization"] = credentials === undefined ? scheme : `${scheme} ${credentials}`;
  }
  return headers;
}
