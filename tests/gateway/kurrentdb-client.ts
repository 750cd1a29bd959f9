import * as library from "@kurrent/kurrentdb-client";
import { clientCalls } from "./client-calls.ts";
import type { ClientKind } from "./client.ts";

export const kurrentDb: ClientKind = {
  library: "@kurrent/kurrentdb-client",
  scheme: "kurrentdb",
  connect(where) {
    const client = library.KurrentDBClient.connectionString(where);
    return clientCalls(client, {
      library,
      append: (stream, events, streamState, deadline) =>
        client.appendToStream(stream, events, { streamState, deadline }),
    });
  },
};
