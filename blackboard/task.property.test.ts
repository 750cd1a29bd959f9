import type { ReleaseReason, TaskCommand, TaskEvent, TaskSpec } from "@nightshift/protocol/task";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { play } from "./play.ts";
import { task, type TaskState } from "./task.ts";

const epoch = fc.integer({ min: 1, max: 3 });
const generation = fc.integer({ min: 1, max: 4 });
const told: TaskSpec = {
  name: "META-009",
  title: "Fix the flaky test",
  text: "",
  repo: "shop-1",
  category: "ops",
  priority: 2,
  output: "code",
  success: [],
  scope: [],
  tags: [],
  model: null,
  dependsOn: [],
  drops: [],
  parent: null,
  depth: 0,
  source: "director",
};

const taskCommand = fc.oneof(
  fc.constant<TaskCommand>({ type: "task.propose", spec: told, followUpDepthMax: 1 }),
  fc.constant<TaskCommand>({ type: "task.admit", by: "planner", evidence: [] }),
  fc.constant<TaskCommand>({ type: "task.reopen", by: "director" }),
  fc.record({
    type: fc.constant("task.claim" as const),
    agent: fc.constantFrom("a", "b"),
    epoch,
    leaseMs: fc.constant(9),
    nowMs: fc.integer({ min: 0, max: 9 }),
  }),
  fc.record({
    type: fc.constant("task.release" as const),
    epoch,
    generation,
    reason: fc.constantFrom<ReleaseReason[]>("failed", "deferred", "lost"),
    untilMs: fc.constantFrom(null, 5),
    triesMax: fc.constant(3),
  }),
  fc.record({
    type: fc.constant("task.return" as const),
    epoch,
    generation,
    critique: fc.constant("again"),
    triesMax: fc.constant(3),
  }),
  fc.record({
    type: fc.constant("task.split" as const),
    epoch,
    generation,
    children: fc.constant<string[]>(["x-1", "y-1"]),
    reason: fc.constant("large"),
  }),
  fc.record({
    type: fc.constant("task.complete" as const),
    epoch,
    generation: fc.option(generation),
    outcome: fc.constantFrom("merged", "in-review", "children"),
  }),
);

test("a task completes at most once; an old epoch or generation changes nothing (I2)", () => {
  let completed = 0;
  fc.assert(
    fc.property(
      fc.array<TaskCommand>(taskCommand, { minLength: 30, maxLength: 80 }),
      (commands) => {
        const opening: TaskCommand[] = [
          { type: "task.propose", spec: told, followUpDepthMax: 1 },
          { type: "task.admit", by: "planner", evidence: [] },
        ];
        const seen: TaskEvent[] = [];
        let highest = 0;
        for (const { command, before, events } of play(task, [...opening, ...commands])) {
          seen.push(...events);
          if (events.length === 0) continue;
          const now = "epoch" in command ? (command.epoch ?? highest) : highest;
          expect(now).toBeGreaterThanOrEqual(highest);
          highest = now;
          const named = "generation" in command ? command.generation : null;
          expect(named === null || holds(before, named)).toBe(true);
        }
        const ends = seen.filter(({ type }) => type === "task.completed");
        expect(ends.length).toBeLessThanOrEqual(1);
        completed += ends.length;
      },
    ),
    { numRuns: 500 },
  );
  expect(completed).toBeGreaterThan(10);
});

function holds(state: TaskState, generation: number): boolean {
  return state.status === "claimed" && state.generation === generation;
}
