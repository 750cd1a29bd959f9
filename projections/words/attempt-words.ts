import type { AttemptEvent } from "@nightshift/protocol/attempt";
import type { Reviewed } from "@nightshift/protocol/claim";
import { count, dollars } from "./plain.ts";

/** What an attempt came to, step by step, in words. */
export function attemptWords(event: AttemptEvent): string {
  switch (event.type) {
    case "attempt.started":
      return `try ${event.generation} begins at ${event.base.slice(0, 10)}`;
    case "attempt.planned":
      return event.parts > 0
        ? `planned in ${count(event.parts, "part")}`
        : `planned: about ${event.estimateTokens} tokens`;
    case "attempt.announced":
      return `announced (${event.skill})`;
    case "attempt.bid":
      return `${event.agent} bids ${dollars(event.priceMicroUsd)} with ${event.model}`;
    case "attempt.awarded":
      return `awarded to ${event.agent} with ${event.model} (${event.reason})`;
    case "attempt.prompted":
      return `${event.by} asks ${event.model} with ${event.contextTokens} tokens`;
    case "attempt.executed":
      return [
        `${event.by} with ${event.model}: ${count(event.files.length, "file")} changed`,
        `${event.stopReason}, ${dollars(event.costMicroUsd)} ${event.costKind}`,
      ].join(", ");
    case "attempt.verified":
      return `verified: ${event.verdict}`;
    case "attempt.assessed":
      return [
        `heuristic ${event.heuristic.toFixed(1)}`,
        `judge ${event.judge.toFixed(1)}`,
        ...(event.calibrated ? [`calibrated ${event.calibrated.score.toFixed(1)}`] : []),
        `blend ${event.blend.toFixed(1)}`,
        ...(event.drift ? ["judge and heuristics have drifted apart"] : []),
        ...(event.reviewed ? [reviewOf(event.reviewed)] : []),
      ].join(", ");
    case "attempt.gated":
      return `${event.decision} at ${event.score.toFixed(1)}: ${reasonsOf(event)}`;
    case "attempt.integrated":
      return `${event.how}: ${event.where}`;
    case "attempt.failed":
      return `failed (${event.kind}): ${event.detail}`;
    case "attempt.deferred":
      return `put off: ${event.account} is ${event.account === "brake" ? "on" : "at its limit"}`;
    case "attempt.graded":
      return `${event.by} gives it ${event.score.toFixed(1)}: ${event.note}`;
    case "attempt.flagged":
      return `safety event (${event.rule}): ${event.detail}`;
  }
}

function reasonsOf({ reasons }: Extract<AttemptEvent, { type: "attempt.gated" }>): string {
  return reasons.map(({ text }) => text).join("; ");
}

function reviewOf({ checks }: Reviewed): string {
  const met = checks.filter(({ outcome }) => outcome === "pass").length;
  return `a reviewer sees ${met} of ${count(checks.length, "claim")} met`;
}
