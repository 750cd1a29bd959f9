import { expect, test } from "vitest";
import { afterPowerCut, type Remains } from "../testing/power-cut.ts";
import { recover } from "./recover.ts";
import { runCycles } from "./cycles.ts";
import type { Night } from "./night.ts";

/** What the next leader does with what a dead one left: the table "After a crash", row by row. */
const TARGET = "refs/heads/nightshift/main";

async function goOn(night: Night): Promise<void> {
  expect(await runCycles(night, await recover(night))).toBe("backlog-done");
}

async function statusOf({ night, task }: Remains): Promise<string> {
  return (await night.ports.board.load("task", task)).state.status;
}

test("a call without an answer is finished as failed, and not before its attempt is ended", async () => {
  const remains = await afterPowerCut({ command: "call.finish", nth: 3 });
  await recover(remains.night);
  const [call] = await remains.since("call.finished");
  expect(call).toMatchObject({ state: "failed", answer: null });
  expect(await remains.since("call.finished")).toHaveLength(1);
});

test("a reservation that nobody will settle is charged in full, as unknown (I3)", async () => {
  const remains = await afterPowerCut({ command: "call.finish", nth: 3 });
  await recover(remains.night);
  const [settled] = await remains.since("budget.settled");
  expect(settled).toMatchObject({ costKind: "unknown", costMicroUsd: 1_000, tokens: 48_000 });
});

test("a worker that died before it asked anyone gives its reservation back (I3)", async () => {
  const remains = await afterPowerCut({ command: "call.send", nth: 3 });
  await recover(remains.night);
  expect(await remains.since("budget.settled")).toEqual([]);
  expect(await remains.since("budget.released")).toHaveLength(1);
});

test("an answer that came in time costs what it cost, not its worst case", async () => {
  const remains = await afterPowerCut({ command: "budget.settle" });
  await recover(remains.night);
  expect(await remains.since("budget.settled")).toEqual([]);
  await goOn(remains.night);
  const [settled] = await remains.since("budget.settled");
  expect(settled).toMatchObject({ costKind: "billed", costMicroUsd: 400, tokens: 150 });
  const reserved = await remains.since("budget.reserved");
  expect(reserved.filter(({ step }) => step.startsWith("implement"))).toEqual([]);
});

test("an attempt whose worker may still be at it ends as lost, and the task gets a new generation", async () => {
  const remains = await afterPowerCut({ command: "call.finish", nth: 3 });
  const [attempt] = await recover(remains.night);
  expect(await remains.since("attempt.failed")).toMatchObject([{ kind: "lost" }]);
  expect(attempt).toMatchObject({ task: remains.task, generation: 1 });
  await runCycles(remains.night, attempt ? [attempt] : []);
  expect(await remains.since("task.released")).toMatchObject([{ reason: "lost" }]);
  expect(await remains.since("task.claimed")).toMatchObject([{ generation: 2 }]);
  expect(await statusOf(remains)).toBe("completed");
});

test("should the next leader die while it ends a lost attempt, the one after it still knows", async () => {
  // The call is closed last: as long as it is open, everybody can see that a worker may be at it.
  const remains = await afterPowerCut({ command: "call.finish", nth: 3 });
  const order: string[] = [];
  const { board } = remains.night.ports;
  remains.night.ports.board = {
    ...board,
    handle(kind, id, command, provenance) {
      order.push(command.type);
      return board.handle(kind, id, command, provenance);
    },
  };
  await recover(remains.night);
  expect(order.indexOf("attempt.fail")).toBeLessThan(order.indexOf("call.finish"));
});

test("an attempt past execution goes on; what was answered is not asked again", async () => {
  const asked: string[] = [];
  const answers = {
    verify: () => {
      asked.push("verify");
      return { by: "verifier", verdict: "pass" as const, checks: [], hits: [] };
    },
  };
  const remains = await afterPowerCut({ command: "attempt.verify" }, { answers });
  const goingOn = await recover(remains.night);
  expect(goingOn).toMatchObject([{ task: remains.task, generation: 1 }]);
  expect(await remains.since("attempt.failed")).toEqual([]);
  await runCycles(remains.night, goingOn);
  expect(asked).toEqual(["verify"]);
  expect(await remains.since("attempt.integrated")).toMatchObject([{ how: "merged" }]);
});

test("an attempt that has ended moves its task as the end says, and teaches what it taught", async () => {
  const remains = await afterPowerCut({ command: "attempt.integrate", after: true });
  await goOn(remains.night);
  expect(await remains.since("genome.evaluated")).toHaveLength(1);
  expect(await remains.since("task.completed")).toMatchObject([
    { generation: 1, outcome: "merged" },
  ]);
  expect((await remains.since("repo.unlocked")).length).toBeGreaterThan(0);
});

test("a merge that was intended and is done is confirmed", async () => {
  const remains = await afterPowerCut({ command: "repo.confirm-merge" });
  const before = await remains.workspace.resolve("/repo", TARGET);
  await goOn(remains.night);
  expect(await remains.since("repo.merged")).toMatchObject([{ new: before }]);
});

