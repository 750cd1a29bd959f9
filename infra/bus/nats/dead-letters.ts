import { codes } from "@nightshift/protocol/rpc";
import { agentIn, deadSubject } from "@nightshift/protocol/subjects";
import { AckPolicy, type JsMsg, type StoredMsg } from "@nats-io/jetstream";
import { headers, nanos } from "@nats-io/transport-node";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { JetStream } from "./jetstream.ts";
import { nextOf } from "./leases.ts";
import { DEAD, GIVEN_UP, TASKS } from "./streams.ts";
import { Fenced, newestOf, WorkLog } from "./work-log.ts";
import { readOrder } from "./work-order.ts";

const Advisory = z.object({
  stream: z.literal(TASKS),
  consumer: z.string(),
  stream_seq: z.int().positive(),
  deliveries: z.int().positive(),
});
type Advisory = z.infer<typeof Advisory>;

const CONSUMER = "undertaker";
const AGAIN_MS = 500;
const LEASE_MS = 30_000;

/**
 * Carries what was leased as often as may be to the dead letters. The broker leaves such a message
 * where it is and says so once; that word is kept in a stream of its own, so that none is missed
 * while nobody looks. Copied first, deleted then: after a crash between the two it is copied again
 * under the same id, which is once.
 */
export async function buryDead(port: JetStream, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await port.manager.consumers.add(GIVEN_UP, {
        durable_name: CONSUMER,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(LEASE_MS),
      });
      const consumer = await port.stream.consumers.get(GIVEN_UP, CONSUMER);
      while (!signal.aborted) {
        const word = await nextOf(consumer, signal);
        if (word === null) continue;
        await bury(port, word);
        await word.ackAck();
      }
    } catch {
      // The broker is away; it says its word again when it is back.
      await sleep(AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }
}

async function bury(port: JetStream, word: JsMsg): Promise<void> {
  const advisory = readAdvisory(word.string());
  if (advisory === null) return;
  const { stream_seq: seq } = advisory;
  const dead = await port.manager.streams.getMessage(TASKS, { seq });
  if (dead === null) return;
  const agent = agentIn(dead.subject);
  if (agent === null) return;
  const given = headers();
  for (const [name, values] of dead.header ?? [])
    for (const value of values) given.append(name, value);
  given.delete("Nats-Msg-Id");
  given.set("Nightshift-Subject", dead.subject);
  given.set("Nightshift-Deliveries", String(advisory.deliveries));
  const msgID = `${TASKS}:${seq}`;
  await port.stream.publish(deadSubject(agent), dead.data, { msgID, headers: given });
  await tellCaller(port, agent, dead, advisory);
  await port.manager.streams.deleteMessage(TASKS, seq);
}

/** Whoever waits for it learns that nobody could do it. */
async function tellCaller(
  port: JetStream,
  agent: string,
  dead: StoredMsg,
  { deliveries }: Advisory,
): Promise<void> {
  const order = readOrder(agent, { headers: dead.header, string: () => dead.string() });
  if (order === null) return;
  const { subject, round } = order;
  const newest = await newestOf(port.manager, subject);
  const told = newest.entry;
  if (told !== null && (told.round > round || (told.kind === "end" && told.round === round)))
    return;
  const message = `nobody could do it in ${deliveries} tries; it is in ${DEAD}`;
  const error = { code: codes.internal, message };
  const log = new WorkLog(port, { subject, writer: `${CONSUMER}:${order.key}`, seq: newest.seq });
  try {
    await log.append({ kind: "end", round, answered: false, lost: false, error });
  } catch (failure) {
    // The last who had it woke up and goes on: what it says counts.
    if (!(failure instanceof Fenced)) throw failure;
  }
}

function readAdvisory(text: string): Advisory | null {
  try {
    return Advisory.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
