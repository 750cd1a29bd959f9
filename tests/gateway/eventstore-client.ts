import {
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  streamNameFilter,
} from "@eventstore/db-client";
import { asReadable } from "@nightshift/infra/log/kurrent/cluster";
import type { ClientKind, Filter } from "./client.ts";

export const eventStore: ClientKind = {
  library: "@eventstore/db-client",
  scheme: "esdb",
  connect(where) {
    const client = EventStoreDBClient.connectionString(where);
    return {
      append: (stream, events, expectedRevision, deadline = 10_000) =>
        client.appendToStream(
          stream,
          events.map((event) => jsonEvent(event)),
          {
            expectedRevision,
            deadline,
          },
        ),
      readStream: (stream, options) => client.readStream(stream, options),
      readAll: (options) => client.readAll(options),
      subscribeToAll({ from = "start", filter } = {}) {
        const options = filter ? { filter: filterOf(filter) } : {};
        const source = client.subscribeToAll({ fromPosition: from, ...options });
        return { source: asReadable(source), end: () => source.unsubscribe() };
      },
      subscribeToStream(stream, from = "start") {
        const source = client.subscribeToStream(stream, { fromRevision: from });
        return { source: asReadable(source), end: () => source.unsubscribe() };
      },
      dispose: () => client.dispose(),
    };
  },
};

function filterOf({ on, prefixes = [], regex, interval = 1, checkpoint }: Filter) {
  const common = {
    checkpointInterval: interval,
    maxSearchWindow: 1,
    checkpointReached: (_: unknown, { commit }: { commit: bigint }) => checkpoint?.(commit),
  };
  const options = regex === undefined ? { ...common, prefixes } : { ...common, regex };
  if ("regex" in options)
    return on === "type" ? eventTypeFilter(options) : streamNameFilter(options);
  return on === "type" ? eventTypeFilter(options) : streamNameFilter(options);
}
