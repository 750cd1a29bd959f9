import type { TaskCommand, TaskEvent, TaskSpec } from "@nightshift/protocol/task";
import type { AttemptCommand } from "@nightshift/protocol/attempt";
import type { BudgetCommand } from "@nightshift/protocol/budget";
import type { RepoCommand } from "@nightshift/protocol/repo";
import { boundsOf, SettingKey } from "@nightshift/protocol/settings";
import type { NightEvent } from "@nightshift/protocol/events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { allocation } from "./allocation.ts";
import { attempt } from "./attempt.ts";
import { budget } from "./budget.ts";
import { budgetKey, spent } from "./budget-state.ts";
import type { Decider } from "./decider.ts";
import { policy } from "./policy.ts";
import { repo } from "./repo.ts";
import { decideOrRefuse } from "./spec.ts";
import { task } from "./task.ts";

/** What one command did. */
type Turn<State, Command, Event> = { command: Command; before: State; events: Event[]; after: State };

/** Plays commands one after the other; whatever is accepted has no second effect. */
function play<State, Command, Event extends NightEvent>(
  decider: Decider<State, Command, Event>,
  commands: readonly Command[],
): Turn<State, Command, Event>[] {
  let state = decider.initial;
  return commands.map((command) => {
    const before = state;
    const events = decideOrRefuse(decider, command, before);
    state = events.reduce((folded, event) => decider.evolve(folded, event), before);
    expect(decideOrRefuse(decider, command, state), `${JSON.stringify(command)} again`).toEqual([]);
    return { command, before, events, after: state };
  });
}

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

const taskCommand: fc.Arbitrary<TaskCommand> = fc.oneof(
  fc.constant<TaskCommand>({ type: "task.propose", spec: told, followUpDepthMax: 1 }),
  fc.constant<TaskCommand>({ type: "task.admit", by: "planner", evidence: [] }),
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
    reason: fc.constantFrom("failed", "deferred", "lost"),
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
    children: fc.constant(["x-1", "y-1"]),
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
    fc.property(fc.array(taskCommand, { minLength: 30, maxLength: 80 }), (commands) => {
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
        if ("generation" in command && command.generation !== null) {
          expect(before).toMatchObject({ status: "claimed", generation: command.generation });
        }
      }
      const ends = seen.filter(({ type }) => type === "task.completed");
      expect(ends.length).toBeLessThanOrEqual(1);
      completed += ends.length;
    }),
    { numRuns: 500 },
  );
  expect(completed).toBeGreaterThan(50);
});

const amount = fc.integer({ min: 0, max: 400 });
const reservation = fc.constantFrom("r1", "r2", "r3", "r4", "r5", "r6");
const ceilings = {
  dayMicroUsd: 1_000,
  nightMicroUsd: 800,
  weekTokens: 2_000,
  categoryShare: 0.6,
  selfImprovementShare: 0.15,
};
const budgetCommand: fc.Arbitrary<BudgetCommand> = fc.oneof(
  fc.record({
    type: fc.constant("budget.reserve" as const),
    reservation,
    attempt: fc.constant("a-g1"),
    step: fc.constant("implement"),
    category: fc.constantFrom("ops", "self_improvement"),
    account: fc.constant("claude"),
    day: fc.constantFrom("2026-11-20", "2026-11-21"),
    shift: fc.constantFrom(1, 2),
    worstMicroUsd: amount,
    worstTokens: amount,
    epoch,
    ceilings: fc.constant(ceilings),
  }),
  fc.record({
    type: fc.constant("budget.settle" as const),
    reservation,
    used: fc.option(
      fc.record({ costMicroUsd: amount, tokens: amount, costKind: fc.constant("billed" as const) }),
    ),
  }),
  fc.record({ type: fc.constant("budget.release" as const), reservation }),
);

test("settled and reserved pass no ceiling but by what overshot (I3)", () => {
  fc.assert(
    fc.property(fc.array(budgetCommand, { maxLength: 60 }), (commands) => {
      let overMicroUsd = 0;
      let overTokens = 0;
      let settledMicroUsd = 0;
      for (const { events, after } of play(budget, commands)) {
        for (const event of events) {
          if (event.type === "budget.settled") settledMicroUsd += event.costMicroUsd;
          if (event.type !== "budget.overshot") continue;
          overMicroUsd += event.byMicroUsd;
          overTokens += event.byTokens;
        }
        const money = (...key: (string | number)[]) => spent(after, budgetKey(...key)).microUsd;
        const tokens = (...key: string[]) => spent(after, budgetKey(...key)).tokens;
        for (const day of ["2026-11-20", "2026-11-21"]) {
          expect(money("day", day)).toBeLessThanOrEqual(1_000 + overMicroUsd);
        }
        for (const shift of [1, 2]) {
          expect(money("shift", shift)).toBeLessThanOrEqual(800 + overMicroUsd);
        }
        expect(spent(after, "week").tokens).toBeLessThanOrEqual(2_000 + overTokens);
        expect(tokens("category", "ops")).toBeLessThanOrEqual(1_200 + overTokens);
        expect(tokens("category", "self_improvement")).toBeLessThanOrEqual(300 + overTokens);
        const open = [...after.reservations.values()].filter(({ status }) => status === "open");
        const held = open.reduce((sum, { worstMicroUsd }) => sum + worstMicroUsd, 0);
        expect(spent(after, "week").microUsd).toBe(settledMicroUsd + held);
      }
    }),
    { numRuns: 500 },
  );
});

