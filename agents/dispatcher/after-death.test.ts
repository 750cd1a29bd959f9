import { createBoard, type Board } from "@nightshift/blackboard/board";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import type { SkillInput } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { executed, memoryNight, type Answers, type MemoryNight } from "../testing/memory-night.ts";
import { memoryWorkspace, type MemoryWorkspace } from "../testing/memory-workspace.ts";
import { lead, runShift } from "./shift.ts";

/** A process that dies anywhere loses no acknowledged event and repeats no effect (I10). */
const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });
const TARGET = "refs/heads/nightshift/main";

class PowerCut extends Error {}

/** Counts what is asked of agents, over both nights. */
function counting(workspace: MemoryWorkspace) {
  const asked = { implement: 0, verify: 0 };
  const answers: Answers = {
    implement(input: SkillInput<"implement">) {
      asked.implement += 1;
      const text = `export const n = ${asked.implement};\n`;
      return executed(
        input,
        workspace.commit(input.base, { "test/n.test.ts": text }),
        "test/n.test.ts",
      );
    },
    verify() {
      asked.verify += 1;
      return { by: "verifier", verdict: "pass", checks: [], hits: [] };
    },
  };
  return { asked, answers };
}

/** A night that dies where it is told to, and the next one on the same log and repository. */
async function twoNights(die: (night: MemoryNight, asked: { implement: number }) => void) {
  const store = memoryStore();
  const workspace = memoryWorkspace({ "src/a.ts": "export const a = 1;\n" });
  const { asked, answers } = counting(workspace);
  const first = await memoryNight({ store, workspace, answers });
  const task = await first.add();
  die(first, asked);
  const dead = lead(first.ports, first.plan, never()).then(runShift);
  await expect(dead).rejects.toBeInstanceOf(PowerCut);

  const plan = { leader: "leader-2", incumbent: "gone" } as const;
  const second = await memoryNight({ store, workspace, answers, plan });
  second.ports.blobs = first.ports.blobs;
  let ids = 0;
  const { clock } = second.ports;
  const newId = () => `second-${(ids += 1)}`;
  second.ports.board = createBoard({ store, actor: "dispatcher", clock, newId });
  expect(await runShift(await lead(second.ports, second.plan, never()))).toBe("backlog-done");
  const events = (await second.events()).map(({ event }) => event);
  const count = (type: string) => events.filter((event) => event.type === type).length;
  return { task, workspace, asked, events, count, second };
}

/** Cuts the power at the first command that fits, before or after it is in the log. */
function cutAt(night: MemoryNight, fits: (command: { type: string }) => boolean, after = false) {
  const { board } = night;
  let isDead = false;
  const dying: Board = {
    async load(kind, id) {
      if (isDead) throw new PowerCut();
      return board.load(kind, id);
    },
    async handle(kind, id, command, provenance) {
      if (isDead) throw new PowerCut();
      isDead = fits(command);
      if (isDead && !after) throw new PowerCut();
      const events = await board.handle(kind, id, command, provenance);
      if (isDead) throw new PowerCut();
      return events;
    },
  };
  night.ports.board = dying;
}

test.each([false, true])(
  "a merge that was intended is done once (target moved: %s)",
  async (moved) => {
    const { workspace, asked, count } = await twoNights((night) => {
      let isDead = false;
      cutAt(night, () => isDead);
      night.ports.workspace = {
        ...night.workspace,
        async moveRef(path, ref, old, next) {
          if (isDead) throw new PowerCut();
          isDead = ref === TARGET && old !== null;
          if (!isDead || moved) await night.workspace.moveRef(path, ref, old, next);
          if (isDead) throw new PowerCut();
          return true;
        },
      };
    });
    expect([count("repo.merge-intended"), count("repo.merged")]).toEqual([1, 1]);
    const head = (await workspace.resolve("/repo", TARGET)) ?? "";
    expect(workspace.files(head)).toMatchObject({ "test/n.test.ts": "export const n = 1;\n" });
    expect(asked).toMatchObject({ implement: 1, verify: 1 });
    expect(count("task.completed")).toBe(1);
  },
);

test("an answer that is in the log is not asked for again", async () => {
  const { asked, count } = await twoNights((night) =>
    cutAt(night, ({ type }) => type === "attempt.verify"),
  );
  expect(asked).toMatchObject({ implement: 1, verify: 1 });
  expect([count("attempt.verified"), count("task.completed")]).toEqual([1, 1]);
});

test("a worker that nobody heard from again costs its worst case, and no try (I3, I7)", async () => {
  const { asked, events, count, task, second } = await twoNights((night, soFar) =>
    // The worker is done, and the process dies before its answer is in the log.
    cutAt(night, ({ type }) => type === "call.finish" && soFar.implement > 0),
  );
  expect(asked.implement).toBe(2);
  expect(events.filter(({ type }) => type === "attempt.failed")).toMatchObject([{ kind: "lost" }]);
  const settled = events.flatMap((event) => (event.type === "budget.settled" ? [event] : []));
  const reserved = events.flatMap((event) => (event.type === "budget.reserved" ? [event] : []));
  expect(settled[0]).toMatchObject({
    costKind: "unknown",
    costMicroUsd: reserved[0]?.worstMicroUsd,
    tokens: reserved[0]?.worstTokens,
  });
  expect(settled).toHaveLength(reserved.length);
  expect(count("task.completed")).toBe(1);
  expect((await second.board.load("task", task)).state).toMatchObject({ tries: 0 });
});

test("a task that was claimed and not begun is begun under the same claim", async () => {
  const { count, asked } = await twoNights((night) =>
    cutAt(night, ({ type }) => type === "attempt.start"),
  );
  expect(count("task.claimed")).toBe(1);
  expect(asked.implement).toBe(1);
  expect(count("task.completed")).toBe(1);
});

test("what a dead leader still says changes nothing (I2)", async () => {
  const { count, second, task } = await twoNights((night) =>
    cutAt(night, ({ type }) => type === "attempt.gate"),
  );
  const stale = second.board.handle("task", task, {
    type: "task.complete",
    epoch: 1,
    generation: 1,
    outcome: "filed",
  });
  await expect(stale).rejects.toMatchObject({ code: "stale" });
  expect(count("task.completed")).toBe(1);
});

test("where a new leader has nothing to do, an older one locks nothing all the same (I2)", async () => {
  const store = memoryStore();
  const admit = () => ({ decision: "park", reason: "vague", question: "Which?" }) as const;
  const first = await memoryNight({ store, answers: { admit } });
  const task = await first.add();
  await lead(first.ports, first.plan, never());
  const plan = { leader: "leader-2", incumbent: "gone" } as const;
  const second = await memoryNight({ store, answers: { admit }, plan });
  expect(await runShift(await lead(second.ports, second.plan, never()))).toBe("backlog-done");
  const [repo = ""] = second.plan.repos.keys();
  const lock = { type: "repo.lock" as const, task, scope: [], parallelMax: 1, overlap: false };
  const late = first.board.handle("repo", repo, { ...lock, epoch: 1 });
  await expect(late).rejects.toMatchObject({ code: "stale" });
});
