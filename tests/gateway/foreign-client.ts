import type { Readable } from "node:stream";
import type { ResolvedEvent } from "@eventstore/db-client";

/** An event of somebody else's program. */
type ForeignProposal = {
  id?: string;
  type: string;
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
};
export type Expected = bigint | "any" | "no_stream" | "stream_exists";
type Rules = {
  maxCount?: number;
  maxAge?: number;
  truncateBefore?: number;
  cacheControl?: number;
  acl?: Record<string, string[]>;
};
/** Both libraries hand out the same. */
export type Handed = ResolvedEvent & { retryCount: number };
export type GroupChange = {
  startFrom?: bigint | "start" | "end";
  messageTimeout?: number;
  maxRetryCount?: number;
  maxSubscriberCount?: number;
  checkPointAfter?: number;
  checkPointLowerBound?: number;
  checkPointUpperBound?: number;
  historyBufferSize?: number;
  consumerStrategyName?: "DispatchToSingle" | "RoundRobin" | "Pinned" | "PinnedByCorrelation";
  extraStatistics?: boolean;
};
type GroupInfo = {
  eventSource: string;
  groupName: string;
  settings: { maxRetryCount: number; consumerStrategyName: string; startFrom?: unknown };
  stats: {
    parkedMessageCount: bigint;
    totalInFlightMessages: number;
    lastCheckpointedEventRevision?: bigint | undefined;
    lastKnownEventRevision?: bigint | undefined;
  };
  connections: readonly {
    username: string;
    inFlightMessages: number;
    extraStatistics?: Map<string, bigint>;
  }[];
};
/** One subscriber of a group. */
export type Worker = {
  source: Readable;
  ack(...events: Handed[]): Promise<void>;
  nack(action: "park" | "retry" | "skip" | "stop", ...events: Handed[]): Promise<void>;
  end(): Promise<void>;
};

/** What both libraries can do with streams of others and with groups; null is all streams. */
export interface ForeignClient {
  append(
    stream: string,
    events: readonly ForeignProposal[],
    expected?: Expected,
  ): Promise<{ nextExpectedRevision: bigint; position?: { commit: bigint } | undefined }>;
  delete(stream: string, expected?: bigint | "any" | "no_stream"): Promise<unknown>;
  tombstone(stream: string, expected?: bigint | "any" | "no_stream"): Promise<unknown>;
  rules(stream: string): Promise<unknown>;
  setRules(stream: string, rules: Rules): Promise<unknown>;
  createGroup(
    stream: string | null,
    group: string,
    change?: GroupChange,
    prefixes?: string[],
  ): Promise<void>;
  updateGroup(stream: string | null, group: string, change: GroupChange): Promise<void>;
  deleteGroup(stream: string | null, group: string): Promise<void>;
  groupInfo(stream: string | null, group: string): Promise<GroupInfo>;
  /** Those of a stream, of all streams (null), or every one. */
  listGroups(
    stream?: string | null,
  ): Promise<readonly { groupName: string; eventSource: string; settings: object }[]>;
  restartGroups(): Promise<void>;
  /** What the library itself makes of a change: all settings of a group of a stream. */
  settings(change: GroupChange): object;
  replayParked(stream: string | null, group: string, stopAt?: number): Promise<void>;
  work(stream: string | null, group: string, bufferSize?: number): Worker;
  dispose(): Promise<void>;
}
