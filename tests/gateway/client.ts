import type { Readable } from "node:stream";
import type { Proposal } from "./events.ts";

export type Expected = bigint | "any" | "no_stream" | "stream_exists";
export type Position = { commit: bigint; prepare: bigint };
type Recorded = {
  streamId: string;
  revision: bigint;
  id: string;
  type: string;
  data: unknown;
  metadata?: unknown;
  created: Date;
  position?: Position | undefined;
};
export type Resolved = { event?: Recorded | undefined };
type Direction = { direction?: "forwards" | "backwards"; maxCount?: number };
export type Filter = {
  on: "type" | "stream";
  prefixes?: string[];
  regex?: string;
  interval?: number;
  checkpoint?: (position: bigint) => void;
};
export type Subscription = { source: Readable; end(): Promise<void> };

/** The calls that both libraries have, under one spelling; nothing is done between. */
export interface Client {
  append(
    stream: string,
    events: readonly Proposal[],
    expected: Expected,
    deadline?: number,
  ): Promise<{ nextExpectedRevision: bigint; position?: Position | undefined }>;
  readStream(
    stream: string,
    options?: Direction & { fromRevision?: bigint | "start" | "end" },
  ): AsyncIterable<Resolved>;
  readAll(
    options?: Direction & { fromPosition?: Position | "start" | "end" },
  ): AsyncIterable<Resolved>;
  subscribeToAll(options?: { from?: Position | "start" | "end"; filter?: Filter }): Subscription;
  subscribeToStream(stream: string, from?: bigint | "start" | "end"): Subscription;
  dispose(): Promise<void>;
}

export type ClientKind = {
  library: string;
  scheme: "esdb" | "kurrentdb";
  connect(where: string): Client;
};
