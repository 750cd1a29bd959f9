import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { z } from "zod";
import { event, withLog } from "./log-events.ts";
import { median, type Benchmark } from "./ratio.ts";

const RUNS = 5;
const EVENTS = 200;
const PAUSE_MS = 12;
const IDLE_MS = 4_000;
const P50_MS_MAX = 3;
const P99_MS_MAX = 10;
const IDLE_PERCENT_MAX = 0.5;

const Told = z.union([
  z.literal("follows"),
  z.object({ id: z.string(), atMs: z.number() }),
  z.object({ idlePercent: z.number() }),
]);

/** How soon another process learns of an event, from the moment its writer is told it is kept. */
export async function logFollowing(): Promise<Benchmark> {
  const runs: Run[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await withLog(oneRun));
  const of = (pick: (run: Run) => number) => median(runs.map(pick));
  const lost = runs.reduce((sum, run) => sum + run.lost, 0);
  return [
    { what: "follower elsewhere, p50", value: of(({ p50 }) => p50), unit: "ms", limit: P50_MS_MAX },
    { what: "follower elsewhere, p99", value: of(({ p99 }) => p99), unit: "ms", limit: P99_MS_MAX },
    {
      what: "follower, idle",
      value: of(({ idlePercent }) => idlePercent),
      unit: "% of a core",
      limit: IDLE_PERCENT_MAX,
    },
    { what: "events that followers lost", value: lost, unit: "events", limit: 0 },
  ];
}

type Run = { p50: number; p99: number; idlePercent: number; lost: number };

async function oneRun(path: string): Promise<Run> {
  const program = join(import.meta.dirname, "log-follower.ts");
  const args = [program, path, String(EVENTS), String(IDLE_MS)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => Told.parse(JSON.parse(String((await lines.next()).value)));
  await next();
  const store = await openLog(path);
  const keptAtMs = new Map<string, number>();
  for (let revision = 0; revision < EVENTS; revision++) {
    const one = event(revision);
    await store.append("call-a", [one], { revision, timeoutMs: 10_000 });
    keptAtMs.set(one.id, performance.timeOrigin + performance.now());
    await sleep(PAUSE_MS * (0.5 + Math.random()));
  }
  const delays: number[] = [];
  for (;;) {
    const told = await next();
    if (told === "follows") continue;
    if ("idlePercent" in told) {
      await store.close();
      const sorted = delays.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
      const { idlePercent } = told;
      return { p50: at(0.5), p99: at(0.99), idlePercent, lost: keptAtMs.size };
    }
    delays.push(told.atMs - (keptAtMs.get(told.id) ?? Number.NaN));
    keptAtMs.delete(told.id);
  }
}
