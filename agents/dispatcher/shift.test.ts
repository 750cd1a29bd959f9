import { checkLive } from "@nightshift/projections/replay";
import { expect, test } from "vitest";
import { executed, memoryNight, type MemoryNight } from "../testing/memory-night.ts";
import { scriptedChecks } from "../testing/scripted-checks.ts";
import { lead, runShift } from "./shift.ts";
import { nightViews } from "./views.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

async function work(night: MemoryNight) {
  return runShift(await lead(night.ports, night.plan, never()));
}

async function typesOf(night: MemoryNight, stream: string): Promise<string[]> {
  return (await night.events())
    .filter((recorded) => recorded.stream === stream)
    .map(({ event }) => event.type);
}

test("a good change goes from proposal to merge, and the shift ends when the backlog is done", async () => {
  const night = await memoryNight({});
  const task = await night.add();
  expect(await work(night)).toBe("backlog-done");
  expect(await typesOf(night, `task-${task}`)).toEqual([
    "task.proposed",
    "task.admitted",
    "task.claimed",
    "task.completed",
  ]);
  expect(await typesOf(night, `attempt-${task}-g1`)).toEqual([
    "attempt.started",
    "attempt.planned",
    "attempt.announced",
    "attempt.bid",
    "attempt.bid",
    "attempt.awarded",
    "attempt.prompted",
    "attempt.executed",
    "attempt.verified",
    "attempt.assessed",
    "attempt.gated",
    "attempt.integrated",
  ]);
  const head = await night.workspace.resolve("/repo", "nightshift/main");
  expect(Object.keys(night.workspace.files(head ?? ""))).toContain("src/change-1.ts");
});

test("what builds on a change that waits for a review waits as well, until it is merged", async () => {
  const night = await memoryNight({ repo: { policy: "pull-request" } });
  const parent = await night.add();
  const child = await night.add({ name: "NEXT", dependsOn: [parent] });
  await work(night);
  expect(await typesOf(night, `task-${parent}`)).toContain("task.completed");
  expect(await typesOf(night, `task-${child}`)).toEqual(["task.proposed", "task.admitted"]);
  const merged = { type: "review.note-merge", commit: night.workspace.base } as const;
  await night.board.handle("review", `${parent}-g1`, { type: "review.approve", by: "director" });
  await night.board.handle("review", `${parent}-g1`, merged);
  await work(night);
  expect(await typesOf(night, `task-${child}`)).toContain("task.completed");
});

test("live views equal views rebuilt from the beginning (I1)", async () => {
  const night = await memoryNight({});
  await night.add({ name: "A" });
  await night.add({ name: "B", output: "code", category: "ops" });
  await work(night);
  await night.ports.views.catchUp();
  expect(await checkLive(night.ports.views, night.store, nightViews)).toEqual([]);
});

test("what the verifier fails is returned with a critique and given up after three tries", async () => {
  const night = await memoryNight({
    answers: {
      verify: () => ({
        by: "verifier",
        verdict: "fail",
        checks: [{ name: "tests", kind: "tests", outcome: "fail", detail: "one broke" }],
        hits: [],
      }),
    },
  });
  const task = await night.add();
  await work(night);
  const types = await typesOf(night, `task-${task}`);
  expect(types.filter((type) => type === "task.returned")).toHaveLength(3);
  expect(types.at(-1)).toBe("task.abandoned");
  expect(await night.workspace.resolve("/repo", "nightshift/main")).toBeNull();
});

test("a limit defers, holds the account once, and costs no try", async () => {
  let limits = 0;
  const night = await memoryNight({
    answers: {
      implement(input) {
        if (input.model === "model-a" && limits++ === 0) {
          return { status: "limit", account: "account-model-a", resetsAtMs: null, spend: null };
        }
        const commit = night.workspace.commit(input.base, { "test/b.test.ts": "1\n" });
        return executed(input, commit, "test/b.test.ts");
      },
    },
  });
  const task = await night.add({ model: "model-a" });
  const other = await night.add({ name: "OTHER" });
  await work(night);
  const held = await typesOf(night, "account-account-model-a");
  expect(held.filter((type) => type === "account.held")).toHaveLength(1);
  expect(await typesOf(night, `task-${other}`)).toContain("task.completed");
  expect(await typesOf(night, `task-${task}`)).not.toContain("task.returned");
  expect(await typesOf(night, `task-${task}`)).toContain("task.completed");
});

test("a worker that is not signed in holds its account and costs no task a try", async () => {
  const night = await memoryNight({
    answers: {
      implement(input) {
        if (input.model === "model-a") {
          return { status: "failed", kind: "sign-in", detail: "401", spend: null };
        }
        const commit = night.workspace.commit(input.base, { "test/b.test.ts": "1\n" });
        return executed(input, commit, "test/b.test.ts");
      },
    },
  });
  const task = await night.add({ priority: 1, model: "model-a" });
  const other = await night.add({ name: "OTHER" });
  await work(night);
  expect(await typesOf(night, "account-account-model-a")).toContain("account.held");
  const types = await typesOf(night, `task-${task}`);
  expect(types.at(-1)).toBe("task.released");
  expect(await typesOf(night, `task-${other}`)).toContain("task.completed");
  // The director has signed in meanwhile, perhaps: the next night asks again.
  const next = { ...night.plan, leader: "leader-2", incumbent: "gone" as const };
  await runShift(await lead(night.ports, next, never()));
  expect((await typesOf(night, "account-account-model-a")).at(-1)).toBe("account.reopened");
});

