import type { AttemptEvent } from "@nightshift/protocol/attempt";
import type { Recorded } from "@nightshift/protocol/envelope";
import { idOf } from "@nightshift/protocol/ids";
import type { HistoryView } from "./history.ts";

type Cells = Record<string, string | number | null>;

/**
 * Table `attempts`, one row an attempt: both scores and their blend, so that a drift between them
 * shows (D24), with the model and the context they were made with (F10). `ended` is merged,
 * in-review, branch, filed, failed or deferred; null while it goes on or was rejected.
 */
export const scores: HistoryView<AttemptEvent> = {
  name: "scores",
  version: 3,
  reads: [
    "attempt.started",
    "attempt.planned",
    "attempt.awarded",
    "attempt.prompted",
    "attempt.executed",
    "attempt.verified",
    "attempt.assessed",
    "attempt.gated",
    "attempt.integrated",
    "attempt.failed",
    "attempt.deferred",
    "attempt.flagged",
    "attempt.graded",
  ],
  tables: [
    {
      name: "attempts",
      columns: {
        attempt: "text",
        task: "text",
        generation: "integer",
        repo: "text",
        category: "text",
        output: "text",
        estimate_tokens: "integer",
        agent: "text",
        model: "text",
        family: "text",
        genome: "text",
        propensity: "real",
        context_tokens: "integer",
        input_tokens: "integer",
        output_tokens: "integer",
        cost_micro_usd: "integer",
        cost_kind: "text",
        duration_ms: "integer",
        stop_reason: "text",
        truncated: "integer",
        verdict: "text",
        heuristic: "real",
        judge: "real",
        /** What people make of such a score of the judge; null while too few graded it. */
        calibrated: "real",
        /** What a person gave it; null where nobody did. */
        human: "real",
        blend: "real",
        judge_family: "text",
        rubric: "text",
        /** After the truncation penalty: what the gate held against the minimum. */
        gated_score: "real",
        decision: "text",
        /** JSON list of the codes of the gate's reasons. */
        reasons: "text",
        flagged: "integer",
        ended: "text",
        failure: "text",
        started_at_ms: "integer",
        ended_at_ms: "integer",
        first_position: "text",
        last_position: "text",
      },
      key: ["attempt"],
      indexes: [["task"], ["model", "category"], ["decision"]],
    },
  ],
  apply(recorded) {
    const key = { attempt: idOf(recorded.stream) };
    const values = { ...valuesOf(recorded), last_position: String(recorded.position) };
    return [{ table: "attempts", op: "upsert", key, values }];
  },
};

function valuesOf({ event, atMs, position }: Recorded<AttemptEvent>): Cells {
  switch (event.type) {
    case "attempt.started": {
      const { task, generation, repo, category, output } = event;
      const first_position = String(position);
      return { task, generation, repo, category, output, started_at_ms: atMs, first_position };
    }
    case "attempt.planned":
      return { estimate_tokens: event.estimateTokens };
    case "attempt.awarded": {
      const { agent, model, genome, propensity } = event;
      return { agent, model, genome, propensity };
    }
    case "attempt.prompted":
      return { context_tokens: event.contextTokens };
    case "attempt.executed":
      return executedCells(event);
    case "attempt.verified":
      return { verdict: event.verdict };
    case "attempt.assessed": {
      const { heuristic, judge, blend, family, rubric } = event;
      const calibrated = event.calibrated?.score ?? null;
      return { heuristic, judge, calibrated, blend, judge_family: family, rubric };
    }
    case "attempt.gated": {
      const reasons = JSON.stringify(event.reasons.map(({ code }) => code));
      return { gated_score: event.score, decision: event.decision, reasons };
    }
    case "attempt.integrated":
      return { ended: event.how, ended_at_ms: atMs };
    case "attempt.failed":
      return { ended: "failed", failure: event.kind, ended_at_ms: atMs };
    case "attempt.deferred":
      return { ended: "deferred", ended_at_ms: atMs };
    case "attempt.flagged":
      return { flagged: 1 };
    case "attempt.graded":
      return { human: event.score };
    case "attempt.announced":
    case "attempt.bid":
      return {};
  }
}

function executedCells(event: Extract<AttemptEvent, { type: "attempt.executed" }>): Cells {
  return {
    model: event.model,
    family: event.family,
    input_tokens: event.usage.inputTokens,
    output_tokens: event.usage.outputTokens,
    cost_micro_usd: event.costMicroUsd,
    cost_kind: event.costKind,
    duration_ms: event.durationMs,
    stop_reason: event.stopReason,
    truncated: event.stopReason === "truncated" ? 1 : 0,
  };
}
