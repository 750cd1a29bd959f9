import * as library from "@eventstore/db-client";
import { foreignCalls } from "./foreign-calls.ts";
import type { ForeignClient } from "./foreign-client.ts";

/** The calls that other programs make, by @eventstore/db-client. */
export function foreignEventStore(where: string): ForeignClient {
  const client = library.EventStoreDBClient.connectionString(where);
  return foreignCalls(client, {
    library,
    append: (stream, events, expectedRevision) =>
      client.appendToStream(stream, events, { expectedRevision }),
    createOfAll(group, settings, prefixes) {
      const options = prefixes ? { filter: library.streamNameFilter({ prefixes }) } : {};
      return client.createPersistentSubscriptionToAll(group, settings, options);
    },
  });
}
