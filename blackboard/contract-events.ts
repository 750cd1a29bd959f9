import type { Pending, Recorded } from "@nightshift/protocol/envelope";
import type { EventStore } from "./store.ts";

/** A fresh, empty log and the ways to come back to it. */
export type OpenStore = {
  store: EventStore;
  /** Closes the store and opens the same log again. */
  reopen?: () => Promise<EventStore>;
  /** A second writer on the same log, as another process would be. */
  another?: () => Promise<EventStore>;
  close(): Promise<void>;
  /**
   * Where an event id is known again: in the whole log where this is left out. A cluster's server
   * knows it in the stream alone; a board's ids tell streams apart by themselves.
   */
  idsUniqueIn?: "log" | "stream";
};

/** Milliseconds that no append of a test needs. */
export const AMPLE_MS = 20_000;

export async function all(events: AsyncIterable<Recorded>): Promise<Recorded[]> {
  return Array.fromAsync(events);
}

export function ids(events: readonly Recorded[]): string[] {
  return events.map((recorded) => recorded.id);
}

export function id(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

export function working(n: number): Pending {
  return { ...envelope(n), event: { type: "call.working", note: `note ${n}` } };
}

/** @param bytes How long the event is, at least. */
export function left(n: number, bytes = 1): Pending {
  return { ...envelope(n), event: { type: "agent.left", session: "s".repeat(bytes) } };
}

function envelope(n: number): Omit<Pending, "event"> {
  return {
    id: id(n),
    atMs: 1_795_000_000_000 + n,
    actor: "tester",
    causation: null,
    correlation: null,
  };
}
