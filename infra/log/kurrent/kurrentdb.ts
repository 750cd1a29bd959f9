import {
  eventTypeFilter,
  jsonEvent,
  KurrentDBClient,
  streamNameFilter,
} from "@kurrent/kurrentdb-client";
import { CHECKPOINT_INTERVAL, SEARCH_WINDOW, SUBSCRIPTION_EVENTS_MAX } from "./bounds.ts";
import { asReadable, type Cluster } from "./cluster.ts";

/** A cluster by `@kurrent/kurrentdb-client`. @throws Error for a connection string it cannot read. */
export function connect(where: string): Cluster {
  const client = KurrentDBClient.connectionString(where);
  return {
    async append(stream, events, { revision, timeoutMs }) {
      const written = await client.appendToStream(
        stream,
        events.map((event) => jsonEvent(event)),
        { streamState: revision === 0 ? "no_stream" : BigInt(revision - 1), deadline: timeoutMs },
      );
      if (!written.position) throw new Error("the server told no position");
      return written.position.commit;
    },
    readStream: (stream, from) => client.readStream(stream, { fromRevision: BigInt(from) }),
    readBackwards(before, most) {
      const fromPosition = before === null ? "end" : { commit: before, prepare: before };
      return client.readAll({ direction: "backwards", fromPosition, maxCount: most });
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
