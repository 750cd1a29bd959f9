import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { assessed, doingBoth, forClaims } from "../testing/altered-night.ts";
import { executed, memoryNight, type Answers, type MemoryNight } from "../testing/memory-night.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { scriptedChecks } from "../testing/scripted-checks.ts";
import { lead, runShift } from "./shift.ts";

/** The rows of the rehearsal on twins: what the dispatcher itself makes of each. */
const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

async function work(night: MemoryNight) {
  return runShift(await lead(night.ports, night.plan, never()));
}

async function eventsOf(night: MemoryNight, stream: string) {
  const events = await night.events();
  return events.filter((recorded) => recorded.stream === stream).map(({ event }) => event);
}

async function typesOf(night: MemoryNight, stream: string) {
  return (await eventsOf(night, stream)).map(({ type }) => type);
}

const done = (input: SkillInput<"implement">, change: Partial<Executed>) => {
  const answer = executed(input, "c".repeat(40), "src/a.ts");
  if (answer.status !== "executed") throw new Error("the twin executes");
  return { ...answer, executed: { ...answer.executed, ...change } };
};
type Executed = Extract<SkillOutput<"implement">, { status: "executed" }>["executed"];

const failing: Answers = {
  verify: () => ({
    by: "verifier",
    verdict: "fail",
    checks: [{ name: "tests", kind: "tests", outcome: "fail", detail: "one broke" }],
    hits: [],
  }),
};

test("row 4: what is done already is refused with its evidence, and nothing is spent on it", async () => {
  const admit = (): SkillOutput<"admit"> => {
    return { decision: "refuse", reason: "already-done", evidence: ["src/a.ts has it"] };
  };
  const night = await memoryNight({ answers: { admit } });
  const task = await night.add();
  await work(night);
  expect(await eventsOf(night, `task-${task}`)).toMatchObject([
    { type: "task.proposed" },
    { type: "task.refused", reason: "already-done", evidence: ["src/a.ts has it"] },
  ]);
});

test("row 5: what nobody could tell to be done is parked with the question that admits it", async () => {
  const question = "Which test shows it?";
  const admit = (): SkillOutput<"admit"> => {
    return { decision: "park", reason: "no-success-condition", question };
  };
  const night = await memoryNight({ answers: { admit } });
  const task = await night.add();
  expect(await work(night)).toBe("backlog-done");
  expect(await eventsOf(night, `task-${task}`)).toMatchObject([
    { type: "task.proposed" },
    { type: "task.parked", reason: "no-success-condition", question },
  ]);
});

test("row 7: what was rejected is tried again with what was wrong with it", async () => {
  const critiques: (string | null)[] = [];
  const night = await memoryNight({
    answers: {
      ...failing,
      implement(input) {
        critiques.push(input.critique);
        const commit = night.workspace.commit(input.base, { "src/a.ts": `${critiques.length}\n` });
        return executed(input, commit, "src/a.ts");
      },
    },
  });
  await night.add();
  await work(night);
  expect(critiques).toEqual([
    null,
    expect.stringContaining("one broke"),
    expect.stringContaining("Name the units."),
  ]);
});

test("row 10: an answer that was cut off is judged, returned and begun anew, never continued", async () => {
  const asked: SkillInput<"implement">[] = [];
  const night = await memoryNight({
    answers: {
      implement(input) {
        asked.push(input);
        const commit = night.workspace.commit(input.base, { "src/a.ts": `${asked.length}\n` });
        return done(input, { commit, stopReason: "truncated" });
      },
      assess: ({ stopReason }) => assessed(stopReason === "truncated" ? 5.2 : 9),
    },
  });
  const task = await night.add();
  await work(night);
  const events = await eventsOf(night, `attempt-${task}-g1`);
  const gated = events.find(({ type }) => type === "attempt.gated");
  expect(gated).toMatchObject({ decision: "rejected", score: 3.7 });
  expect(asked.map(({ generation, base }) => [generation, base])).toEqual(
    [1, 2, 3].map((generation) => [generation, asked[0]?.base]),
  );
  expect(await typesOf(night, `task-${task}`)).not.toContain("task.completed");
});

test("row 11: while one account waits for its reset, the work goes to another", async () => {
  const night = await memoryNight({
    answers: {
      implement(input) {
        if (input.model === "model-a") {
          return { status: "limit", account: "account-model-a", resetsAtMs: null, spend: null };
        }
        const commit = night.workspace.commit(input.base, { "test/b.test.ts": "1\n" });
        return executed(input, commit, "test/b.test.ts");
      },
    },
    plan: { settings: { ...defaultSettings, triesMax: 1 } },
  });
  const ids = [await night.add({ name: "ONE" }), await night.add({ name: "TWO" })];
  await work(night);
  const events = await night.events();
  const awarded = events.flatMap(({ event }) => (event.type === "attempt.awarded" ? [event] : []));
  const limits = events.filter(({ event }) => event.type === "account.limit-hit");
  expect(limits.length).toBeLessThanOrEqual(1);
  expect(awarded.filter(({ model }) => model === "model-a")).toHaveLength(limits.length);
  for (const id of ids) expect(await typesOf(night, `task-${id}`)).toContain("task.completed");
});

/** A plan of two parts for whatever is not a part itself. */
const inTwo: Answers = {
  plan: ({ spec }) => ({
    status: "planned",
    estimateTokens: spec.parent === null ? 12_000 : 900,
    note: "two halves",
    parts:
      spec.parent === null
        ? ["one", "two"].map((title) => ({ title, text: title, success: [], scope: [] }))
        : [],
    spend: null,
  }),
};

