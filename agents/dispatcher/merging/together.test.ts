import { NO_ATTEMPT, type AttemptState } from "@nightshift/blackboard/attempt-state";
import type { GateRules } from "@nightshift/protocol/attempt";
import { exampleRules } from "@nightshift/protocol/rules-example";
import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryNight } from "../../testing/memory-night.ts";
import { memoryWorkspace } from "../../testing/memory-workspace.ts";
import { tryOf } from "../attempt.ts";
import type { Candidate, Outcome } from "./merge.ts";
import { mergeTogether } from "./together.ts";
import type { Night } from "../night.ts";
import { lead } from "../shift.ts";
import { taskSpec } from "../../testing/fixtures.ts";
import type { Checks, TestRun } from "../../ports.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });
const rules: GateRules = { ...exampleRules, sandbox: "off" };
/** An attempt that passed its gate, as far as a merge looks at it. */
const passed: AttemptState = {
  ...NO_ATTEMPT,
  verified: { by: "verifier", verdict: "pass", checks: [], hits: [] },
  gated: { decision: "accepted", score: 8, reasons: [{ code: "green", text: "nothing fails" }] },
};

/** A night whose tests are red where the tree has all files of one of the sets. */
async function queueOf(
  redSets: readonly (readonly string[])[],
  atFirst?: { lies: number },
  counted: (files: ReadonlySet<string>) => number | null = () => 3,
) {
  const workspace = memoryWorkspace({ "base.ts": "0" });
  const trees = new Map<string, Set<string>>();
  const run = async (_: unknown, commit: string): Promise<TestRun> => {
    const files = new Set(await workspace.list(workspace.repo, commit));
    trees.set(commit, files);
    const isRed = redSets.some((set) => set.every((name) => files.has(name)));
    const lies = atFirst !== undefined && atFirst.lies-- > 0;
    const exitCode = isRed || lies ? 1 : 0;
    const counts = {
      passed: isRed ? 0 : counted(files),
      failed: isRed ? 1 : 0,
      failures: isRed ? ["it"] : [],
    };
    return { exitCode, ...counts, timedOut: false, successes: [], tail: "", durationMs: 1 };
  };
  const memory = await memoryNight({ workspace, checks: { sandboxed: true, run } });
  await memory.add();
  const night = await lead(memory.ports, memory.plan, never());
  return { memory, night, workspace, trees };
}

async function candidates(
  { workspace }: Pick<Awaited<ReturnType<typeof queueOf>>, "workspace">,
  night: Night,
  files: readonly Record<string, string>[],
): Promise<Candidate[]> {
  const [repo] = night.plan.repos.values();
  const base = await workspace.resolve(workspace.repo, "main");
  if (!repo || base === null) throw new Error("no repository");
  return files.map((changed, index) => {
    const spec = taskSpec({ repo: repo.id, name: `T-${index}` });
    const commit = workspace.commit(base, changed);
    const attempt = tryOf(`t-${index}`, 1, spec, null);
    const about = { task: `t-${index}`, repo: repo.id, category: "capability" };
    const started = { ...about, generation: 1, base, output: "code", rules } as const;
    return {
      attempt,
      commit,
      branch: `b-${index}`,
      state: { ...passed, started },
      approvedBy: "gate",
    };
  });
}

/** Tries again what was left out, as the queue does. */
async function all(night: Night, some: readonly Candidate[]): Promise<Outcome[]> {
  const outcomes = new Map<Candidate, Outcome>();
  for (let left = [...some]; left.length > 0; left = left.filter((one) => !outcomes.has(one))) {
    const answered = await mergeTogether(night, left);
    expect(answered.size).toBeGreaterThan(0);
    for (const [candidate, outcome] of answered) outcomes.set(candidate, outcome);
  }
  return some.map((one) => outcomes.get(one) ?? { status: "checked-out" });
}

test("what is green together lands in one move of the target, after one run of the tests", async () => {
  const queue = await queueOf([]);
  const { night, memory, trees } = queue;
  const three = await candidates(queue, night, [{ a: "1" }, { b: "1" }, { c: "1" }]);
  const outcomes = await all(night, three);
  expect(outcomes.map(({ status }) => status)).toEqual(["merged", "merged", "merged"]);
  expect(trees.size).toBe(1);
  const events = (await memory.events()).map(({ event }) => event);
  const merged = events.filter(({ type }) => type === "repo.merged");
  expect(new Set(merged.map((event) => "new" in event && event.new)).size).toBe(1);
  expect(events.filter(({ type }) => type === "repo.merge-intended")).toHaveLength(1);
});

test("the log says how many tests passed, or that the runner does not count; none is no evidence", async () => {
  for (const [counted, told] of [
    [3, { testsPassed: 3 }],
    [null, { testsPassed: 0, testsUncounted: true }],
    [0, null],
  ] as const) {
    const queue = await queueOf([], undefined, () => counted);
    const { night, memory } = queue;
    const outcomes = await all(night, await candidates(queue, night, [{ a: "1" }]));
    expect(outcomes.map(({ status }) => status)).toEqual([told ? "merged" : "regression"]);
    const events = (await memory.events()).map(({ event }) => event);
    const intended = events.find(({ type }) => type === "repo.merge-intended") ?? null;
    if (told) expect(intended).toMatchObject(told);
    else expect(intended).toBeNull();
    expect(intended !== null && "testsUncounted" in intended).toBe(counted === null);
  }
});

