import { ALL } from "./group-file.ts";
import type { Joined, RunningGroup } from "./running-group.ts";

const MS_PER_SECOND = 1_000;

/** A group as the protocol tells of it. */
export function infoOf(group: RunningGroup, nowMs: number): object {
  const { key, settings } = group.record;
  const { reached, lastKnown, fresh, again, inFlight, held, answered, parked } = group.standing;
  const place = (at: number) => (key.stream === null ? `C:${at}/P:${at}` : String(at));
  const subscribers = [...group.subscribers];
  const connections = subscribers.map((one) => ({
    ...connectionOf(one, nowMs),
    ...(settings.extraStatistics ? { observedMeasurements: one.timing.measures() } : {}),
  }));
  return {
    eventSource: key.stream ?? ALL,
    groupName: key.name,
    status: "Live",
    connections,
    averagePerSecond: connections.reduce((sum, one) => sum + one.averageItemsPerSecond, 0),
    totalItems: String(answered),
    countSinceLastMeasurement: String(answered),
    lastCheckpointedEventPosition: reached < (key.stream === null ? 1 : 0) ? "" : place(reached),
    lastKnownEventPosition: lastKnown < 0 ? "" : place(lastKnown),
    startFrom: settings.startFrom,
    resolveLinkTos: settings.resolveLinks,
    extraStatistics: settings.extraStatistics,
    messageTimeoutMilliseconds: settings.messageTimeoutMs,
    maxRetryCount: settings.maxRetryCount,
    liveBufferSize: settings.liveBufferSize,
    bufferSize: settings.historyBufferSize,
    readBatchSize: settings.readBatchSize,
    checkPointAfterMilliseconds: settings.checkpointAfterMs,
    minCheckPointCount: settings.minCheckpointCount,
    maxCheckPointCount: settings.maxCheckpointCount,
    readBufferCount: fresh,
    // What is to come is read from the log when there is room: nothing waits beside it.
    liveBufferCount: "0",
    retryBufferCount: again,
    totalInFlightMessages: inFlight,
    outstandingMessagesCount: held,
    namedConsumerStrategy: settings.strategy,
    maxSubscriberCount: settings.maxSubscriberCount,
    parkedMessageCount: String(parked),
  };
}

function connectionOf({ peer, size, inFlight, handed }: Joined, nowMs: number) {
  const seconds = Math.max((nowMs - peer.sinceMs) / MS_PER_SECOND, 1);
  return {
    from: peer.from,
    username: peer.name,
    averageItemsPerSecond: Math.round(handed / seconds),
    totalItems: String(handed),
    countSinceLastMeasurement: String(handed),
    availableSlots: size - inFlight.size,
    inFlightMessages: inFlight.size,
    connectionName: peer.connection,
  };
}
