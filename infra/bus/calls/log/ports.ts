import type { Blobs } from "@nightshift/agents/ports";
import type { EventStore } from "@nightshift/blackboard/store";

/** What calls that are kept in the log need of the world. */
export type LogPorts = {
  store: EventStore;
  blobs: Blobs;
  clock: { now(): number };
  newId: () => string;
  /** Who signs the events, and the name of this process, as `fate` will be asked for it. */
  actor: string;
  server: string;
  /** Whether the process of that name is still there; of another machine nothing may be known. */
  fate: (server: string) => Promise<"alive" | "gone" | "unknown">;
  /** Milliseconds that a server of which nothing is known is believed without a sign. */
  holdMs: number;
  /** Milliseconds between looks of those who wait, which come whether or not the log said anything. */
  lookMs: number;
};
