import * as library from "@eventstore/db-client";
import { clientCalls } from "./client-calls.ts";
import type { ClientKind } from "./client.ts";

export const eventStore: ClientKind = {
  library: "@eventstore/db-client",
  scheme: "esdb",
  connect(where) {
    const client = library.EventStoreDBClient.connectionString(where);
    return clientCalls(client, {
      library,
      append: (stream, events, expectedRevision, deadline) =>
        client.appendToStream(stream, events, { expectedRevision, deadline }),
    });
  },
};
