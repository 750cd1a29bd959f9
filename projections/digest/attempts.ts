import type { Recorded } from "@nightshift/protocol/envelope";
import { attemptOf, type Night } from "./night.ts";
import { taskOf } from "../task-of.ts";

export type Outcome =
  | "merged"
  | "taken-back"
  | "in-review"
  | "filed"
  | "branch"
  | "rejected"
  | "failed"
  | "deferred"
  | "split"
  | "unfinished";

/** How each attempt of a night came out, and the events that tell it; each counts once. */
export function attemptsOf(night: Night): Map<string, { outcome: Outcome; events: string[] }> {
  const attempts = new Map<string, { outcome: Outcome; events: string[] }>();
  const tell = (attempt: string, outcome: Outcome, { id }: Recorded): void => {
    const events = [...(attempts.get(attempt)?.events ?? []), id];
    attempts.set(attempt, { outcome, events });
  };
  for (const started of night.all("attempt.started"))
    tell(attemptOf(started), "unfinished", started);
  for (const split of night.all("task.split")) {
    for (const attempt of attempts.keys())
      if (`task-${taskOf(attempt)}` === split.stream && !night.of("attempt.executed", attempt))
        tell(attempt, "split", split);
  }
  for (const failed of night.all("attempt.failed")) {
    const attempt = attemptOf(failed);
    if (attempts.get(attempt)?.outcome !== "split") tell(attempt, "failed", failed);
  }
  for (const deferred of night.all("attempt.deferred"))
    tell(attemptOf(deferred), "deferred", deferred);
  for (const gated of night.all("attempt.gated"))
    if (gated.event.decision === "rejected") tell(attemptOf(gated), "rejected", gated);
  for (const integrated of night.all("attempt.integrated"))
    tell(attemptOf(integrated), integrated.event.how, integrated);
  for (const merged of night.all("repo.merged")) tell(merged.event.attempt, "merged", merged);
  for (const reverted of night.all("repo.reverted"))
    tell(reverted.event.attempt, "taken-back", reverted);
  return attempts;
}

/** Ids of the attempts that came out one way, and all their events. */
export function having(
  attempts: ReturnType<typeof attemptsOf>,
  ...outcomes: Outcome[]
): { n: number; events: string[] } {
  const found = [...attempts.values()].filter(({ outcome }) => outcomes.includes(outcome));
  return { n: found.length, events: found.flatMap(({ events }) => events) };
}
