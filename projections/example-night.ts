import type { AttemptEvent } from "@nightshift/protocol/attempt";
import { exampleRules } from "@nightshift/protocol/rules-example";
import type { Reach } from "@nightshift/protocol/reach";
import { attemptId } from "@nightshift/protocol/ids";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { Entry } from "./written-log.ts";

/** Events as a night writes them, for tests: every kind of end, in the words of the protocol. */
export const COMMIT = "c".repeat(40);
export const OTHER_COMMIT = "d".repeat(40);
export const BLOB = "b".repeat(64);

export function specOf(name: string, more: Partial<TaskSpec> = {}): TaskSpec {
  return {
    name,
    title: `Title of ${name}`,
    text: "Do it.",
    repo: "lib-1",
    category: "capability",
    priority: 2,
    output: "code",
    success: [{ kind: "command", command: "npm test" }],
    scope: [],
    tags: [],
    model: null,
    dependsOn: [],
    drops: [],
    parent: null,
    depth: 0,
    source: "director",
    ...more,
  };
}

export function proposed(task: string, more: Partial<TaskSpec> = {}): Entry[] {
  return [
    [`task-${task}`, { type: "task.proposed", spec: specOf(task, more) }],
    [`task-${task}`, { type: "task.admitted", by: "planner", evidence: ["it has a test"] }],
  ];
}

/** Claimed, started, planned, bid for and awarded. */
export function begun(task: string, generation = 1, model = "sonnet"): Entry[] {
  const attempt = attemptId(task, generation);
  const at = `attempt-${attempt}`;
  return [
    [
      `task-${task}`,
      { type: "task.claimed", agent: "dispatcher", generation, epoch: 1, leaseMs: 60_000 },
    ],
    [at, started(task, generation)],
    [
      at,
      { type: "attempt.planned", by: "planner", estimateTokens: 900, parts: 0, note: "one piece" },
    ],
    [at, { type: "attempt.announced", skill: "implement", worstTokens: 9_000 }],
    [at, bid("coder", model, 0.7)],
    [at, bid("other", "haiku", 0.2)],
    [
      at,
      {
        type: "attempt.awarded",
        agent: "coder",
        model,
        account: "claude-1",
        genome: "genome-1",
        propensity: 0.8,
        reason: "auction",
      },
    ],
    [
      "budget-2026w47",
      {
        type: "budget.reserved",
        reservation: `${attempt}-implement`,
        attempt,
        step: "implement",
        category: "capability",
        account: "claude-1",
        day: "2026-11-21",
        shift: 1,
        worstMicroUsd: 500_000,
        worstTokens: 9_000,
        epoch: 1,
      },
    ],
  ];
}

function started(task: string, generation: number): AttemptEvent {
  return {
    type: "attempt.started",
    task,
    generation,
    repo: "lib-1",
    base: COMMIT,
    category: "capability",
    output: "code",
    rules: exampleRules,
  };
}

function bid(agent: string, model: string, merit: number): AttemptEvent {
  return { type: "attempt.bid", agent, model, priceMicroUsd: 40_000, etaMs: 90_000, merit };
}

type Work = {
  heuristic?: number;
  judge?: number;
  decision?: "accepted" | "rejected" | "escalated";
  truncated?: boolean;
  judgeFamily?: string;
  critique?: string;
  reason?: string;
  reach?: Reach;
};

/** Prompted, executed, settled, verified, assessed and gated. */
export function worked(task: string, generation = 1, work: Work = {}): Entry[] {
  const { heuristic = 7, judge = 9, decision = "accepted", truncated = false } = work;
  const attempt = attemptId(task, generation);
  const at = `attempt-${attempt}`;
  const blend = heuristic * 0.4 + judge * 0.6;
  const score = truncated ? blend - 1.5 : blend;
  const reason = work.reason ?? "all checks are green";
  const code = decision === "rejected" ? "low-score" : "green";
  return [
    [
      at,
      {
        type: "attempt.prompted",
        by: "coder",
        model: "sonnet",
        blob: BLOB,
        contextTokens: 12_000,
        capTokens: 40_000,
      },
    ],
    [at, executed(truncated)],
    [
      "budget-2026w47",
      {
        type: "budget.settled",
        reservation: `${attempt}-implement`,
        costMicroUsd: 42_000,
        tokens: 13_500,
        costKind: "billed",
      },
    ],
    [
      at,
      {
        type: "attempt.verified",
        by: "verifier",
        verdict: decision === "rejected" ? "fail" : "pass",
        checks: [{ name: "npm test", kind: "tests", outcome: "pass", detail: "12 passed" }],
        hits: [],
        ...(work.reach && { reach: work.reach }),
      },
    ],
    [
      at,
      {
        type: "attempt.assessed",
        by: "assessor",
        family: work.judgeFamily ?? "gpt",
        heuristic,
        judge,
        blend,
        critique: work.critique ?? "Name the edge case.",
        evidence: BLOB,
        rubric: "code-1",
      },
    ],
    [at, { type: "attempt.gated", decision, score, reasons: [{ code, text: reason }] }],
  ];
}