const share = fc.constantFrom(0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.5);

test("no sequence of loops moves self-improvement or a category over its cap (I5)", () => {
  const adjust = fc
    .record({
      type: fc.constant("allocation.adjust" as const),
      loop: fc.constantFrom("fast", "medium", "slow", "director"),
      weights: fc.dictionary(fc.constantFrom("a", "b", "c", "d", "self_improvement"), share),
      rationale: fc.constant("scores"),
      evidence: fc.constant(["e"]),
      capShare: fc.constant(0.3),
      selfImprovementShare: fc.constantFrom(0.15, 0.5, 1),
    })
    // The rest goes to one category, so that many of them add up to one.
    .map((command) => {
      const others = Object.values(command.weights).reduce((sum, weight) => sum + weight, 0);
      return { ...command, weights: { ...command.weights, rest: 1 - others } };
    });
  let adjusted = 0;
  fc.assert(
    fc.property(fc.array(adjust, { maxLength: 20 }), (commands) => {
      let before: number | null = null;
      for (const { command, events, after } of play(allocation, commands)) {
        if (events.length === 0 || !after.weights) continue;
        adjusted += 1;
        const own = after.weights["self_improvement"] ?? 0;
        expect(own).toBeLessThanOrEqual(0.15);
        for (const weight of Object.values(after.weights)) {
          expect(weight).toBeLessThanOrEqual(0.3);
        }
        if (command.loop !== "director" && before !== null) expect(own).toBe(before);
        before = own;
      }
    }),
    { numRuns: 1_000 },
  );
  expect(adjusted).toBeGreaterThan(100);
});

test("no sequence of mutations moves a key of the constitution, or any out of bounds (I5)", () => {
  const value = fc.oneof(fc.double(), fc.integer({ min: -5, max: 90_000 }), fc.boolean());
  const command = fc.oneof(
    fc.record({
      type: fc.constant("policy.propose" as const),
      key: fc.constantFrom(...SettingKey.options),
      from: value,
      to: value,
      signal: fc.constant("truncation"),
      rationale: fc.constant("why"),
      evidence: fc.constant(["e"]),
    }),
    fc.constant({ type: "policy.try" as const, share: 0.5, tasksMax: 5 }),
    fc.constant({ type: "policy.adopt" as const, rationale: "better" }),
    fc.constant({ type: "policy.roll-back" as const, rationale: "worse" }),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
      for (const { after } of play(policy, commands)) {
        if (!after.proposed) continue;
        const { key, to } = after.proposed;
        const { evolvable, min, max } = boundsOf(key);
        expect(evolvable).toBe(true);
        expect(Number(to)).toBeGreaterThanOrEqual(min);
        expect(Number(to)).toBeLessThanOrEqual(max);
      }
    }),
    { numRuns: 500 },
  );
});

const sha = "ab".repeat(32);
const commit = "c".repeat(40);
const by = fc.constantFrom("builder", "verifier", "assessor");
const some = fc.constantFrom(1, 2);

/** The steps of an attempt in order, each told by anyone, under either generation. */
const steps: fc.Arbitrary<AttemptCommand>[] = [
  fc.record({
    type: fc.constant("attempt.start" as const),
    generation: some,
    task: fc.constant("t-1"),
    repo: fc.constant("shop-1"),
    base: fc.constant(commit),
    category: fc.constant("ops"),
    output: fc.constant("code" as const),
    rules: fc.constant({
      scoreMin: 4,
      truncationPenalty: 1.5,
      evidenceCap: 3,
      policy: "when-green" as const,
      sealed: [],
    }),
  }),
  fc.record({
    type: fc.constant("attempt.plan" as const),
    generation: some,
    by: fc.constant("planner"),
    estimateTokens: some,
    parts: fc.constant(0),
    note: fc.constant(""),
  }),
  fc.record({
    type: fc.constant("attempt.announce" as const),
    generation: some,
    skill: fc.constant("implement"),
    worstTokens: some,
  }),
  fc.record({
    type: fc.constant("attempt.award" as const),
    generation: some,
    agent: by,
    model: fc.constant("sonnet"),
    account: fc.constant("claude"),
    genome: fc.constant("g-1"),
    propensity: fc.constant(1),
    reason: fc.constant("auction" as const),
  }),
  fc.record({
    type: fc.constant("attempt.prompt" as const),
    generation: some,
    by,
    model: fc.constant("sonnet"),
    blob: fc.constant(sha),
    contextTokens: some,
    capTokens: fc.constant(9),
  }),
  fc.record({
    type: fc.constant("attempt.execute" as const),
    generation: some,
    by,
    model: fc.constant("sonnet"),
    family: fc.constantFrom("claude", "gpt"),
    usage: fc.constant({ inputTokens: 1, cachedTokens: 0, outputTokens: 1 }),
    costMicroUsd: some,
    costKind: fc.constant("billed" as const),
    stopReason: fc.constantFrom("finished", "truncated"),
    commit: fc.constant(commit),
    files: fc.constant([]),
    diff: fc.constant(sha),
    transcript: fc.constant(sha),
    report: fc.constant(null),
    durationMs: some,
    sandboxed: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("attempt.verify" as const),
    generation: some,
    by,
    verdict: fc.constantFrom("pass", "fail", "unverifiable"),
    checks: fc.constant([]),
    hits: fc.constant([]),
  }),
  fc.record({
    type: fc.constant("attempt.assess" as const),
    generation: some,
    by,
    family: fc.constantFrom("claude", "gpt"),
    heuristic: fc.constantFrom(2, 8),
    judge: fc.constantFrom(2, 9),
    critique: fc.constant(""),
    evidence: fc.constant(sha),
    rubric: fc.constant("code-1"),
    judgeWeight: fc.constant(0.6),
  }),
  fc.record({ type: fc.constant("attempt.gate" as const), generation: some }),
  fc.record({
    type: fc.constant("attempt.integrate" as const),
    generation: some,
    how: fc.constantFrom("merged", "in-review", "branch", "filed"),
    commit: fc.constant(commit),
    where: fc.constant("nightshift/t"),
  }),
];

