import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { nameId } from "@nightshift/protocol/ids";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { executed, memoryNight, type MemoryNight } from "../testing/memory-night.ts";
import { scriptedChecks } from "../testing/scripted-checks.ts";
import { lead, runShift } from "./shift.ts";

/** Whatever fails around a night, the night goes on, and tells only what is true. */
const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

async function work(night: MemoryNight): Promise<string> {
  return runShift(await lead(night.ports, night.plan, never()));
}

async function typesIn(night: MemoryNight, stream = ""): Promise<string[]> {
  const events = await night.events();
  return events.filter((one) => one.stream.startsWith(stream)).map(({ event }) => event.type);
}

function gone(): never {
  throw new Unavailable("it broke down");
}

test("a planner that breaks down leaves a task proposed, asks twice, and ends no night", async () => {
  let asked = 0;
  const night = await memoryNight({
    answers: {
      admit({ spec }) {
        if (spec.name !== "HARD") return { decision: "admit", evidence: [] };
        asked += 1;
        return gone();
      },
    },
  });
  const hard = await night.add({ name: "HARD" });
  const easy = await night.add({ name: "EASY" });
  expect(await work(night)).toBe("backlog-done");
  expect(asked).toBe(2);
  expect(await typesIn(night, `task-${hard}`)).toEqual(["task.proposed"]);
  expect(await typesIn(night, `task-${easy}`)).toContain("task.completed");
});

test("an evolver that breaks down ends no night", async () => {
  const settings = { ...defaultSettings, signalTasksMin: 2 };
  const night = await memoryNight({ plan: { settings } });
  const evolver = { name: "evolver", description: "e", version: "1", skills: ["evolve" as const] };
  await night.ports.bus.join({ card: evolver, handle: gone });
  for (const name of ["A", "B", "C"]) await night.add({ name });
  expect(await work(night)).toBe("backlog-done");
  expect((await typesIn(night, "call-evolve")).length).toBeGreaterThan(0);
});

test("a task that the director gives up while it is worked on is cancelled, and never merged", async () => {
  const night = await memoryNight({
    answers: {
      async verify({ task }) {
        await night.board.handle("task", task, { type: "task.abandon", epoch: null, reason: "no" });
        return { by: "verifier", verdict: "pass", checks: [], hits: [] };
      },
    },
  });
  const task = await night.add();
  expect(await work(night)).toBe("backlog-done");
  expect(await typesIn(night, `attempt-${task}`)).toContain("attempt.failed");
  expect(await typesIn(night)).not.toContain("repo.merged");
  expect((await typesIn(night, "repo-")).at(-1)).toBe("repo.unlocked");
});

test("what a worker did before it failed stays in the log", async () => {
  const transcripts = ["a".repeat(64)];
  const stuck = {
    status: "failed",
    kind: "loop",
    detail: "stuck",
    spend: null,
    transcripts,
  } as const;
  const night = await memoryNight({ answers: { implement: () => stuck } });
  await night.add();
  await work(night);
  const failure = (await night.events()).find(({ event }) => event.type === "attempt.failed");
  expect(failure?.event).toEqual({
    type: "attempt.failed",
    kind: "loop",
    detail: "stuck",
    transcripts,
  });
});

test("a disk that fails once after the merge makes no failure of what is merged", async () => {
  const night = await memoryNight({});
  const task = await night.add();
  const { board } = night.ports;
  let failures = 1;
  night.ports.board = {
    ...board,
    handle(kind, id, command, provenance) {
      if (command.type === "attempt.integrate" && failures-- > 0) gone();
      return board.handle(kind, id, command, provenance);
    },
  };
  await work(night);
  const types = await typesIn(night);
  expect(types.filter((type) => type === "attempt.failed")).toEqual([]);
  expect(await typesIn(night, `task-${task}`)).toContain("task.completed");
});

