import { type Consumer, type JetStreamClient, type JsMsg } from "@nats-io/jetstream";
import { setTimeout as sleep } from "node:timers/promises";
import { TASKS } from "./streams.ts";

/** What became of a piece of work: it is over, it is to be tried again, or it is another's now. */
export type Outcome = "done" | "again" | "another's";

export type LeaseOptions = {
  agent: string;
  /** How long a piece of work is held without a word; a third of it between two words. */
  leaseMs: number;
  /** Pieces that this process holds at once. */
  atOnceMax: number;
  work: (message: JsMsg) => Promise<Outcome>;
};

/** Milliseconds that one question for work stays open at the broker. */
const ASK_MS = 5_000;
/** Milliseconds until an agent whose consumer is not there, or whose broker is away, asks again. */
const AGAIN_MS = 500;
/** Pauses before work that failed is tried again, ms, by how often it was tried. */
const BACKOFF_MS = [1_000, 5_000, 30_000, 120_000];
const RECEIPT_MS = 5_000;
/** Work that was leased so often may be what took its holders down: it is worked on alone. */
const SUSPECT_FROM = 3;

/**
 * Takes work of one agent as long as the signal does not abort, and holds its leases: each piece is
 * this process's while it gives a sign in time. What holds no lease any more is not fenced by that:
 * `WorkLog` is where a process that slept too long is refused.
 * @returns once the signal has aborted and nothing is held.
 */
export async function takeWork(
  stream: JetStreamClient,
  options: LeaseOptions,
  signal: AbortSignal,
): Promise<void> {
  const held = new Set<Promise<void>>();
  let consumer: Consumer | undefined;
  while (!signal.aborted) {
    try {
      if (held.size >= options.atOnceMax) await Promise.race(held);
      consumer ??= await stream.consumers.get(TASKS, options.agent);
      const message = await nextOf(consumer, signal);
      if (message === null) continue;
      const isSuspect = message.info.deliveryCount >= SUSPECT_FROM;
      const others = isSuspect ? Promise.allSettled(held) : Promise.resolve();
      const holding: Promise<void> = hold(message, others, options).finally(() => {
        held.delete(holding);
      });
      held.add(holding);
      if (isSuspect) await holding;
    } catch {
      // No stream yet, no consumer yet, or no broker: there is work again when they are back.
      consumer = undefined;
      await sleep(AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }
  await Promise.allSettled(held);
}

/** The next message, or null; one that comes after the signal aborted is somebody else's at once. */
export async function nextOf(consumer: Consumer, signal: AbortSignal): Promise<JsMsg | null> {
  const aborted = Promise.withResolvers<null>();
  const abort = () => aborted.resolve(null);
  signal.addEventListener("abort", abort, { once: true });
  const coming = consumer.next({ expires: ASK_MS }).then((message) => {
    if (message !== null && signal.aborted) message.nak();
    return signal.aborted ? null : message;
  });
  coming.catch(() => undefined); // Heard of below, unless nobody listens any more.
  try {
    return await Promise.race([coming, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** @param before What must have ended first; the lease is held meanwhile. */
async function hold(
  message: JsMsg,
  before: Promise<unknown>,
  { leaseMs, work }: LeaseOptions,
): Promise<void> {
  const signs = setInterval(() => message.working(), leaseMs / 3);
  try {
    await before;
    const outcome = await work(message);
    if (outcome === "done") await message.ackAck({ timeout: RECEIPT_MS });
    if (outcome === "again") message.nak(backoffOf(message));
  } catch {
    // The receipt did not come, or the work broke in an unknown way: the lease lapses by itself.
  } finally {
    clearInterval(signs);
  }
}

function backoffOf(message: JsMsg): number {
  return BACKOFF_MS[message.info.deliveryCount - 1] ?? BACKOFF_MS.at(-1) ?? 0;
}
