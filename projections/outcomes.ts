import type { Genes } from "@nightshift/protocol/genome";
import { idOf } from "@nightshift/protocol/ids";
import type { Output } from "@nightshift/protocol/task";
import type { EventNamed } from "./words/event-named.ts";
import { failureScore } from "./failure-score.ts";
import type { Projection } from "./projection.ts";

/** One attempt that has come to an end with a score, as the router and the evolver look at it. */
export type Outcome = {
  attempt: string;
  category: string;
  output: Output;
  /** Output tokens the planner expected; null where it had no idea. */
  estimateTokens: number | null;
  model: string;
  genome: string;
  /** What it worked by; null where its genome is not known. */
  genes: Genes | null;
  /** 0 to 10; a failure of the worker counts 1. */
  score: number | null;
  truncated: boolean;
  /** It was asked more than once: it wrote more than one answer may hold. */
  continued: boolean;
  contextTokens: number;
  outputTokens: number;
  outputBudget: number;
  /** Null while it waits for the director. */
  merged: boolean | null;
  /** A person changed it before it was merged. */
  edited: boolean;
  propensity: number;
  /** When it was started, and when its score was told: milliseconds since 1970. */
  beganMs: number;
  atMs: number;
  /** The event that tells its score. */
  evidence: string;
};

/** The latest judged attempts, and those that are still on their way to a judgement. */
export type Outcomes = {
  rows: Outcome[];
  open: Map<string, Outcome>;
  total: number;
  /** Genes of the genomes that are alive. */
  genes: Map<string, Genes>;
};

const KEPT = 1_000;

type Told =
  | "attempt.started"
  | "attempt.planned"
  | "attempt.awarded"
  | "attempt.prompted"
  | "attempt.executed"
  | "attempt.gated"
  | "attempt.integrated"
  | "attempt.failed"
  | "attempt.deferred"
  | "genome.seeded"
  | "genome.bred"
  | "genome.mutated"
  | "genome.retired"
  | "review.rejected"
  | "review.sent-back"
  | "review.edited-before-merge"
  | "review.revert-requested"
  | "review.merged"
  | "review.reverted"
  | "review.ignored"
  | "repo.reverted";

export const outcomes: Projection<Outcomes, EventNamed<Told>> = {
  name: "outcomes",
  version: 4,
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
    "genome.seeded",
    "genome.bred",
    "genome.mutated",
    "genome.retired",
    "review.rejected",
    "review.sent-back",
    "review.edited-before-merge",
    "review.revert-requested",
    "review.merged",
    "review.reverted",
    "review.ignored",
    "repo.reverted",
  ],
  initial: () => ({ rows: [], open: new Map(), total: 0, genes: new Map() }),
  apply(view, { stream, event, atMs, id }) {
    const about = idOf(stream);
    switch (event.type) {
      case "genome.seeded":
      case "genome.bred":
      case "genome.mutated":
        view.genes.set(about, event.genes);
        return;
      case "genome.retired":
        view.genes.delete(about);
        return;
      case "review.rejected":
      case "review.sent-back":
      case "review.ignored":
      case "review.reverted":
      // Its checks failed after the merge, whoever mends that in the end.
      case "review.revert-requested":
        return settle(view, about, false);
      case "review.edited-before-merge":
        return edit(view, about);
      case "review.merged":
        return settle(view, about, true);
      case "repo.reverted":
        return settle(view, event.attempt, false);
      case "attempt.started":
        view.open.set(about, blank(about, event.category, event.output, atMs));
        return;
      case "attempt.planned":
      case "attempt.awarded":
      case "attempt.prompted":
      case "attempt.executed":
      case "attempt.gated":
      case "attempt.integrated":
      case "attempt.failed":
      case "attempt.deferred": {
        const row = view.open.get(about);
        if (row) follow(view, row, event, { atMs, id });
        return;
      }
    }
  },
};

type Later = Exclude<
  Extract<EventNamed<Told>, { type: `attempt.${string}` }>,
  { type: "attempt.started" }
>;

function follow(
  view: Outcomes,
  row: Outcome,
  event: Later,
  { atMs, id }: { atMs: number; id: string },
): void {
  switch (event.type) {
    case "attempt.planned":
      row.estimateTokens = event.estimateTokens > 0 ? event.estimateTokens : null;
      if (event.parts > 0) view.open.delete(row.attempt);
      return;
    case "attempt.awarded": {
      const genes = view.genes.get(event.genome) ?? null;
      row.model = event.model;
      row.genome = event.genome;
      row.genes = genes;
      row.propensity = event.propensity;
      row.outputBudget = genes?.outputTokensMax ?? row.outputBudget;
      return;
    }
    case "attempt.prompted":
      row.contextTokens = event.contextTokens;
      return;
    case "attempt.executed":
      row.truncated = event.stopReason === "truncated";
      row.outputTokens = event.usage.outputTokens;
      row.continued = (row.genes?.continuationsMax ?? 0) > 0 && row.outputTokens > row.outputBudget;
      return;
    case "attempt.gated":
      row.score = event.score;
      row.atMs = atMs;
      row.evidence = id;
      return;
    case "attempt.failed":
      if (row.score === null && row.model !== "") {
        row.score = failureScore(event.kind);
        row.atMs = atMs;
        row.evidence = id;
      }
      return close(view, row, false);
    case "attempt.deferred":
      return close(view, row, false);
    case "attempt.integrated":
      return close(view, row, event.how === "in-review" ? null : event.how === "merged");
  }
}

/** It has ended; one without a score tells nothing. */
function close(view: Outcomes, row: Outcome, merged: boolean | null): void {
  view.open.delete(row.attempt);
  if (row.score === null) return;
  row.merged = merged;
  view.rows.push(row);
  if (view.rows.length > KEPT) view.rows.shift();
  view.total++;
}

/** What the director made of one that waited, or took back. */
function settle(view: Outcomes, attempt: string, merged: boolean): void {
  const row = view.rows.find((one) => one.attempt === attempt);
  if (row) row.merged = merged;
}

function edit(view: Outcomes, attempt: string): void {
  const row = view.rows.find((one) => one.attempt === attempt);
  if (row) row.edited = true;
}

function blank(attempt: string, category: string, output: Output, beganMs: number): Outcome {
  return {
    attempt,
    category,
    output,
    estimateTokens: null,
    model: "",
    genome: "",
    genes: null,
    score: null,
    truncated: false,
    continued: false,
    contextTokens: 0,
    outputTokens: 0,
    outputBudget: 8_000,
    merged: null,
    edited: false,
    propensity: 1,
    beganMs,
    atMs: 0,
    evidence: "",
  };
}