test("a merge that was intended and is still to do is done", async () => {
  const remains = await afterPowerCut({ command: "repo.intend-merge", after: true });
  await recover(remains.night);
  const [merged] = await remains.since("repo.merged");
  expect(await remains.workspace.resolve("/repo", TARGET)).toBe(merged?.new);
});

test("a merge that was intended and overtaken is given up, and built anew on what is there", async () => {
  const remains = await afterPowerCut({ command: "repo.intend-merge", after: true });
  const { workspace } = remains;
  const head = (await workspace.resolve("/repo", TARGET)) ?? "";
  const byHand = workspace.commit(head, { "docs/own.md": "by hand\n" });
  await workspace.moveRef("/repo", TARGET, head, byHand);
  await recover(remains.night);
  expect(await remains.since("repo.merge-failed")).toMatchObject([{ reason: "moved" }]);
  await goOn(remains.night);
  expect(await remains.since("repo.merged")).toMatchObject([{ old: byHand }]);
});

test("a merge that was intended into what the director has checked out by now goes to the director", async () => {
  const remains = await afterPowerCut({ command: "repo.intend-merge", after: true });
  remains.workspace.checkOut(TARGET);
  await goOn(remains.night);
  expect(await remains.since("repo.merge-failed")).toMatchObject([
    { reason: "moved" },
    { reason: "moved" },
  ]);
  expect(await remains.since("review.requested")).toHaveLength(1);
});

const smoking = { repo: { afterMergeCommand: "smoke" } };

test("the check after a merge is made by the next leader if the last one did not live to it", async () => {
  const remains = await afterPowerCut({ command: "repo.confirm-merge", after: true }, smoking);
  failSmoke(remains.night);
  await goOn(remains.night);
  const [reverted] = await remains.since("repo.reverted");
  expect(await remains.since("task.returned")).toHaveLength(3);
  expect(reverted?.commit).toMatch(/^[0-9a-f]{40}$/);
});

test("a merge is taken back once, however often a leader dies over it", async () => {
  const remains = await afterPowerCut({ command: "repo.confirm-merge", after: true }, smoking);
  const { night, workspace } = remains;
  failSmoke(night);
  const [attempt] = await recover(night);
  const { board } = night.ports;
  night.ports.board = {
    ...board,
    handle(kind, id, command, provenance) {
      if (command.type === "repo.revert") throw new Error("power cut");
      return board.handle(kind, id, command, provenance);
    },
  };
  await expect(runCycles(night, attempt ? [attempt] : [])).rejects.toThrow("power cut");
  const head = await workspace.resolve("/repo", TARGET);
  night.ports.board = board;
  await runCycles({ ...night, plan: { ...night.plan, untilMs: 0 } }, attempt ? [attempt] : []);
  expect(await remains.since("repo.reverted")).toMatchObject([{ revert: head }]);
  expect(await workspace.resolve("/repo", TARGET)).toBe(head);
});

test("a task that was claimed and not begun is begun, under its lock", async () => {
  const remains = await afterPowerCut({ command: "attempt.start" });
  expect(await recover(remains.night)).toMatchObject([{ generation: 1 }]);
  expect(await remains.since("attempt.started")).toMatchObject([{ generation: 1 }]);
});

test("a lock that was taken for a task that nobody claimed is released", async () => {
  const remains = await afterPowerCut({ command: "task.claim" });
  expect(await recover(remains.night)).toEqual([]);
  expect(await remains.since("repo.unlocked")).toMatchObject([{ task: remains.task }]);
});

test("an attempt at a task that the director gave up meanwhile is cancelled", async () => {
  const remains = await afterPowerCut({ command: "attempt.verify" });
  const { board } = remains.night.ports;
  await board.handle("task", remains.task, { type: "task.abandon", epoch: null, reason: "no" });
  await goOn(remains.night);
  expect(await remains.since("attempt.failed")).toMatchObject([{ kind: "cancelled" }]);
  expect(await statusOf(remains)).toBe("abandoned");
});

test("what an older leader claims after the new one looked around is taken up all the same", async () => {
  const remains = await afterPowerCut({ command: "task.claim" });
  const { night, task } = remains;
  await recover(night);
  const claim = { agent: "leader-1", epoch: 1, leaseMs: 60_000, nowMs: 0 } as const;
  await night.ports.board.handle("task", task, { type: "task.claim", ...claim });
  expect(await runCycles(night, [])).toBe("backlog-done");
  expect(await statusOf(remains)).toBe("completed");
});

function failSmoke(night: Night): void {
  const { checks } = night.ports;
  night.ports.checks = {
    ...checks,
    async run(repo, commit, command, options) {
      const run = await checks.run(repo, commit, command, options);
      return command === "smoke" ? { ...run, exitCode: 1 } : run;
    },
  };
}