function executed(truncated: boolean): AttemptEvent {
  return {
    type: "attempt.executed",
    by: "coder",
    model: "sonnet",
    family: "claude",
    usage: { inputTokens: 12_000, cachedTokens: 2_000, outputTokens: 1_500 },
    costMicroUsd: 42_000,
    costKind: "billed",
    stopReason: truncated ? "truncated" : "finished",
    commit: COMMIT,
    files: [
      { path: "src/parse/a.ts", status: "modified", addedLines: 4, removedLines: 1, baseLines: 50 },
    ],
    diff: BLOB,
    transcript: BLOB,
    report: null,
    durationMs: 61_000,
    sandboxed: true,
  };
}

export function merged(task: string, generation = 1): Entry[] {
  const attempt = attemptId(task, generation);
  return [
    ["repo-lib-1", mergeEvent("repo.merged", attempt)],
    [`task-${task}`, { type: "task.completed", generation, outcome: "merged" }],
    [
      `attempt-${attempt}`,
      {
        type: "attempt.integrated",
        how: "merged",
        commit: OTHER_COMMIT,
        where: `nightshift/${task}`,
      },
    ],
  ];
}

function mergeEvent(type: "repo.merged", attempt: string): Entry[1] {
  return { type, attempt, target: "nightshift/main", old: COMMIT, new: OTHER_COMMIT };
}

/** Sent back with a critique. */
export function returned(task: string, generation = 1, critique = "Tests fail."): Entry[] {
  return [
    [`task-${task}`, { type: "task.returned", generation, flag: "needs-improvement", critique }],
    [
      `attempt-${attemptId(task, generation)}`,
      { type: "attempt.failed", kind: "rejected", detail: critique },
    ],
  ];
}

export function failed(
  task: string,
  generation = 1,
  kind: Extract<AttemptEvent, { type: "attempt.failed" }>["kind"] = "hang",
): Entry[] {
  return [
    [
      `attempt-${attemptId(task, generation)}`,
      { type: "attempt.failed", kind, detail: "silent for 5 minutes" },
    ],
    [`task-${task}`, { type: "task.released", generation, reason: "failed", untilMs: null }],
  ];
}

export function deferred(task: string, generation: number, untilMs: number): Entry[] {
  return [
    [
      `attempt-${attemptId(task, generation)}`,
      { type: "attempt.deferred", account: "claude-1", untilMs, mustWait: true },
    ],
    ["account-claude-1", { type: "account.held", untilMs, reason: "limit", epoch: 1 }],
    [`task-${task}`, { type: "task.released", generation, reason: "deferred", untilMs }],
  ];
}

export function inReview(task: string, generation = 1): Entry[] {
  const attempt = attemptId(task, generation);
  return [
    [
      `review-${attempt}`,
      {
        type: "review.requested",
        task,
        attempt,
        repo: "lib-1",
        branch: `nightshift/${task}`,
        commit: COMMIT,
        score: 8.2,
        why: "the policy asks for a review",
      },
    ],
    [`task-${task}`, { type: "task.completed", generation, outcome: "in-review" }],
    [
      `attempt-${attempt}`,
      { type: "attempt.integrated", how: "in-review", commit: COMMIT, where: `nightshift/${task}` },
    ],
  ];
}

export function shiftStarted(number = 1, sandbox = "bubblewrap"): Entry[] {
  return [
    [
      "shift-director",
      { type: "shift.started", number, untilMs: null, timeZone: "Europe/Berlin", sandbox },
    ],
  ];
}

export function shiftEnded(reason = "the backlog is empty"): Entry[] {
  return [["shift-director", { type: "shift.ended", reason }]];
}