test("whoever makes a runner that counted end without a count is named, and does not land", async () => {
  const queue = await queueOf([], undefined, (files) => (files.has("b") ? null : 3));
  const { night } = queue;
  const three = await candidates(queue, night, [{ a: "1" }, { b: "1" }, { c: "1" }]);
  const outcomes = await all(night, three);
  const detail = expect.stringContaining("the runner counts no tests any more");
  const [merged, regression] = [{ status: "merged" }, { status: "regression", detail }];
  expect(outcomes).toMatchObject([merged, regression, merged]);
});

test.each([
  ["was not prepared", { exitCode: 1, notRun: "no network" }],
  ["timed out", { exitCode: null, timedOut: true }],
  ["was cut, or is red", { exitCode: 1 }],
] as const)("a target whose own run %s shows no runner that never counts", async (_, broken) => {
  const queue = await queueOf([], undefined, () => null);
  const { ports } = queue.night;
  const run: Checks["run"] = async (repo, commit, ...rest) => {
    const ran = await ports.checks.run(repo, commit, ...rest);
    return queue.trees.get(commit)?.has("a") ? ran : { ...ran, ...broken };
  };
  const night = { ...queue.night, ports: { ...ports, checks: { sandboxed: true, run } } };
  const [one] = await candidates(queue, night, [{ a: "1" }]);
  if (!one) throw new Error("no candidate");
  const detail = expect.stringContaining("no tests are counted");
  expect(await all(night, [one])).toMatchObject([{ status: "regression", detail }]);
  const approved = { ...one, approvedBy: "director" };
  expect(await all(night, [approved])).toMatchObject([{ status: "merged" }]);
});

test("a person may let through what cannot be counted any more", async () => {
  const queue = await queueOf([], undefined, (files) => (files.has("b") ? null : 3));
  const [one] = await candidates(queue, queue.night, [{ b: "1" }]);
  if (!one) throw new Error("no candidate");
  const approved = { ...one, approvedBy: "director" };
  expect(await all(queue.night, [approved])).toMatchObject([{ status: "merged" }]);
});

test("a person's word for one lets nothing uncounted of another's land with it", async () => {
  const queue = await queueOf([], undefined, (files) => (files.has("b") ? null : 3));
  const [one, other] = await candidates(queue, queue.night, [{ a: "1" }, { b: "1" }]);
  if (!one || !other) throw new Error("no candidates");
  const outcomes = await all(queue.night, [{ ...one, approvedBy: "director" }, other]);
  expect(outcomes).toMatchObject([{ status: "merged" }, { status: "regression" }]);
});

test("the one that turns the tree red is named, with what it breaks together with", async () => {
  const queue = await queueOf([["a", "c"]]);
  const { night } = queue;
  const four = await candidates(queue, night, [{ a: "1" }, { b: "1" }, { c: "1" }, { d: "1" }]);
  const outcomes = await all(night, four);
  expect(outcomes.map(({ status }) => status)).toEqual([
    "merged",
    "merged",
    "regression",
    "merged",
  ]);
  expect(outcomes[2]).toMatchObject({ detail: expect.stringContaining("t-0-g1, t-1-g1") });
});

test("a conflict with one before it in the batch is told once that one has landed", async () => {
  const queue = await queueOf([]);
  const { night } = queue;
  const three = await candidates(queue, night, [{ a: "1" }, { a: "2" }, { b: "1" }]);
  const outcomes = await all(night, three);
  expect(outcomes.map(({ status }) => status)).toEqual(["merged", "conflict", "merged"]);
  expect(outcomes[1]).toMatchObject({ detail: "conflicts in a" });
});

test("a conflict with one that does not land is no conflict", async () => {
  const queue = await queueOf([["bad"]]);
  const { night } = queue;
  const two = await candidates(queue, night, [{ bad: "1", a: "1" }, { a: "2" }]);
  const outcomes = await all(night, two);
  expect(outcomes.map(({ status }) => status)).toEqual(["regression", "merged"]);
});

test("a tree that is red once and green the second time names nobody", async () => {
  const queue = await queueOf([], { lies: 1 });
  const two = await candidates(queue, queue.night, [{ a: "1" }, { b: "1" }]);
  const outcomes = await all(queue.night, two);
  expect(outcomes.map(({ status }) => status)).toEqual(["merged", "merged"]);
});

test("where the target is red by itself, that is what is told", async () => {
  const queue = await queueOf([["base.ts"]]);
  const one = await candidates(queue, queue.night, [{ a: "1" }]);
  expect(await all(queue.night, one)).toEqual([
    { status: "regression", detail: "the target is red by itself: it" },
  ]);
});

test("whatever breaks with whatever: the target stands at tested green trees alone, and all are told", async () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const sets = fc.array(fc.subarray(names, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(sets, async (redSets) => {
      const queue = await queueOf(redSets);
      const { night, memory, workspace, trees } = queue;
      const some = await candidates(
        queue,
        night,
        names.map((name) => ({ [name]: "1" })),
      );
      const outcomes = await all(night, some);
      const events = (await memory.events()).map(({ event }) => event);
      const stood = events.flatMap((event) => (event.type === "repo.merged" ? [event.new] : []));
      for (const commit of stood) {
        const files = new Set(await workspace.list(workspace.repo, commit));
        expect(redSets.some((set) => set.every((name) => files.has(name)))).toBe(false);
        const tested = [...trees.values()].some(
          (tree) => tree.symmetricDifference(files).size === 0,
        );
        expect(tested).toBe(true);
      }
      const merged = outcomes.filter(({ status }) => status === "merged").length;
      expect(events.filter(({ type }) => type === "repo.merged")).toHaveLength(merged);
      const target = await workspace.resolve(workspace.repo, "nightshift/main");
      const standing = await workspace.list(workspace.repo, target ?? "");
      expect(standing.filter((path) => names.includes(path))).toHaveLength(merged);
    }),
    { numRuns: 60 },
  );
});
