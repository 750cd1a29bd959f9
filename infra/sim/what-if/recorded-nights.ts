import type { EventNamed } from "@nightshift/projections/words/event-named";
import type { Recorded } from "@nightshift/protocol/envelope";
import type { NightEvent } from "@nightshift/protocol/events";
import { idOf } from "@nightshift/protocol/ids";

/** An attempt as it was: when it was begun, how long it took, and what it used. */
export type RecordedAttempt = {
  attempt: string;
  task: string;
  beganMs: number;
  endedMs: number;
  costMicroUsd: number;
  tokens: number;
};

/** A night as it was, with its attempts in the order in which they were begun. */
export type RecordedNight = {
  number: number;
  startedMs: number;
  /** When it ended. */
  endedMs: number;
  timeZone: string;
  attempts: RecordedAttempt[];
  /** Attempts that went on beside one another at most. */
  beside: number;
};

/** The types that nights are read from. */
export const NIGHT_TYPES = [
  "shift.started",
  "shift.ended",
  "attempt.started",
  "attempt.planned",
  "attempt.integrated",
  "attempt.failed",
  "attempt.deferred",
  "budget.reserved",
  "budget.settled",
] as const;

type OfNights = EventNamed<(typeof NIGHT_TYPES)[number]>;
const OF_NIGHTS: ReadonlySet<string> = new Set(NIGHT_TYPES);

function isOfNights(event: NightEvent): event is OfNights {
  return OF_NIGHTS.has(event.type);
}

/** Reads the nights of a log, event by event, in its order. */
export class NightReader {
  readonly nights: RecordedNight[] = [];
  readonly #open = new Map<string, RecordedAttempt>();
  /** By reservation that is not settled: the attempt it is for. */
  readonly #reserved = new Map<string, string>();

  see(recorded: Recorded): void {
    const { event, stream, atMs } = recorded;
    if (!isOfNights(event)) return;
    const night = this.nights.at(-1);
    switch (event.type) {
      case "shift.started": {
        const { number, timeZone } = event;
        const blank = { startedMs: atMs, endedMs: atMs, attempts: [], beside: 0 };
        this.nights.push({ number, timeZone, ...blank });
        return;
      }
      case "shift.ended":
        if (night) night.endedMs = atMs;
        return;
      case "attempt.started": {
        const attempt = idOf(stream);
        const blank = { endedMs: atMs, costMicroUsd: 0, tokens: 0 };
        const one = { attempt, task: event.task, beganMs: atMs, ...blank };
        this.#open.set(attempt, one);
        night?.attempts.push(one);
        if (night) night.beside = Math.max(night.beside, this.#open.size);
        return;
      }
      case "budget.reserved":
        this.#reserved.set(event.reservation, event.attempt);
        return;
      case "budget.settled": {
        const one = this.#open.get(this.#reserved.get(event.reservation) ?? "");
        this.#reserved.delete(event.reservation);
        if (one) one.costMicroUsd += event.costMicroUsd;
        if (one) one.tokens += event.tokens;
        return;
      }
      case "attempt.planned":
        if (event.parts > 0) this.#end(idOf(stream), atMs);
        return;
      case "attempt.integrated":
      case "attempt.failed":
      case "attempt.deferred":
        return this.#end(idOf(stream), atMs);
    }
  }

  #end(attempt: string, atMs: number): void {
    const one = this.#open.get(attempt);
    if (one) one.endedMs = atMs;
    this.#open.delete(attempt);
  }
}
