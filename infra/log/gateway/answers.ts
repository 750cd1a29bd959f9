import type { RawEvent } from "./raw-shelf.ts";
import { uuidMessage } from "./uuid.ts";

/** Ticks of 100 nanoseconds, in which the protocol counts time. */
const TICKS_PER_MS = 10_000n;

/** An event as the protocol carries it; metadata is a map of texts, as every client can read it. */
export function eventAnswer(event: RawEvent, structured: boolean): object {
  const place = String(event.position);
  const metadata = {
    type: event.type,
    "content-type": "application/json",
    created: String(BigInt(event.atMs) * TICKS_PER_MS),
  };
  const recorded = {
    id: uuidMessage(event.id, structured),
    streamIdentifier: { streamName: Buffer.from(event.stream) },
    streamRevision: event.revision,
    preparePosition: place,
    commitPosition: place,
    metadata,
    customMetadata: Buffer.from(JSON.stringify(customMetadata(event))),
    data: Buffer.from(event.body),
  };
  return { event: { event: recorded, commitPosition: place } };
}

function customMetadata(event: RawEvent): Record<string, string> {
  const { atMs, actor, causation, correlation, version, hash } = event;
  return {
    atMs: String(atMs),
    actor,
    ...(causation === null ? {} : { causation }),
    ...(correlation === null ? {} : { correlation }),
    version: String(version),
    hash,
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