test("row 13: a split task is given up when one of its parts did not work out", async () => {
  const night = await memoryNight({
    plan: { settings: { ...defaultSettings, triesMax: 1, followUpsMax: 0 } },
    answers: {
      ...inTwo,
      verify: ({ spec }) => ({
        by: "verifier",
        verdict: spec.title === "two" ? "fail" : "pass",
        checks: [],
        hits: [],
      }),
    },
  });
  const task = await night.add();
  await work(night);
  expect(await eventsOf(night, `task-${task}`)).toContainEqual({
    type: "task.abandoned",
    reason: "1 of its 2 parts did not work out",
  });
});

test("row 13: a split task whose own condition fails on the merged parts is not complete", async () => {
  const command = "node --test test/whole.test.ts";
  const night = await memoryNight({
    plan: { settings: { ...defaultSettings, followUpsMax: 0 } },
    answers: inTwo,
    checks: scriptedChecks((ran) => ({ exitCode: ran.command === command ? 1 : 0, passed: 3 })),
  });
  const task = await night.add({ success: [{ kind: "command", command }] });
  await work(night);
  const events = await eventsOf(night, `task-${task}`);
  expect(events.at(-1)).toMatchObject({
    type: "task.abandoned",
    reason: expect.stringContaining(command),
  });
});

test("row 14: of two tasks on the same lines one merges, the other is redone on the new base", async () => {
  const bases: string[] = [];
  const night = await memoryNight({
    repo: { parallelMax: 2, overlap: true },
    plan: { settings: { ...defaultSettings, triesMax: 1, followUpsMax: 0 } },
    answers: {
      async implement(input) {
        bases.push(input.base);
        const commit = night.workspace.commit(input.base, {
          "src/a.ts": `export const a = "${input.task}";\n`,
        });
        return executed(input, commit, "src/a.ts");
      },
    },
  });
  const ids = [await night.add({ name: "ONE" }), await night.add({ name: "TWO" })];
  await work(night);
  const events = await night.events();
  const failed = events.flatMap(({ event }) => (event.type === "repo.merge-failed" ? [event] : []));
  expect(failed).toMatchObject([{ reason: "conflict" }]);
  expect(events.filter(({ event }) => event.type === "repo.merged")).toHaveLength(2);
  for (const id of ids) expect(await typesOf(night, `task-${id}`)).toContain("task.completed");
  expect(bases).toHaveLength(3);
  expect(bases[2]).not.toBe(bases[0]);
});

test("row 15: self-improvement waits for the director where everything else would be merged", async () => {
  const night = await memoryNight({});
  const task = await night.add({ category: "self_improvement" });
  await work(night);
  expect(await typesOf(night, `review-${task}-g1`)).toEqual(["review.requested"]);
  expect(await night.workspace.resolve("/repo", "nightshift/main")).toBeNull();
});

test.each([
  ["verify", "verifier"],
  ["assess", "assessor"],
] as const)(
  "nobody does %s own work: without another %s the attempt is lost (I6)",
  async (skill, name) => {
    const night = await memoryNight({});
    const task = await night.add();
    night.ports.bus = doingBoth(night, skill, name);
    night.ports.board = forClaims(night, 1);
    await work(night).catch(() => undefined);
    const events = await eventsOf(night, `attempt-${task}-g1`);
    const detail = `no independent ${name} is here`;
    expect(events.at(-1)).toMatchObject({ type: "attempt.failed", kind: "lost", detail });
  },
);

test("the verifier is told the rules that the attempt was started with (I5)", async () => {
  const rules: unknown[] = [];
  const night = await memoryNight({
    repo: { sealed: ["infra/**"] },
    answers: {
      verify(input) {
        rules.push(input.rules);
        return { by: "verifier", verdict: "pass", checks: [], hits: [] };
      },
    },
    plan: { settings: { ...defaultSettings, gateScoreMin: 6 } },
  });
  const task = await night.add();
  await work(night);
  const [started] = await eventsOf(night, `attempt-${task}-g1`);
  const expected = { sealed: ["infra/**"], scoreMin: 6 };
  expect(started).toMatchObject({ type: "attempt.started", rules: expected });
  expect(rules[0]).toMatchObject(expected);
});

test("with as many reviews open as the director can read, no new work begins (H12)", async () => {
  const night = await memoryNight({
    repo: { policy: "pull-request" },
    plan: { settings: { ...defaultSettings, reviewsOpenMax: 1 } },
  });
  await night.add({ name: "ONE" });
  const second = await night.add({ name: "TWO" });
  await work(night);
  expect(await typesOf(night, `task-${second}`)).not.toContain("task.claimed");
});

test("a target that the director has checked out is left to the director", async () => {
  const workspace = memoryWorkspace({ "src/a.ts": "export const a = 1;\n" });
  const night = await memoryNight({ workspace, repo: { target: "main" } });
  const before = await workspace.resolve("/repo", "main");
  const task = await night.add();
  workspace.checkOut("refs/heads/main");
  await work(night);
  expect(await workspace.resolve("/repo", "main")).toBe(before);
  expect(await typesOf(night, `review-${task}-g1`)).toEqual(["review.requested"]);
});

test("what does not pass its tests on the merged tree is never intended (I4)", async () => {
  const night = await memoryNight({
    checks: scriptedChecks(() => ({ exitCode: 1, passed: 2, failed: 1, failures: ["it adds"] })),
  });
  await night.add();
  await work(night);
  const types = (await night.events()).map(({ event }) => event.type);
  expect(types).toContain("repo.merge-failed");
  expect(types).not.toContain("repo.merge-intended");
});
