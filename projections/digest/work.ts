import type { Recorded } from "@nightshift/protocol/envelope";
import type { Fact } from "./digest.ts";
import type { Night } from "./night.ts";
import { MODEL_CHARS_MAX } from "./sizes.ts";
import { dollars, plain } from "../words/plain.ts";
import { reachInShort } from "../words/reach-words.ts";
import { taskOf } from "../task-of.ts";

/** A line about an attempt: its task, what became of it, its scores, who did it and what it cost. */
export function tellAttempt(
  night: Night,
  attempt: string,
  text: string,
  behind: readonly (Recorded | undefined)[],
): Fact {
  const task = night.task(taskOf(attempt));
  const work = workOf(night, attempt);
  const done = behind.find((recorded) => recorded?.event.type === "task.completed");
  const after = done?.event.type === "task.completed" ? `; done later (${done.event.outcome})` : "";
  const ids = behind.flatMap((recorded) => (recorded ? [recorded.id] : []));
  return {
    text: `${task.name}: ${text}${work.text}${after}`,
    events: [...new Set([...ids, ...work.events, ...task.events])],
  };
}

/** Scores, worker and cost of an attempt, as far as it got. */
function workOf(night: Night, attempt: string): { text: string; events: string[] } {
  const gated = night.of("attempt.gated", attempt);
  const assessed = night.of("attempt.assessed", attempt);
  const executed = night.of("attempt.executed", attempt);
  const verified = night.of("attempt.verified", attempt);
  const awarded = night.of("attempt.awarded", attempt);
  const parts: string[] = [];
  if (gated && assessed) {
    const { heuristic, judge } = assessed.event;
    const both = `heuristic ${heuristic.toFixed(1)}, judge ${judge.toFixed(1)}`;
    parts.push(`score ${gated.event.score.toFixed(1)} (${both})`);
  }
  const reach = verified?.event.reach;
  if (reach) parts.push(...reachInShort(reach));
  const model = executed?.event.model ?? awarded?.event.model;
  if (model !== undefined) parts.push(`by ${plain(model, MODEL_CHARS_MAX)}`);
  if (executed) parts.push(`${dollars(executed.event.costMicroUsd)} ${executed.event.costKind}`);
  const behind = [gated, assessed, reach && verified, executed ?? awarded];
  return {
    text: parts.length > 0 ? `, ${parts.join(", ")}` : "",
    events: behind.flatMap((recorded) => (recorded ? [recorded.id] : [])),
  };
}
