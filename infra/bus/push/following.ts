import { A2A_VERSION } from "@nightshift/protocol/a2a";
import { Refusal } from "@nightshift/protocol/errors";
import { RpcFailure } from "@nightshift/protocol/rpc";
import type { Caller } from "../caller.ts";
import type { Served } from "../served.ts";
import type { Courier } from "./courier.ts";
import type { PushStore, Subscription } from "./push-store.ts";

/** Where calls are looked at: one agent, or the board of all of them. */
export type Agents = Pick<Served, "answer" | "stream">;

/** Events of one subscription that wait to be posted; with more its address is given up. */
const WAITING_MAX = 1_000;
const REASON_CHARS_MAX = 200;

type FollowingOptions = {
  store: PushStore;
  courier: Courier;
  onGivenUp?: ((subscription: Subscription, reason: string) => void) | undefined;
  now: () => number;
};

/** Takes the events of calls in, so that they can be posted. */
export class Following {
  readonly #options: FollowingOptions;
  readonly #followed = new Map<number, AbortController>();

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  has(key: number): boolean {
    return this.#followed.has(key);
  }

  /** What comes of a call is of no use any more. */
  stop(key: number): void {
    this.#followed.get(key)?.abort();
  }

  close(): void {
    for (const stop of this.#followed.values()) stop.abort();
  }

  /**
   * Follows a call until it ends.
   * @param from The last event that is known, -1 for none; undefined begins with the next one.
   */
  start(subscription: Subscription, agents: Agents, from: number | undefined): void {
    const { key } = subscription;
    const stop = new AbortController();
    this.#followed.set(key, stop);
    void this.#follow(subscription, agents, from, stop.signal)
      .catch((error: unknown) => this.#giveUp(key, String(error).slice(0, REASON_CHARS_MAX)))
      .finally(() => this.#followed.delete(key));
  }

  async #follow(
    { key, agent, owner, standing, config, lastSeq }: Subscription,
    agents: Agents,
    from: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, courier, now } = this.#options;
    const caller: Caller = { name: owner, standing, allowed: [], inFlightMax: 0, gone: signal };
    const params = { tenant: agent, id: config.taskId };
    const asked = { method: "SubscribeToTask", params, version: A2A_VERSION };
    const take = (event: object, seq: number) => {
      // A snapshot is what the client knows or can ask for; the news begin after it.
      const isNews = !(from === undefined && "task" in event);
      store.take(key, seq, isNews ? JSON.stringify(event) : null, now());
      if (store.waiting(key) > WAITING_MAX) this.#giveUp(key, "more waits than is kept for it");
      else courier.wake(key);
    };
    try {
      const resume = from === undefined ? {} : { afterSeq: Math.max(from, lastSeq) };
      await agents.stream(asked, caller, take, signal, resume);
    } catch (error) {
      // Over, or forgotten with the process that worked on it: either way nothing follows.
      if (!(error instanceof RpcFailure) && !(error instanceof Refusal) && !signal.aborted)
        throw error;
    }
    if (!signal.aborted) store.end(key, now());
  }

  #giveUp(key: number, reason: string): void {
    const { store, onGivenUp } = this.#options;
    this.stop(key);
    store.giveUp(key, reason);
    const subscription = store.find(key);
    if (subscription) onGivenUp?.(subscription, reason);
  }
}
