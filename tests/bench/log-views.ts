import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { bigLog } from "./big-log.ts";
import { median, type Benchmark } from "./ratio.ts";

const WORK = fileURLToPath(new URL("views-work.ts", import.meta.url));
const CLI = fileURLToPath(new URL("../../infra/cli/main.ts", import.meta.url));
const EVENTS = 1_000_000;
/** A log a tenth as old, to see what grows with age. */
const YOUNGER = 100_000;
const REBUILDS = 3;
const STARTS = 5;
const REBUILD_MS_MAX = 8_000;
const REBUILD_MIB_MAX = 350;
const TABLES_MS_MAX = 60_000;
const START_MS_MAX = 300;
/** What is kept of the views may be so many times as large where the log is ten times as old. */
const GROWTH_MAX = 1.5;

/** The read side of a log of a million events: views made anew, tables filled, a start from snapshots. */
export async function logViews(): Promise<Benchmark> {
  const [old, young] = [houseOn(await bigLog(EVENTS)), houseOn(await bigLog(YOUNGER))];
  try {
    const rebuilds = Array.from({ length: REBUILDS }, () => run(old, "rebuild"));
    const tables = run(old, "tables");
    for (const house of [old, young]) run(house, "start");
    const starts = Array.from({ length: STARTS }, () => run(old, "start"));
    const verbs = Array.from({ length: STARTS }, () => verb(old));
    const growth = keptBytes(old) / keptBytes(young);
    const ms = (what: string, values: readonly number[], limit: number | null) => {
      return { what, value: median(values), unit: "ms", limit };
    };
    const peak = Math.max(...rebuilds.map(({ peakMib }) => peakMib));
    return [
      ms("working views of 1,000,000 events", tookMs(rebuilds), REBUILD_MS_MAX),
      { what: "memory for it at its peak", value: peak, unit: "MiB", limit: REBUILD_MIB_MAX },
      ms("history tables of 1,000,000 events", tookMs([tables]), TABLES_MS_MAX),
      ms("house and views from snapshots", tookMs(starts), START_MS_MAX),
      ms("nightshift status, the whole process", verbs, null),
      { what: "snapshots of 1,000,000 / 100,000", value: growth, unit: "times", limit: GROWTH_MAX },
    ];
  } finally {
    for (const house of [old, young]) rmSync(house, { recursive: true, force: true });
  }
}

const Told = z.object({ tookMs: z.number(), peakMib: z.number() });
type Told = z.infer<typeof Told>;

/** The home of a director whose log it is. */
function houseOn(log: string): string {
  const home = mkdtempSync(join(tmpdir(), "nightshift-bench-"));
  mkdirSync(stateOf(home), { recursive: true });
  symlinkSync(log, join(stateOf(home), "log.sqlite"));
  return home;
}

function stateOf(home: string): string {
  return join(home, "state", "nightshift");
}

function run(home: string, what: string): Told {
  return Told.parse(JSON.parse(node(home, WORK, what)));
}

/** Milliseconds of a verb that looks at the views, from the start of its process to its end. */
function verb(home: string): number {
  const startMs = performance.now();
  node(home, CLI, "status", "--json");
  return performance.now() - startMs;
}

function node(home: string, ...args: string[]): string {
  const env = { PATH: process.env["PATH"], HOME: home, XDG_STATE_HOME: join(home, "state") };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed:\n${stderr}`);
  return stdout;
}

function keptBytes(home: string): number {
  return statSync(join(stateOf(home), "snapshots.sqlite")).size;
}

function tookMs(told: readonly Told[]): number[] {
  return told.map(({ tookMs }) => tookMs);
}
