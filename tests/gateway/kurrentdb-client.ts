import {
  KurrentDBClient,
  eventTypeFilter,
  jsonEvent,
  streamNameFilter,
} from "@kurrent/kurrentdb-client";
import { asReadable } from "@nightshift/infra/log/kurrent/cluster";
import type { ClientKind, Filter } from "./client.ts";

export const kurrentDb: ClientKind = {
  library: "@kurrent/kurrentdb-client",
  scheme: "kurrentdb",
  connect(where) {
    const client = KurrentDBClient.connectionString(where);
    return {
      append: (stream, events, streamState, deadline = 10_000) =>
        client.appendToStream(
          stream,
          events.map((event) => jsonEvent(event)),
          {
            streamState,
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
