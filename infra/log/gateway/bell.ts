import type { EventStore } from "@nightshift/blackboard/store";

/** Wakes subscriptions when something was appended, by whichever process of this machine. */
export class Bell {
  readonly #store: EventStore;
  #next = Promise.withResolvers<void>();
  #waiting = 0;
  #following: AbortController | undefined;
  #failure: unknown;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** Resolves at the next arrival. @throws what ended the following of the log. */
  async next(): Promise<void> {
    const { promise } = this.#next;
    await promise;
    if (this.#failure !== undefined) throw this.#failure;
  }

  ring(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Follows the log while anybody waits: one follower for all of them. */
  join(): void {
    this.#waiting += 1;
    if (this.#waiting > 1) return;
    this.#failure = undefined;
    this.#following = new AbortController();
    const { signal } = this.#following;
    this.#follow(signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#failure = error;
      this.ring();
    });
  }

  leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#following?.abort();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const after = await this.#store.head();
    // What came between the subscription's first look and this one.
    this.ring();
    for await (const _ of this.#store.follow({ after, signal })) this.ring();
  }
}
