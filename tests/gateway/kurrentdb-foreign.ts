import * as library from "@kurrent/kurrentdb-client";
import { foreignCalls } from "./foreign-calls.ts";
import type { ForeignClient } from "./foreign-client.ts";

/** The calls that other programs make, by @kurrent/kurrentdb-client. */
export function foreignKurrentDb(where: string): ForeignClient {
  const client = library.KurrentDBClient.connectionString(where);
  return foreignCalls(client, {
    library,
    append: (stream, events, streamState) => client.appendToStream(stream, events, { streamState }),
    createOfAll(group, settings, prefixes) {
      const options = prefixes ? { filter: library.streamNameFilter({ prefixes }) } : {};
      return client.createPersistentSubscriptionToAll(group, settings, options);
    },
  });
}