test("a worker that hangs is replaced by another model", async () => {
  const night = await memoryNight({
    answers: {
      implement(input) {
        if (input.model === "model-a") {
          return { status: "failed", kind: "hang", detail: "silent", spend: null };
        }
        const commit = night.workspace.commit(input.base, { "test/b.test.ts": "1\n" });
        return executed(input, commit, "test/b.test.ts");
      },
    },
  });
  const task = await night.add({ priority: 1, model: "model-a" });
  await work(night);
  const models = (await night.events()).flatMap(({ event }) =>
    event.type === "attempt.awarded" ? [event.model] : [],
  );
  expect(models).toEqual(["model-a", "model-b"]);
  expect(await typesOf(night, `task-${task}`)).toContain("task.completed");
});

test("a split task is complete when its parts are", async () => {
  const night = await memoryNight({
    answers: {
      plan: ({ spec }) => ({
        status: "planned",
        estimateTokens: spec.parent === null ? 12_000 : 900,
        note: "two halves",
        parts:
          spec.parent === null
            ? ["one", "two"].map((title) => ({
                title,
                text: title,
                success: spec.success,
                scope: [],
              }))
            : [],
        spend: null,
      }),
    },
  });
  const task = await night.add();
  await work(night);
  const types = await typesOf(night, `task-${task}`);
  expect(types.slice(-2)).toEqual(["task.split", "task.completed"]);
  expect((await night.events()).filter(({ event }) => event.type === "repo.merged")).toHaveLength(
    2,
  );
});

test("a merge whose tests fail on the merged tree does not reach the target", async () => {
  const night = await memoryNight({
    checks: scriptedChecks(() => ({ exitCode: 1, passed: 2, failed: 1, failures: ["it adds"] })),
  });
  const task = await night.add();
  await work(night);
  expect(await typesOf(night, `task-${task}`)).toContain("task.returned");
  const failed = (await night.events()).find(({ event }) => event.type === "repo.merge-failed");
  // The checks are red on whatever they see: so is the target, and that is told.
  const detail = "the target is red by itself: it adds";
  expect(failed?.event).toMatchObject({ reason: "regression", detail });
});

test("a failing check after the merge takes it back by a revert commit", async () => {
  const night = await memoryNight({
    repo: { afterMergeCommand: "smoke" },
    checks: scriptedChecks(({ command }) => ({
      exitCode: command === "smoke" ? 1 : 0,
      passed: 1,
      failed: 0,
    })),
    plan: {},
  });
  await night.add();
  await work(night);
  const types = (await night.events()).map(({ event }) => event.type);
  expect(types).toContain("repo.merged");
  expect(types).toContain("repo.reverted");
  const head = (await night.workspace.resolve("/repo", "nightshift/main")) ?? "";
  expect(Object.keys(night.workspace.files(head))).toEqual(["src/a.ts"]);
});

test("policy decides: a pull request waits for the director, the target stays", async () => {
  const night = await memoryNight({ repo: { policy: "pull-request" } });
  const task = await night.add();
  await work(night);
  expect(await typesOf(night, `review-${task}-g1`)).toEqual(["review.requested"]);
  expect(await night.workspace.resolve("/repo", "nightshift/META-001")).not.toBeNull();
  expect(await night.workspace.resolve("/repo", "nightshift/main")).toBeNull();
});

test("a ceiling stops new work before it is spent (I3)", async () => {
  const night = await memoryNight({
    plan: {
      ceilings: {
        dayMicroUsd: 999,
        nightMicroUsd: null,
        weekTokens: null,
        categoryShare: 1,
        selfImprovementShare: 0.15,
      },
    },
  });
  const task = await night.add();
  expect(await work(night)).toBe("budget");
  const types = (await night.events()).map(({ event }) => event.type);
  expect(types).toContain("budget.ceiling-hit");
  expect(types).not.toContain("attempt.executed");
  expect(await typesOf(night, `task-${task}`)).not.toContain("task.returned");
});

test("attempt after attempt below 4.5 stops the night by the brake (D34)", async () => {
  const night = await memoryNight({
    answers: {
      verify: () => ({
        by: "verifier",
        verdict: "fail",
        checks: [{ name: "tests", kind: "tests", outcome: "fail", detail: "broke" }],
        hits: [],
      }),
    },
  });
  for (let count = 0; count < 12; count++) await night.add({ name: `T-${count}` });
  expect(await work(night)).toBe("brake");
  const executedCount = (await night.events()).filter(
    ({ event }) => event.type === "attempt.executed",
  ).length;
  expect(executedCount).toBeLessThanOrEqual(12);
});

test("a second dispatcher is refused while the first one is alive", async () => {
  const night = await memoryNight({});
  await lead(night.ports, night.plan, never());
  const second = { ...night.plan, leader: "leader-2", incumbent: "alive" as const };
  await expect(lead(night.ports, second, never())).rejects.toMatchObject({
    code: "already-leading",
  });
});
