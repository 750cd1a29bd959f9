import { Readable } from "node:stream";

/** An event as a cluster takes it. Metadata is a map of texts, which every client can carry. */
export type ClusterEvent = {
  /** A UUID in small letters. */
  id: string;
  type: string;
  data: Record<string, unknown>;
  metadata: Record<string, string>;
};

/** An event as a cluster gives it back, ours or anybody's. */
export type ClusterRecord = {
  streamId: string;
  revision: bigint;
  id: string;
  type: string;
  data: unknown;
  metadata?: unknown;
  position?: { commit: bigint } | undefined;
};

/** What both client libraries hand out for an event; links of others have no event of their own. */
export type Resolved = { event?: ClusterRecord | undefined };

/** Which events a subscription is sent; the server drops all others. */
export type ClusterFilter = { on: "type" | "stream"; prefixes: readonly string[] };

/**
 * What both client libraries can do, and all that the store needs of them. They throw errors of
 * their own, told apart by `type`.
 */
export interface Cluster {
  /** @param revision How many events the stream holds. @returns the position of the last event. */
  append(
    stream: string,
    events: readonly ClusterEvent[],
    options: { revision: number; timeoutMs: number },
  ): Promise<bigint>;
  /** The events of a stream from a revision on. */
  readStream(stream: string, from: number): AsyncIterable<Resolved>;
  /** So many events of all streams before a position, latest first; null: from the end. */
  readBackwards(before: bigint | null, most: number): AsyncIterable<Resolved>;
  /** All streams after a position, and then what comes. */
  subscribe(options: {
    after: bigint;
    filter: ClusterFilter;
    /** Told up to where the server has looked, before what follows is sent. */
    onCheckpoint: (position: bigint) => void;
  }): ClusterSubscription;
  dispose(): Promise<void>;
}

/** `source` yields `Resolved` and emits `caughtUp` when the server waits for what comes. */
type ClusterSubscription = {
  source: Readable;
  /** What to make of an event that was read; as it is where there is none. */
  view?: (resolved: Resolved) => Resolved;
  cancel: () => Promise<void>;
};

/** Both libraries hide that a subscription is a stream of Node, which can be read at one's own pace. */
export function asReadable(source: object): Readable {
  if (source instanceof Readable) return source;
  throw new Error("the client's subscription is no stream that can be read");
}
