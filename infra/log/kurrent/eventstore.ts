import {
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  streamNameFilter,
  type StreamingRead,
} from "@eventstore/db-client";
import { CHECKPOINT_INTERVAL, SEARCH_WINDOW, SUBSCRIPTION_EVENTS_MAX } from "./bounds.ts";
import { asReadable, type Cluster } from "./cluster.ts";

/** A cluster by `@eventstore/db-client`. @throws Error for a connection string it cannot read. */
export function connect(where: string): Cluster {
  const client = EventStoreDBClient.connectionString(where);
  // Its BatchAppend keeps the appends of all clients of a process in one list, and clears it when the
  // stream of any of them ends: answers then find nobody, and the client hears nothing any more.
  Object.assign(client, { supports: async () => false });
  return {
    async append(stream, events, { revision, timeoutMs }) {
      const written = await client.appendToStream(
        stream,
        events.map((event) => jsonEvent(event)),
        {
          expectedRevision: revision === 0 ? "no_stream" : BigInt(revision - 1),
          deadline: timeoutMs,
        },
      );
      if (!written.position) throw new Error("the server told no position");
      return written.position.commit;
    },
    readStream: (stream, from) => letGo(client.readStream(stream, { fromRevision: BigInt(from) })),
    readBackwards(before, most) {
      const fromPosition = before === null ? "end" : { commit: before, prepare: before };
      return letGo(client.readAll({ direction: "backwards", fromPosition, maxCount: most }));
    },
    subscribe({ after, filter, onCheckpoint }) {
      const options = {
        prefixes: [...filter.prefixes],
        checkpointInterval: CHECKPOINT_INTERVAL,
        maxSearchWindow: SEARCH_WINDOW,
        checkpointReached: (_: unknown, { commit }: { commit: bigint }) => onCheckpoint(commit),
      };
      const source = client.subscribeToAll(
        {
          fromPosition: after === 0n ? "start" : { commit: after, prepare: after },
          filter: filter.on === "type" ? eventTypeFilter(options) : streamNameFilter(options),
        },
        { highWaterMark: SUBSCRIPTION_EVENTS_MAX },
      );
      return { source: asReadable(source), cancel: () => source.unsubscribe() };
    },
    dispose: () => client.dispose(),
  };
}

/** A read that its reader leaves early is cancelled: left alone, the client would keep it for good. */
async function* letGo<Event>(read: StreamingRead<Event>): AsyncGenerator<Event> {
  try {
    yield* read;
  } finally {
    await read.cancel();
  }
}
