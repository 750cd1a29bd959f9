import type { ServedEvent } from "./served-log.ts";
import { uuidMessage } from "./uuid.ts";

/** Ticks of 100 nanoseconds, in which the protocol counts time. */
const TICKS_PER_MS = 10_000n;

/** An event as the protocol carries it. */
export function eventAnswer(event: ServedEvent, structured: boolean): object {
  const recorded = recordedMessage(event, structured);
  return { event: { event: recorded, commitPosition: String(event.position) } };
}

export function recordedMessage(event: ServedEvent, structured: boolean): object {
  const place = String(event.position);
  return {
    id: uuidMessage(event.id, structured),
    streamIdentifier: { streamName: Buffer.from(event.stream) },
    streamRevision: event.revision,
    preparePosition: place,
    commitPosition: place,
    metadata: {
      type: event.type,
      "content-type": event.contentType,
      created: String(BigInt(event.atMs) * TICKS_PER_MS),
    },
    customMetadata: Buffer.from(event.metadata),
    data: Buffer.from(event.data),
  };
}

export function notFoundAnswer(stream: string): object {
  return { streamNotFound: { streamIdentifier: { streamName: Buffer.from(stream) } } };
}

export function confirmationAnswer(subscriptionId: string): object {
  return { confirmation: { subscriptionId } };
}

/** Up to where a filtered subscription has looked, whether or not anything passed the filter. */
export function checkpointAnswer(position: number, nowMs: number): object {
  return { checkpoint: { ...placeOf(position), timestamp: timeOf(nowMs) } };
}

/** Where a subscription stands: at a position of the log, or at a revision of its stream. */
export type Standing = { position: number } | { revision: number };

/** The subscription waits for what comes from now on, or has fallen behind what comes. */
export function turnAnswer(
  turn: "caughtUp" | "fellBehind",
  standing: Standing,
  nowMs: number,
): object {
  const where =
    "position" in standing
      ? { position: placeOf(standing.position) }
      : { streamRevision: standing.revision };
  return { [turn]: { timestamp: timeOf(nowMs), ...where } };
}

function placeOf(position: number): object {
  return { commitPosition: String(position), preparePosition: String(position) };
}

function timeOf(nowMs: number): object {
  return { seconds: String(Math.floor(nowMs / 1_000)), nanos: (nowMs % 1_000) * 1_000_000 };
}
