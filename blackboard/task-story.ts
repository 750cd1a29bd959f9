import type { TaskEvent, TaskSpec } from "@nightshift/protocol/task";

export const told: TaskSpec = {
  name: "META-009",
  title: "Fix the flaky test",
  text: "It fails every third run.",
  repo: "shop-abc",
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
};
export const proposed = { type: "task.proposed", spec: told } as const;
export const admitted: TaskEvent = { type: "task.admitted", by: "planner", evidence: [] };
export const parked = { type: "task.parked", reason: "vague", question: "Which test?" } as const;
export const claimed = {
  type: "task.claimed",
  agent: "a",
  generation: 1,
  epoch: 1,
  leaseMs: 60_000,
} as const;
export const released = {
  type: "task.released",
  generation: 1,
  reason: "deferred",
  untilMs: 5_000,
  epoch: 1,
} as const;
export const returned = {
  type: "task.returned",
  generation: 1,
  flag: "needs-improvement",
  critique: "it drops the header",
  epoch: 1,
} as const;
export const claim = {
  type: "task.claim",
  agent: "a",
  epoch: 1,
  leaseMs: 60_000,
  nowMs: 1_000,
} as const;
export const release = {
  type: "task.release",
  epoch: 1,
  generation: 1,
  reason: "deferred",
  untilMs: 5_000,
  triesMax: 3,
} as const;
export const giveBack = {
  type: "task.return",
  epoch: 1,
  generation: 1,
  critique: "it drops the header",
  triesMax: 3,
} as const;
export const complete = {
  type: "task.complete",
  epoch: 1,
  generation: 1,
  outcome: "merged",
} as const;
export const completed = { type: "task.completed", generation: 1, outcome: "merged" } as const;
export const split = {
  type: "task.split",
  children: ["one-1", "two-2"],
  reason: "over 8,000 tokens",
  epoch: 1,
} satisfies TaskEvent;
export const children = {
  type: "task.complete",
  epoch: 1,
  generation: null,
  outcome: "children",
} as const;
