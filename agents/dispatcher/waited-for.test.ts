import { createBoard } from "@nightshift/blackboard/board";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import { backlog, CLOSED_KEPT } from "@nightshift/projections/backlog";
import { merged, proposed, specOf } from "@nightshift/projections/example-night";
import { createRunner } from "@nightshift/projections/runner";
import { writeLog, type Entry } from "@nightshift/projections/written-log";
import type { NightEvent } from "@nightshift/protocol/events";
import { expect, test } from "vitest";
import { closedWaitedFor } from "./waited-for.ts";

const AMPLE_MS = 20_000;

/** A log of which the first closed tasks are so old that the backlog has forgotten them. */
async function oldLog(...late: Entry[]) {
  const claimed: NightEvent = {
    type: "task.claimed",
    agent: "host",
    generation: 1,
    epoch: 1,
    leaseMs: 60_000,
  };
  const done: Entry[] = [
    ...proposed("done"),
    ["task-done", claimed],
    ...merged("done").filter(([stream]) => stream === "task-done"),
  ];
  const given: Entry[] = [
    ...proposed("given"),
    ["task-given", { type: "task.abandoned", reason: "x" }],
  ];
  const filling = Array.from({ length: 2 * CLOSED_KEPT }, (_, n): Entry[] => [
    [`task-f${n}`, { type: "task.proposed", spec: specOf(`f${n}`) }],
    [`task-f${n}`, { type: "task.abandoned", reason: "not now" }],
  ]);
  const store = memoryStore();
  for (const { stream, revision, position: _, ...pending } of writeLog([
    ...done,
    ...given,
    ...filling.flat(),
    ...late,
  ])) {
    await store.append(stream, [pending], { revision, timeoutMs: AMPLE_MS });
  }
  const views = createRunner(store, [backlog]);
  await views.catchUp();
  const board = createBoard({ store, actor: "t", clock: { now: () => 0 }, newId: () => "id" });
  return { views, board, rows: [...views.view(backlog).tasks.values()] };
}

const waits = (...dependsOn: string[]): Entry => [
  "task-late",
  { type: "task.proposed", spec: specOf("late", { dependsOn }) },
];

test("how a task ended that was closed long ago is asked of its stream", async () => {
  const { views, board, rows } = await oldLog(waits("done", "given"));
  expect(views.view(backlog).closed.has("done")).toBe(false);
  const ended = await closedWaitedFor(rows, { views, board });
  expect(ended.get("done")).toEqual({ title: "Title of done", status: "done", outcome: "merged" });
  expect(ended.get("given")).toMatchObject({ status: "abandoned" });
});

test("a task that is open, or that nobody proposed, has not ended", async () => {
  const { views, board, rows } = await oldLog(waits("open", "never"), ...proposed("open"));
  expect((await closedWaitedFor(rows, { views, board })).size).toBe(0);
});
