import type * as library from "@eventstore/db-client";
import { asReadable } from "@nightshift/infra/log/kurrent/cluster";
import type { Expected, ForeignClient, GroupChange } from "./foreign-client.ts";

type Connected = library.EventStoreDBClient;
type JsonEvent = ReturnType<typeof library.jsonEvent>;
type AllSettings = ReturnType<typeof library.persistentSubscriptionToAllSettingsFromDefaults>;

/** What each library has of its own: how it is told what to expect, and its filters. */
type Own = {
  library: Pick<
    typeof library,
    | "jsonEvent"
    | "persistentSubscriptionToAllSettingsFromDefaults"
    | "persistentSubscriptionToStreamSettingsFromDefaults"
  >;
  append(
    stream: string,
    events: JsonEvent[],
    expected: Expected,
  ): ReturnType<ForeignClient["append"]>;
  createOfAll(group: string, settings: AllSettings, prefixes?: string[]): Promise<void>;
};

/** The calls that other programs make, by either library: both spell all of the others alike. */
export function foreignCalls(
  client: Omit<Connected, "readStream" | "readAll" | "appendToStream">,
  { library, append, createOfAll }: Own,
): ForeignClient {
  const { jsonEvent, persistentSubscriptionToStreamSettingsFromDefaults: streamSettings } = library;
  /** Of all streams nobody begins at a revision. */
  const ofAll = ({ startFrom = "end", ...change }: GroupChange) =>
    library.persistentSubscriptionToAllSettingsFromDefaults({
      ...change,
      startFrom: startFrom === "start" ? "start" : "end",
    });
  return {
    append: (stream, events, expected = "any") =>
      append(
        stream,
        events.map((event) => jsonEvent(event)),
        expected,
      ),
    delete: (stream, expectedRevision = "any") => client.deleteStream(stream, { expectedRevision }),
    tombstone: (stream, expectedRevision = "any") =>
      client.tombstoneStream(stream, { expectedRevision }),
    rules: async (stream) => (await client.getStreamMetadata(stream)).metadata,
    setRules: (stream, rules) => client.setStreamMetadata(stream, rules),
    createGroup: (stream, group, change = {}, prefixes) =>
      stream === null
        ? createOfAll(group, ofAll(change), prefixes)
        : client.createPersistentSubscriptionToStream(stream, group, streamSettings(change)),
    updateGroup: (stream, group, change) =>
      stream === null
        ? client.updatePersistentSubscriptionToAll(group, ofAll(change))
        : client.updatePersistentSubscriptionToStream(stream, group, streamSettings(change)),
    deleteGroup: (stream, group) =>
      stream === null
        ? client.deletePersistentSubscriptionToAll(group)
        : client.deletePersistentSubscriptionToStream(stream, group),
    groupInfo: (stream, group) =>
      stream === null
        ? client.getPersistentSubscriptionToAllInfo(group)
        : client.getPersistentSubscriptionToStreamInfo(stream, group),
    listGroups(stream) {
      if (stream === undefined) return client.listAllPersistentSubscriptions();
      if (stream === null) return client.listPersistentSubscriptionsToAll();
      return client.listPersistentSubscriptionsToStream(stream);
    },
    restartGroups: () => client.restartPersistentSubscriptionSubsystem(),
    settings: (change) => streamSettings(change),
    replayParked: (stream, group, stopAt) => {
      const options = stopAt === undefined ? {} : { stopAt };
      return stream === null
        ? client.replayParkedMessagesToAll(group, options)
        : client.replayParkedMessagesToStream(stream, group, options);
    },
    work(stream, group, bufferSize = 10) {
      const subscription =
        stream === null
          ? client.subscribeToPersistentSubscriptionToAll(group, { bufferSize })
          : client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize });
      return {
        source: asReadable(subscription),
        ack: (...events) => subscription.ack(...events),
        nack: (action, ...events) => subscription.nack(action, "as the test says", ...events),
        end: () => subscription.unsubscribe(),
      };
    },
    dispose: () => client.dispose(),
  };
}
