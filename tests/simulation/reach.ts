import type { NightEvent } from "@nightshift/protocol/events";

/** What happened, in a word or two: the event, and its kind where there are several. */
export function happeningOf(event: NightEvent): string {
  switch (event.type) {
    case "task.released":
      return `${event.type} ${event.reason}`;
    case "task.completed":
      return `${event.type} ${event.outcome}`;
    case "attempt.failed":
      return `${event.type} ${event.kind}`;
    case "attempt.gated":
      return `${event.type} ${event.decision}`;
    case "repo.merge-failed":
      return `${event.type} ${event.reason}`;
    case "budget.ceiling-hit":
      return `${event.type} ${event.ceiling}`;
    case "budget.settled":
      return event.costKind === "unknown" ? `${event.type} unknown` : event.type;
    case "shift.ended":
      return `${event.type} ${event.reason}`;
    default:
      return event.type;
  }
}

/** What the nights of a suite must reach: an invariant that nothing could break shows nothing. */
export const HAPPENINGS: readonly string[] = [
  "shift.paused",
];