test("a disk that fails for good after the merge ends the night, and nothing is called a failure", async () => {
  const night = await memoryNight({});
  const task = await night.add();
  const { board } = night.ports;
  night.ports.board = {
    ...board,
    handle: (kind, id, command, provenance) =>
      command.type === "attempt.integrate" ? gone() : board.handle(kind, id, command, provenance),
  };
  await expect(work(night)).rejects.toBeInstanceOf(Unavailable);
  expect((await typesIn(night, `attempt-${task}`)).at(-1)).toBe("attempt.gated");
});

test("a task that is given up between the look and the claim is left alone, and its lock released", async () => {
  const night = await memoryNight({});
  const task = await night.add();
  const { board } = night.ports;
  night.ports.board = {
    ...board,
    async handle(kind, id, command, provenance) {
      if (command.type === "task.claim") {
        await board.handle("task", task, { type: "task.abandon", epoch: null, reason: "no" });
      }
      return board.handle(kind, id, command, provenance);
    },
  };
  expect(await work(night)).toBe("backlog-done");
  expect(await typesIn(night, "attempt-")).toEqual([]);
  expect((await typesIn(night, "repo-")).at(-1)).toBe("repo.unlocked");
});

test("a brake that a dead leader engaged gets its canary from the next one (D34)", async () => {
  const night = await memoryNight({});
  const engage = { type: "brake.engage", scope: "all", threshold: 4.5, window: 2 } as const;
  await night.board.handle("brake", nameId("all"), { ...engage, scores: [1, 1] });
  for (const name of ["A", "B", "C"]) await night.add({ name });
  await work(night);
  const types = (await typesIn(night)).filter((type) => type.startsWith("brake."));
  expect(types).toEqual(["brake.engaged", "brake.canary-started", "brake.released"]);
});

test("what is used without a price is told as an overshoot, never left out (I3)", async () => {
  const night = await memoryNight({});
  await night.add();
  await work(night);
  const overshot = (await night.events()).find(({ event }) => event.type === "budget.overshot");
  expect(overshot?.event).toMatchObject({ byMicroUsd: 7, byTokens: 15 });
});

test("a night that goes on over the end of a week has one ceiling for both weeks (I3)", async () => {
  const sunday = Date.UTC(2026, 10, 22, 23, 59, 55);
  const night = await memoryNight({
    plan: {
      ceilings: {
        dayMicroUsd: null,
        nightMicroUsd: 1_500,
        weekTokens: null,
        categoryShare: 1,
        selfImprovementShare: 0.15,
      },
    },
  });
  let nowMs = sunday;
  night.ports.clock = {
    now: () => (nowMs += 30),
    sleep: async (ms) => void (nowMs += ms),
  };
  for (const name of ["A", "B", "C", "D", "E", "F"]) await night.add({ name });
  await work(night);
  const events = (await night.events()).map(({ stream, event }) => ({ stream, event }));
  const weeks = new Set(
    events.filter(({ stream }) => stream.startsWith("budget-")).map(({ stream }) => stream),
  );
  const spent = events.reduce(
    (sum, { event }) => sum + (event.type === "budget.settled" ? event.costMicroUsd : 0),
    0,
  );
  expect(weeks.size).toBe(2);
  expect(spent).toBeLessThanOrEqual(1_500);
});

test("finished work whose judge opens too late for tonight waits for the next night", async () => {
  let isHeld = true;
  const night = await memoryNight({
    answers: {
      assess() {
        if (!isHeld) throw new Refusal("held", "asked too early");
        return { status: "limit", account: "judge", resetsAtMs: 90_000_000, spend: null };
      },
    },
  });
  const task = await night.add();
  const blocked = await night.add({ name: "BLOCKED" });
  expect(await work(night)).toBe("budget");
  isHeld = false;
  expect((await typesIn(night, `attempt-${task}`)).at(-1)).toBe("attempt.verified");
  expect(await typesIn(night, `task-${task}`)).not.toContain("task.released");
  // Its lock covers the whole repository: the rest waits with it, and the night does not spin.
  expect(await typesIn(night, `task-${blocked}`)).not.toContain("task.claimed");
});

