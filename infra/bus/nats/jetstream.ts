import {
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";

/** How long JetStream may take for an answer, ms; one that dies gives none, and is asked again. */
const ANSWER_MS = 2_000;

export type JetStream = { readonly stream: JetStreamClient; readonly manager: JetStreamManager };

/**
 * JetStream as a connection's keys let it be used.
 * @param check Whether it is asked first if it is there, for which only the house has leave.
 */
export async function openJetStream(nc: NatsConnection, check: boolean): Promise<JetStream> {
  const manager = await jetstreamManager(nc, { checkAPI: check, timeout: ANSWER_MS });
  return { stream: jetstream(nc, { timeout: ANSWER_MS }), manager };
}
