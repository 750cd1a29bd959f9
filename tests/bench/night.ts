import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lead, runShift } from "@nightshift/agents/dispatcher/shift";
import { memoryNight } from "@nightshift/agents/testing/memory-night";
import { createInProcessBus } from "@nightshift/infra/bus/in-process";
import { fileBlobs } from "@nightshift/infra/log/blobs";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { median, type Benchmark } from "./ratio.ts";

const TASKS = 40;
const NIGHTS = 5;
const TASK_MS_MAX = 60;

/**
 * What the orchestration of a task costs without model, git and the repository's own tests: the real
 * dispatcher, rules, A2A bus, SQLite log and blob store; twins for the workers.
 */
export async function night(): Promise<Benchmark> {
  const perTask: number[] = [];
  for (let run = 0; run < NIGHTS; run++) perTask.push(await oneNight());
  return [
    { what: "orchestration of a task", value: median(perTask), unit: "ms", limit: TASK_MS_MAX },
  ];
}

/** @returns milliseconds a completed task, follow-ups among them. */
async function oneNight(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-bench-"));
  const store = await openLog(join(folder, "log.sqlite"));
  try {
    const built = await memoryNight({ store });
    const bus = createInProcessBus({ principal: "dispatcher" });
    for (const { card } of built.ports.bus.roster()) {
      await bus.join({
        card,
        handle: (skill, input, context) =>
          built.ports.bus.call(card.name, skill, input as never, { ...context, timeoutMs: 60_000 }),
      });
    }
    const ports = { ...built.ports, bus, blobs: fileBlobs(join(folder, "blobs")) };
    for (let task = 0; task < TASKS; task++) {
      await built.add({ name: `T-${task}`, title: `Task ${randomUUID()}`, tags: ["write-tests"] });
    }
    const never = new AbortController().signal;
    const start = performance.now();
    await runShift(await lead(ports, built.plan, { stop: never, abort: never }));
    const taken = performance.now() - start;
    const done = (await built.events()).filter(({ event }) => event.type === "task.completed");
    return taken / done.length;
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
