import type { AttemptEvent } from "@nightshift/protocol/attempt";
import { idOf } from "@nightshift/protocol/ids";
import type { Projection } from "./projection.ts";

/** One judged attempt, as the evolver looks at it. */
type Outcome = {
  attempt: string;
  category: string;
  model: string;
  genome: string;
  score: number | null;
  truncated: boolean;
  continued: boolean;
  contextTokens: number;
  outputTokens: number;
  outputBudget: number;
  merged: boolean;
  atMs: number;
  evidence: string;
};

/** The latest judged attempts, and those that are still on their way to a judgement. */
export type Outcomes = {
  rows: Outcome[];
  open: Map<string, Outcome>;
  total: number;
};

const KEPT = 200;

export const outcomes: Projection<Outcomes, AttemptEvent> = {
  name: "outcomes",
  version: 1,
  reads: [
    "attempt.started",
    "attempt.planned",
    "attempt.awarded",
    "attempt.prompted",
    "attempt.executed",
    "attempt.gated",
    "attempt.integrated",
    "attempt.failed",
    "attempt.deferred",
  ],
  initial: () => ({ rows: [], open: new Map(), total: 0 }),
  apply(view, { stream, event, atMs, id }) {
    const attempt = idOf(stream);
    const row = view.open.get(attempt);
    switch (event.type) {
      case "attempt.started":
        view.open.set(attempt, blank(attempt, event.category));
        return;
      case "attempt.planned":
        if (event.parts > 0) view.open.delete(attempt);
        return;
      case "attempt.awarded":
        if (row) Object.assign(row, { model: event.model, genome: event.genome });
        return;
      case "attempt.prompted":
        if (row)
          Object.assign(row, { contextTokens: event.contextTokens, outputBudget: event.capTokens });
        return;
      case "attempt.executed":
        if (!row) return;
        row.truncated = event.stopReason === "truncated";
        row.outputTokens = event.usage.outputTokens;
        return;
      case "attempt.gated":
        if (row) Object.assign(row, { score: event.score, atMs, evidence: id });
        return;
      case "attempt.integrated":
      case "attempt.failed":
      case "attempt.deferred":
        view.open.delete(attempt);
        if (!row || row.score === null) return;
        row.merged = event.type === "attempt.integrated" && event.how === "merged";
        view.rows.push(row);
        if (view.rows.length > KEPT) view.rows.shift();
        view.total++;
        return;
      case "attempt.announced":
      case "attempt.bid":
      case "attempt.verified":
      case "attempt.assessed":
      case "attempt.flagged":
        return;
    }
  },
};

function blank(attempt: string, category: string): Outcome {
  return {
    attempt,
    category,
    model: "",
    genome: "",
    score: null,
    truncated: false,
    continued: false,
    contextTokens: 0,
    outputTokens: 0,
    outputBudget: 1,
    merged: false,
    atMs: 0,
    evidence: "",
  };
}
