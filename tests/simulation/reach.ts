import type { NightEvent } from "@nightshift/protocol/events";

/** What happened, in a few words: the event, and its kind where there are several. */
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
    case "brake.engaged":
      return `${event.type} ${event.rule ?? "mean"}`;
    case "budget.settled":
      return `${event.type} ${event.costKind}`;
    case "shift.ended":
      return `${event.type} ${event.reason}`;
    default:
      return event.type;
  }
}

/** What the nights of a suite must reach: an invariant that nothing tries to break shows nothing. */
export const HAPPENINGS: readonly string[] = [
  "account.held",
  "allocation.adjusted",
  "attempt.deferred",
  "attempt.failed conflict",
  "attempt.failed crash",
  "attempt.failed hang",
  "attempt.failed lost",
  "attempt.failed no-change",
  "attempt.failed regression",
  "attempt.failed rejected",
  "attempt.failed unusable-answer",
  "attempt.flagged",
  "attempt.gated accepted",
  "attempt.gated escalated",
  "attempt.gated rejected",
  "brake.canary-started",
  "brake.engaged cusum",
  "brake.engaged mean",
  "brake.latched",
  "brake.released",
  "budget.ceiling-hit category-share",
  "budget.ceiling-hit day-usd",
  "budget.ceiling-hit night-usd",
  "budget.ceiling-hit self-improvement-share",
  "budget.ceiling-hit week-tokens",
  "budget.overshot",
  "budget.released",
  "budget.settled billed",
  "budget.settled unknown",
  "guidance.reflected",
  "genome.mutated",
  "policy.adopted",
  "policy.rolled-back",
  "policy.tried",
  "repo.merge-failed conflict",
  "repo.merge-failed moved",
  "repo.merge-failed regression",
  "repo.merged",
  "repo.reverted",
  "review.rejected",
  "review.requested",
  "shift.ended backlog-done",
  "shift.ended brake",
  "shift.ended budget",
  "shift.ended stopped",
  "shift.ended time",
  "shift.paused",
  "task.abandoned",
  "task.completed branch",
  "task.completed children",
  "task.completed filed",
  "task.completed in-review",
  "task.completed merged",
  "task.parked",
  "task.refused",
  "task.released conflict",
  "task.released deferred",
  "task.released failed",
  "task.released lost",
  "task.returned",
  "task.split",
  "a leader died",
  "a leader was replaced while it slept",
  "a leader met a failing disk",
];
