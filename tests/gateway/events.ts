import { randomUUID } from "node:crypto";
import type { Pending } from "@nightshift/protocol/envelope";
import type { Resolved } from "./client.ts";

/** An event as a client of the house proposes it. */
export function proposal(note = "a note") {
  return {
    id: randomUUID() as string,
    type: "call.working",
    data: { type: "call.working", note } as Record<string, unknown>,
    metadata: { atMs: String(Date.now()), actor: "tester" } as Record<string, string>,
  };
}

/** The same on its way into a store. */
export function pendingNote(note: string): Pending {
  const event = { type: "call.working", note } as const;
  return { id: randomUUID(), atMs: 1, actor: "tester", causation: null, correlation: null, event };
}

export type Proposal = ReturnType<typeof proposal>;

/** The notes of the events that a read gives. */
export async function texts(read: AsyncIterable<Resolved>): Promise<string[]> {
  const events = await Array.fromAsync(read);
  return events.map(({ event }) => noteOf(event?.data));
}

export function noteOf(data: unknown): string {
  return typeof data === "object" && data !== null && "note" in data ? String(data.note) : "";
}
