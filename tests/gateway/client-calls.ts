import type * as library from "@eventstore/db-client";
import { asReadable } from "@nightshift/infra/log/kurrent/cluster";
import type { Client, Expected, Filter, Position } from "./client.ts";

type JsonEvent = ReturnType<typeof library.jsonEvent>;
type Place = Position | "start" | "end";
type Kept = { unsubscribe(): Promise<void> };

/** What either library can do of its own accord; `Wish` is what it makes of a filter. */
type Connected<Wish> = {
  readStream: Client["readStream"];
  readAll: Client["readAll"];
  subscribeToAll(options: { fromPosition: Place; filter?: Wish }): Kept;
  subscribeToStream(stream: string, options: { fromRevision: bigint | "start" | "end" }): Kept;
  dispose(): Promise<void>;
};

type Common = {
  checkpointInterval: number;
  maxSearchWindow: number;
  checkpointReached(subscription: unknown, position: { commit: bigint }): void;
};
type Make<Wish> = {
  (options: Common & { regex: string }): Wish;
  (options: Common & { prefixes: string[] }): Wish;
};

/** What each library has of its own: how it is told what to expect, and its filters. */
type Own<Wish> = {
  library: {
    jsonEvent: typeof library.jsonEvent;
    eventTypeFilter: Make<Wish>;
    streamNameFilter: Make<Wish>;
  };
  append(
    stream: string,
    events: JsonEvent[],
    expected: Expected,
    deadline: number,
  ): ReturnType<Client["append"]>;
};

/** The calls that both libraries have, by either of them; nothing is done between. */
export function clientCalls<Wish>(client: Connected<Wish>, { library, append }: Own<Wish>): Client {
  return {
    append: (stream, events, expected, deadline = 10_000) =>
      append(
        stream,
        events.map((event) => library.jsonEvent(event)),
        expected,
        deadline,
      ),
    readStream: (stream, options) => client.readStream(stream, options),
    readAll: (options) => client.readAll(options),
    subscribeToAll({ from = "start", filter } = {}) {
      const options = filter ? { filter: filterOf(library, filter) } : {};
      const source = client.subscribeToAll({ fromPosition: from, ...options });
      return { source: asReadable(source), end: () => source.unsubscribe() };
    },
    subscribeToStream(stream, from = "start") {
      const source = client.subscribeToStream(stream, { fromRevision: from });
      return { source: asReadable(source), end: () => source.unsubscribe() };
    },
    dispose: () => client.dispose(),
  };
}

function filterOf<Wish>(
  library: Own<Wish>["library"],
  { on, prefixes = [], regex, interval = 1, checkpoint }: Filter,
): Wish {
  const common = {
    checkpointInterval: interval,
    maxSearchWindow: 1,
    checkpointReached: (_: unknown, { commit }: { commit: bigint }) => checkpoint?.(commit),
  };
  const make = on === "type" ? library.eventTypeFilter : library.streamNameFilter;
  return regex === undefined ? make({ ...common, prefixes }) : make({ ...common, regex });
}
