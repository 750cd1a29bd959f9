import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults as allSettings,
  persistentSubscriptionToStreamSettingsFromDefaults as streamSettings,
  streamNameFilter,
} from "@eventstore/db-client";
import { asReadable } from "@nightshift/infra/log/kurrent/cluster";
import type { ForeignClient, GroupChange } from "./foreign-client.ts";

/** The calls that other programs make, by @eventstore/db-client. */
export function foreignEventStore(where: string): ForeignClient {
  const client = EventStoreDBClient.connectionString(where);
  return {
    append: (stream, events, expectedRevision = "any") =>
      client.appendToStream(
        stream,
        events.map((event) => jsonEvent(event)),
        { expectedRevision },
      ),
    delete: (stream, expectedRevision = "any") => client.deleteStream(stream, { expectedRevision }),
    tombstone: (stream, expectedRevision = "any") =>
      client.tombstoneStream(stream, { expectedRevision }),
    rules: async (stream) => (await client.getStreamMetadata(stream)).metadata,
    setRules: (stream, rules) => client.setStreamMetadata(stream, rules),
    createGroup: (stream, group, change = {}, prefixes) =>
      stream === null
        ? client.createPersistentSubscriptionToAll(
            group,
            ofAll(change),
            prefixes ? { filter: streamNameFilter({ prefixes }) } : {},
          )
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

/** Of all streams nobody begins at a revision. */
function ofAll({ startFrom = "end", ...change }: GroupChange) {
  return allSettings({ ...change, startFrom: startFrom === "start" ? "start" : "end" });
}
