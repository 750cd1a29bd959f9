import { Conflict } from "@nightshift/protocol/errors";
import { JetStreamApiCodes, JetStreamApiError } from "@nats-io/jetstream";
import { Kvm, type KV } from "@nats-io/kv";
import type { Broker } from "./connection.ts";
import { openJetStream } from "./jetstream.ts";
import { whileAway } from "./while-away.ts";

/** The bucket of the house: what stands there is news, and never the record of anything. */
const BUCKET = "bb";
const DAY_MS = 86_400_000;
const NOTICE_BYTES_MAX = 64 * 1024;
const BUCKET_BYTES_MAX = 64 * 1024 * 1024;

export type Notice = { key: string; text: string; revision: number };

/** The shared key-value space (NATS KV). */
export interface Noticeboard {
  read(key: string): Promise<Notice | null>;
  /**
   * Writes a notice if it is still the one that the caller saw.
   * @param revision Of the notice that is replaced; 0 where there is none. @returns the new one.
   * @throws Conflict when somebody else has written it since. @throws Unavailable.
   */
  post(key: string, text: string, revision: number): Promise<number>;
  /** What stands there now, and every change after it, until the signal aborts. */
  watch(key: string, listener: (notice: Notice) => void, signal: AbortSignal): Promise<void>;
}

export async function openNoticeboard({ nc }: Broker): Promise<Noticeboard> {
  const limits = { history: 1, ttl: DAY_MS, maxValueSize: NOTICE_BYTES_MAX };
  const { stream } = await openJetStream(nc, false);
  const kv = await whileAway(() =>
    new Kvm(stream).create(BUCKET, { ...limits, max_bytes: BUCKET_BYTES_MAX }),
  );
  return {
    async read(key) {
      const found = await whileAway(() => kv.get(key));
      if (found === null || found.operation !== "PUT") return null;
      return { key, text: found.string(), revision: found.revision };
    },
    post: (key, text, revision) => post(kv, key, text, revision),
    async watch(key, listener, signal) {
      const changes = await whileAway(() => kv.watch({ key }), signal);
      signal.addEventListener("abort", () => changes.stop(), { once: true });
      for await (const { key: changed, operation, revision, value } of changes) {
        if (operation !== "PUT") continue;
        listener({ key: changed, text: new TextDecoder().decode(value), revision });
      }
    },
  };
}

async function post(kv: KV, key: string, text: string, revision: number): Promise<number> {
  try {
    return await whileAway(() =>
      revision === 0 ? kv.create(key, text) : kv.update(key, text, revision),
    );
  } catch (error) {
    if (!isOvertaken(error)) throw error;
    const now = await kv.get(key);
    // An answer that got lost with the broker: what stands there is ours.
    if (now?.operation === "PUT" && now.string() === text) return now.revision;
    throw new Conflict(`${BUCKET}.${key}`, revision, now?.revision ?? 0);
  }
}

function isOvertaken(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
      error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  );
}
