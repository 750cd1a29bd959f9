import {
  begun,
  BLOB,
  COMMIT,
  deferred,
  failed,
  inReview,
  merged,
  proposed,
  returned,
  shiftEnded,
  shiftStarted,
  worked,
} from "./example-night.ts";
import { START_MS, type Entry } from "./written-log.ts";

/**
 * A night in which everything happens once, for tests: a merge, a rejection with a second try, a
 * safety event, a hang, a limit, a split, a report, a review, what is parked and refused.
 */
export const wholeNight: readonly Entry[] = [
  ...account(),
  ...proposed("good"),
  ...proposed("again"),
  ...proposed("unsafe"),
  ...proposed("silent"),
  ...proposed("limited"),
  ...proposed("large"),
  ...proposed("report", { output: "report" }),
  ...proposed("review"),
  ...proposed("vague"),
  [
    "task-vague",
    { type: "task.parked", reason: "no-success-condition", question: "What is done?" },
  ],
  ...proposed("twice"),
  ["task-twice", { type: "task.refused", reason: "already-done", evidence: ["src/a.ts has it"] }],
  ...shiftStarted(),
  ["shift-director", { type: "shift.leader-elected", leader: "host", epoch: 1, atMs: START_MS }],
  ...begun("good"),
  ...worked("good"),
  ...merged("good"),
  ...begun("again"),
  ...worked("again", 1, { heuristic: 3, judge: 3, decision: "rejected", reason: "score 3.0" }),
  ...returned("again"),
  ...begun("again", 2),
  ...worked("again", 2, { judgeFamily: "claude" }),
  ...merged("again", 2),
  ...begun("unsafe"),
  ...worked("unsafe", 1, { decision: "rejected", reason: "a sealed test was deleted" }),
  [
    "attempt-unsafe-g1",
    { type: "attempt.flagged", kind: "safety", rule: "sealed", detail: "test/a.test.ts is gone" },
  ],
  ...returned("unsafe"),
  ...begun("silent"),
  ...failed("silent"),
  ...begun("limited"),
  ...deferred("limited", 1, START_MS + 3_600_000),
  ["shift-director", { type: "shift.paused", reason: "claude is at its limit", untilMs: null }],
  ["shift-director", { type: "shift.resumed" }],
  ...begun("limited", 2),
  ...worked("limited", 2),
  ...merged("limited", 2),
  ...begun("large").slice(0, 2),
  [
    "attempt-large-g1",
    { type: "attempt.planned", by: "planner", estimateTokens: 14_000, parts: 2, note: "two" },
  ],
  [
    "task-large",
    { type: "task.split", children: ["large-1", "large-2"], reason: "about 14000 tokens" },
  ],
  ...begun("report"),
  ...worked("report"),
  ["task-report", { type: "task.completed", generation: 1, outcome: "filed" }],
  [
    "attempt-report-g1",
    { type: "attempt.integrated", how: "filed", commit: null, where: "report/report-g1.md" },
  ],
  ...begun("review"),
  ...worked("review", 1, { decision: "escalated" }),
  ...inReview("review"),
  ...ceilings(),
  ...evolution(),
  ...shiftEnded("the day ceiling is reached"),
];

function account(): Entry[] {
  const known = { name: "claude", provider: "anthropic", kind: "subscription" } as const;
  const window = {
    window: "five_hour",
    lengthMs: 18_000_000,
    tokensMax: null,
    requestsMax: null,
    keepShare: 0.25,
    resets: null,
  };
  return [
    ["account-claude-1", { type: "account.registered", ...known }],
    ["account-claude-1", { type: "account.limits-known", windows: [window] }],
  ];
}

function ceilings(): Entry[] {
  return [
    [
      "budget-2026w47",
      {
        type: "budget.ceiling-hit",
        ceiling: "day-usd",
        limit: 5_000_000,
        wanted: 500_000,
        day: "2026-11-21",
        category: null,
      },
    ],
    [
      "budget-2026w47",
      { type: "budget.overshot", reservation: "x", byMicroUsd: 1_000, byTokens: 20 },
    ],
    [
      "budget-2026w47",
      {
        type: "budget.settled",
        reservation: "y",
        costMicroUsd: 7_000,
        tokens: 90,
        costKind: "unknown",
      },
    ],
  ];
}

function evolution(): Entry[] {
  const rationale = "three of eight answers were cut off";
  return [
    [
      "policy-p1",
      {
        type: "policy.proposed",
        key: "outputTokensMax",
        from: 8_000,
        to: 9_000,
        signal: "truncation",
        rationale,
        evidence: [BLOB],
      },
    ],
    ["policy-p1", { type: "policy.adopted", rationale: "fewer were cut off on trial" }],
    [
      "allocation-director",
      {
        type: "allocation.adjusted",
        loop: "fast",
        weights: { capability: 0.6, ops: 0.4 },
        rationale: "capability scored better",
        evidence: [],
      },
    ],
    [
      "repo-lib-1",
      {
        type: "repo.branch-published",
        attempt: "review-g1",
        branch: "nightshift/review",
        commit: COMMIT,
      },
    ],
  ];
}