test("nobody judges own work, and only what was accepted is merged, whatever anyone says (I4, I6)", () => {
  const noise = fc.array(fc.oneof(...steps), { maxLength: 3 });
  const story = fc.tuple(...steps.map((step) => fc.tuple(fc.array(step, { maxLength: 4 }), noise)));
  let merged = 0;
  fc.assert(
    fc.property(story, (parts) => {
      for (const { command, before, events, after } of play(attempt, parts.flat(2))) {
        if (events.length > 0 && before.stage !== "absent") {
          expect(command.generation).toBe(before.generation);
        }
        const { awarded, executed, verified, assessed, gated, end } = after;
        if (executed) expect(executed.by).toBe(awarded?.agent);
        if (verified) expect(verified.by).not.toBe(executed?.by);
        if (assessed) expect(assessed.by).not.toBe(executed?.by);
        if (gated?.decision === "accepted") {
          expect(verified?.verdict).toBe("pass");
          expect(assessed?.family).not.toBe(executed?.family);
        }
        if (end?.kind !== "integrated") continue;
        expect(gated?.decision).not.toBe("rejected");
        if (end.how === "merged" && before.end === undefined) {
          expect(gated?.decision).toBe("accepted");
          merged += 1;
        }
      }
    }),
    { numRuns: 3_000 },
  );
  expect(merged).toBeGreaterThan(5);
});

test("nothing is merged without evidence, or twice, or by an older leader (I2, I4)", () => {
  const which = fc.constantFrom("a-g1", "b-g1");
  const command: fc.Arbitrary<RepoCommand> = fc.oneof(
    fc.record({
      type: fc.constant("repo.intend-merge" as const),
      attempt: which,
      branch: fc.constant("nightshift/a"),
      target: fc.constant("nightshift/main"),
      old: fc.constant(commit),
      new: fc.constant("d".repeat(40)),
      epoch,
      verdict: fc.constantFrom("pass", "fail", "unverifiable"),
      decision: fc.constantFrom("accepted", "rejected", "escalated"),
      approvedBy: fc.constantFrom("gate", "director", ""),
      mergedTests: fc.record({ passed: fc.constantFrom(0, 9), failed: fc.constantFrom(0, 1) }),
    }),
    fc.record({ type: fc.constant("repo.confirm-merge" as const), attempt: which, epoch }),
    fc.record({
      type: fc.constant("repo.fail-merge" as const),
      attempt: which,
      epoch,
      reason: fc.constantFrom("moved", "conflict"),
      detail: fc.constant(""),
    }),
  );
  const registered: RepoCommand = {
    type: "repo.register",
    name: "shop",
    path: "/shop",
    target: "nightshift/main",
    testCommand: "npm test",
    policy: "when-green",
  };
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const merged: string[] = [];
      for (const { command, before, events } of play(repo, [registered, ...commands])) {
        if (events.length === 0) continue;
        if ("epoch" in command) expect(command.epoch).toBeGreaterThanOrEqual(before.epoch);
        if (command.type === "repo.intend-merge") {
          const { verdict, decision, approvedBy, mergedTests } = command;
          const byPerson = approvedBy === "director";
          expect(mergedTests.failed).toBe(0);
          expect(verdict === "pass" || (verdict === "unverifiable" && byPerson)).toBe(true);
          expect(decision === "accepted" || (decision === "escalated" && byPerson)).toBe(true);
          expect(mergedTests.passed > 0 || byPerson).toBe(true);
        }
        if (command.type === "repo.confirm-merge") {
          expect(before.intended?.attempt).toBe(command.attempt);
          merged.push(command.attempt);
        }
      }
      expect(new Set(merged).size).toBe(merged.length);
    }),
    { numRuns: 1_000 },
  );
});
