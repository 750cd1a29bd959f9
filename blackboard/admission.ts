import type { Pending } from "@nightshift/protocol/envelope";
import { Refusal } from "@nightshift/protocol/errors";
import { checkEvent } from "@nightshift/protocol/events";
import type { NightEvent } from "@nightshift/protocol/events";

/** Largest event as JSON, in UTF-8 bytes; what is larger belongs into the blob store. */
export const EVENT_BYTES_MAX = 1_048_576;
/** Most events of one append. */
const APPEND_EVENTS_MAX = 1_000;

/** An event that may be written, and the JSON that is written. */
export type Admitted = Pending & { body: string };

/**
 * What every store demands of events before it writes them, whichever it is.
 * @throws Refusal `too-long` for an event over `EVENT_BYTES_MAX`.
 * @throws Error (a bug) for an event that is not one of its stream's, an envelope that would not
 *   come back as it went in, no events or more than `APPEND_EVENTS_MAX`, or an id given twice.
 */
export function admit(stream: string, events: readonly Pending[]): Admitted[] {
  if (events.length === 0) throw new Error(`nothing to append to ${stream}`);
  if (events.length > APPEND_EVENTS_MAX) {
    throw new Error(`${events.length} events in one append; ${APPEND_EVENTS_MAX} are the most`);
  }
  if (!/^[a-z]+-[a-z0-9-]+$/.test(stream)) throw new Error(`no stream: ${JSON.stringify(stream)}`);
  if (events.length > 1 && new Set(events.map(({ id }) => id)).size < events.length) {
    throw new Error(`an event id twice in one append to ${stream}`);
  }
  return events.map((pending) => admitOne(stream, pending));
}

function admitOne(stream: string, pending: Pending): Admitted {
  const { id, atMs, actor, causation, correlation } = pending;
  if (!isFit(id) || !isFit(actor) || !isFit(causation ?? "") || !isFit(correlation ?? "")) {
    throw new Error(`unfit text in ${stream}`);
  }
  if (id === "") throw new Error(`an event without id in ${stream}`);
  if (!Number.isSafeInteger(atMs)) throw new Error(`not milliseconds: ${atMs}`);
  const event: NightEvent = checkEvent(stream, pending.event);
  const body = JSON.stringify(event);
  const bytes = body.length > EVENT_BYTES_MAX / 4 ? utf8Bytes(body) : body.length;
  if (bytes > EVENT_BYTES_MAX) {
    throw new Refusal(
      "too-long",
      `${event.type} of ${bytes} bytes; ${EVENT_BYTES_MAX} are the most, keep its body as a blob`,
    );
  }
  return { id, atMs, actor, causation, correlation, event, body };
}

/** Text that is not well formed, or holds a NUL, does not survive every store. */
function isFit(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
