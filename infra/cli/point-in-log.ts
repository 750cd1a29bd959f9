import { nextAt } from "@nightshift/agents/dispatcher/schedule";
import type { EventStore } from "@nightshift/blackboard/store";
import { moment } from "@nightshift/projections/words/plain";
import { MINUTE_MS } from "@nightshift/protocol/clock";
import { BadInput } from "@nightshift/protocol/errors";
import { zonedMs } from "./zoned-time.ts";

/** A place in the log. */
export type Point = {
  /** Everything up to and including it had happened; 0 is before the first event. */
  position: bigint;
  /** True where the word means that event itself, not a moment after it. */
  isEvent: boolean;
  /** In words, for people. */
  said: string;
};

/** One night as the log tells it. */
type Night = {
  number: number;
  timeZone: string;
  startedAtMs: number;
  /** Position of `shift.started`. */
  from: bigint;
  /** Position of `shift.ended`; null where it has no end. */
  end: bigint | null;
};

/**
 * Finds the place that a word names: a position, `now`, a time (ISO, in the director's time zone
 * unless it names another; or `HH:MM` of the latest night), or a night: `shift 2` as it ended,
 * `shift 2 start` as it began.
 * @throws BadInput for a word that names no place of this log.
 */
export async function pointIn(
  store: EventStore,
  word: string,
  timeZone: string | undefined,
): Promise<Point> {
  const head = await store.head();
  if (word === "now") return { position: head, isEvent: false, said: `position ${head}, now` };
  if (/^\d{1,18}$/.test(word)) {
    const position = BigInt(word);
    if (position > head) throw nowhere(word, `the log ends at position ${head}`);
    return { position, isEvent: true, said: `position ${position}` };
  }
  const nights = await nightsIn(store);
  const [, number, edge] = /^(?:shift|night) ?(\d{1,9})(?: (start|end))?$/.exec(word) ?? [];
  if (number !== undefined) return atNight(nights, Number(number), edge, word, head);
  const zone = nights.at(-1)?.timeZone ?? timeZone ?? "UTC";
  const atMs = timeOf(nights, word, zone);
  const position = await lastUntil(store, nights, atMs, head);
  const said = `position ${position}, ${moment(atMs, zone)} (${zone})`;
  return { position, isEvent: false, said };
}

/** The position after which to read from a place on; an event that is named is part of what is read. */
export function justBefore({ position, isEvent }: Point): bigint {
  return isEvent && position > 0n ? position - 1n : position;
}

function atNight(
  nights: readonly Night[],
  number: number,
  edge: string | undefined,
  word: string,
  head: bigint,
): Point {
  const index = nights.findIndex((one) => one.number === number);
  const night = nights[index];
  if (!night) throw nowhere(word, `there was no night ${number}`);
  const next = nights[index + 1];
  const end = night.end ?? (next ? next.from - 1n : head);
  const position = edge === "start" ? night.from : end;
  const how = edge === "start" ? "began" : night.end === null ? "was left" : "ended";
  const said = `position ${position}, as night ${number} ${how}`;
  return { position, isEvent: true, said };
}

const CLOCK = /^(?<minutes>(?:[01]?\d|2[0-3]):[0-5]\d)(?::(?<seconds>[0-5]\d))?$/;

function timeOf(nights: readonly Night[], word: string, zone: string): number {
  const { minutes, seconds = "0" } = CLOCK.exec(word)?.groups ?? {};
  if (minutes !== undefined) {
    const latest = nights.at(-1);
    if (!latest) throw nowhere(word, "no night has run yet");
    return nextAt(minutes, latest.startedAtMs - MINUTE_MS, zone) + Number(seconds) * 1_000;
  }
  const atMs = zonedMs(word, zone);
  if (atMs === null) throw nowhere(word, "this is no position, time or night");
  return atMs;
}

/** The last event that is not later, looked for in the night around it: clocks may go backwards. */
async function lastUntil(
  store: EventStore,
  nights: readonly Night[],
  atMs: number,
  head: bigint,
): Promise<bigint> {
  const started = nights.findLastIndex(({ startedAtMs }) => startedAtMs <= atMs);
  const after = (nights[started]?.from ?? 1n) - 1n;
  const upTo = nights[started + 1]?.from ?? head;
  let last = after;
  for await (const recorded of store.readAll({ after, upTo })) {
    if (recorded.atMs <= atMs) last = recorded.position;
  }
  return last;
}

async function nightsIn(store: EventStore): Promise<Night[]> {
  const nights: Night[] = [];
  const types = ["shift.started", "shift.ended"];
  for await (const { event, atMs, position } of store.readAll({ types })) {
    const latest = nights.at(-1);
    if (event.type === "shift.started") {
      const { number, timeZone } = event;
      nights.push({ number, timeZone, startedAtMs: atMs, from: position, end: null });
    } else if (latest) latest.end = position;
  }
  return nights;
}

function nowhere(word: string, message: string): BadInput {
  const mend = "give a position, an ISO time, HH:MM of the last night, or a night: 'shift 2'";
  return new BadInput(message, word, mend);
}