test("a judge that meets limit after limit gives the task back in the end, at no cost", async () => {
  const night = await memoryNight({
    answers: {
      assess: () => ({ status: "limit", account: "judge", resetsAtMs: null, spend: null }),
    },
    plan: { untilMs: 4 * 3_600_000 },
  });
  const task = await night.add();
  await work(night);
  expect(await typesIn(night, `attempt-${task}-g1`)).toContain("attempt.deferred");
  expect((await night.board.load("task", task)).state).toMatchObject({ tries: 0 });
});

test("a merged tree on which no test runs sends the work back with that as its critique", async () => {
  const night = await memoryNight({
    checks: scriptedChecks(() => ({ exitCode: 0, passed: 0, failed: 0 })),
  });
  const task = await night.add();
  await work(night);
  const returned = (await night.events()).find(({ event }) => event.type === "task.returned");
  expect(returned?.event).toMatchObject({ critique: expect.stringMatching(/no test ran/) });
  expect(await typesIn(night, `task-${task}`)).not.toContain("task.completed");
});

test("a merge that cannot be taken back any more is put before the director", async () => {
  const night = await memoryNight({
    repo: { afterMergeCommand: "smoke" },
    checks: scriptedChecks(({ commit, command }) => {
      if (command !== "smoke") return { exitCode: 0, passed: 1, failed: 0 };
      // Meanwhile the director has built upon it.
      const next = night.workspace.commit(commit, { "src/own.ts": "by hand\n" });
      void night.workspace.moveRef("/repo", "refs/heads/nightshift/main", commit, next);
      return { exitCode: 1 };
    }),
    answers: {
      implement(input) {
        const commit = night.workspace.commit(input.base, { "src/own.ts": "by night\n" });
        return executed(input, commit, "src/own.ts");
      },
    },
  });
  const task = await night.add();
  await work(night);
  const [review] = (await night.events()).flatMap(({ event }) =>
    event.type === "review.requested" ? [event] : [],
  );
  expect(review?.why).toMatch(/smoke failed after the merge; taking it back conflicts/);
  expect(await typesIn(night, `task-${task}`)).toContain("task.completed");
});

test("should one attempt meet a bug, the others come to the end of their step before the night ends", async () => {
  const night = await memoryNight({
    repo: { parallelMax: 2, overlap: true },
    answers: {
      async implement(input) {
        if (input.spec.name === "BUG") throw new TypeError("undefined is no function");
        for (let tick = 0; tick < 500; tick++) await Promise.resolve();
        const commit = night.workspace.commit(input.base, { "test/b.test.ts": "1\n" });
        return executed(input, commit, "test/b.test.ts");
      },
    },
  });
  await night.add({ name: "BUG", priority: 1 });
  const other = await night.add({ name: "OTHER" });
  await expect(work(night)).rejects.toThrow(TypeError);
  expect((await typesIn(night, `attempt-${other}`)).at(-1)).toBe("attempt.executed");
  const { length } = await night.events();
  for (let tick = 0; tick < 500; tick++) await Promise.resolve();
  expect((await night.events()).length).toBe(length);
});

test("a second leader ends the first one's night at its next step", async () => {
  const night = await memoryNight({
    answers: {
      async verify() {
        const plan = { ...night.plan, leader: "leader-2", incumbent: "gone" as const };
        await lead(night.ports, plan, never());
        return { by: "verifier", verdict: "pass", checks: [], hits: [] };
      },
    },
  });
  const task = await night.add();
  await expect(work(night)).rejects.toMatchObject({ code: "stale" });
  expect(await typesIn(night, `attempt-${task}`)).not.toContain("attempt.verified");
});
