import type { Pending } from "@nightshift/protocol/envelope";
import type { NightEvent } from "@nightshift/protocol/events";

/** Milliseconds that no append of a test needs. */
export const AMPLE_MS = 20_000;

/** The event with a number, on its way into a log. */
export function pending(n: number, event: NightEvent): Pending {
  return {
    id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
    atMs: 1_795_000_000_000 + n,
    actor: "tester",
    causation: `cause ${n}`,
    correlation: null,
    event,
  };
}

export function working(n: number): Pending {
  return pending(n, { type: "call.working", note: `note ${n}` });
}
