import { Unavailable } from "@nightshift/protocol/errors";
import { JetStreamApiError } from "@nats-io/jetstream";
import { setTimeout as sleep } from "node:timers/promises";

/** Times that JetStream is asked while the broker is away, and the pauses between, ms. */
const TRIES_MAX = 120;
const PAUSE_MS = 100;
const PAUSE_MS_MAX = 1_000;
/** JetStream says this while it reads its files after a start. */
const STARTING = 10_008;

/**
 * Asks JetStream until it answers; a "no" is an answer. What is asked must bear being asked twice:
 * an answer may get lost with the broker.
 * @throws Unavailable after about two minutes, or when the signal aborts.
 */
export async function whileAway<Answer>(
  ask: () => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  let last: unknown;
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    if (signal?.aborted) break;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code !== STARTING) throw error;
      if (error instanceof Error && error.name === "ClosedConnectionError") break;
      last = error;
    }
    const options = { ...(signal && { signal }), ref: false };
    await sleep(Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** tried), undefined, options).catch(() => {});
  }
  throw new Unavailable("the broker's JetStream does not answer", { cause: last });
}
