import type { EventStore } from "@nightshift/blackboard/store";
import type { Pending } from "@nightshift/protocol/envelope";
import { BadInput } from "@nightshift/protocol/errors";
import { eventTypes, readEvent } from "@nightshift/protocol/events";
import type { KeptEvent } from "./kept-event.ts";

/** Most events of one append. */
const APPEND_EVENTS_MAX = 500;
const APPEND_TIMEOUT_MS = 10_000;

/**
 * Appends events to a log behind a server, in their order. What was broken off goes on where it
 * was: events that are there already must be the first of the import, in its order.
 * @returns how many were written now.
 * @throws BadInput where the log holds anything else.
 */
export async function importIntoStore(
  store: EventStore,
  where: string,
  events: AsyncIterable<KeptEvent>,
): Promise<number> {
  const there = store.readAll()[Symbol.asyncIterator]();
  let known = await there.next();
  let written = 0;
  let group: KeptEvent[] = [];
  for await (const event of events) {
    if (!known.done) {
      if (known.value.id !== event.id) throw notEmpty(where);
      known = await there.next();
      continue;
    }
    const fits = group.length < APPEND_EVENTS_MAX && group[0]?.stream === event.stream;
    if (!fits) {
      await append(store, group);
      group = [];
    }
    group.push(event);
    written += 1;
  }
  if (!known.done) throw notEmpty(where);
  await append(store, group);
  return written;
}

/** Events of one stream that follow each other; an older version is written as today's. */
async function append(store: EventStore, group: readonly KeptEvent[]): Promise<void> {
  const [first] = group;
  if (!first) return;
  const stranger = group.find(({ type }) => !eventTypes.has(type));
  if (stranger) {
    const message = `nothing here knows ${stranger.type}: only a file takes it as it is`;
    throw new BadInput(message, `event ${stranger.position}`, "import it into a file");
  }
  const pending = group.map(({ stream, version, body, ...envelope }): Pending => {
    const { id, atMs, actor, causation, correlation } = envelope;
    return { id, atMs, actor, causation, correlation, event: readEvent(stream, version, body) };
  });
  const options = { revision: first.revision, timeoutMs: APPEND_TIMEOUT_MS };
  await store.append(first.stream, pending, options);
}

function notEmpty(where: string): BadInput {
  const message = "the log holds other events already: only an empty one takes an import";
  return new BadInput(message, where, "name an empty one with --log");
}
