import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ARCHIVE_TABLES } from "@nightshift/infra/log/sqlite/layout";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { CROWD } from "@nightshift/infra/log/sqlite/thread-writer";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { event, withLog } from "./log-events.ts";
import { median, type Benchmark } from "./ratio.ts";

const RUNS = 5;
/** As many as are settled at once, so that settling falls into it once, with its whole cost. */
const ALONE_EVENTS = 1_500;
/** Until its write-ahead log has its size and is written over, as it is from then on. */
const WARM_EVENTS = 1_500;
const CROWD_EVENTS = 6_000;
const STREAMS = 64;
/** Appends under way at once: less than a group takes, more, and so many that a thread writes them. */
const CROWDS = [64, 256, 1_000];
const FIRST_EVENTS = 5_000;
/** Until what the first crowd has left behind is cleared away. */
const CALM_MS = 500;
const RAW_GROUP = 100;
const TIMEOUT_MS = 60_000;
const HASH_CHARS = 43;
/** Bytes that one event is in the log, envelope and all. */
const EVENT_BYTES = 650;
const RATIO_MIN = 0.55;
const DELAY_MS_MAX = 5;

type Options = NonNullable<Parameters<typeof openLog>[1]>;
const INLINE: Options = { writer: "inline" };
/** As a house has it: a thread writes from a crowd on. */
const HOUSE: Options = { writer: "thread" };
const THREAD: Options = { writer: "thread", crowd: 0 };

/** What appending costs, held against the disk and against SQLite with nothing around it. */
export async function logWriting(): Promise<Benchmark> {
  const taken = { disk: [0], inline: [0], thread: [0], raw: [0], rawAlone: [0] };
  const crowds = CROWDS.map((inFlight) => ({ inFlight, perSecond: [0], delayMs: [0] }));
  // In turns, so that a busy moment of the machine falls on all of them.
  for (let run = 0; run < RUNS; run++) {
    taken.disk[run] = await withLog(async (path) => overwriting(path));
    taken.inline[run] = await withLog((path) => alone(path, INLINE));
    taken.thread[run] = await withLog((path) => alone(path, THREAD));
    taken.raw[run] = await withLog(async (path) => rawInserts(path, RAW_GROUP, CROWD_EVENTS));
    taken.rawAlone[run] = await withLog(async (path) => rawInserts(path, 1, ALONE_EVENTS));
    for (const { inFlight, perSecond, delayMs } of crowds) {
      const one = await withLog((path) => crowd(path, HOUSE, inFlight));
      perSecond[run] = one.perSecond;
      delayMs[run] = one.delayMs;
    }
  }
  const [disk, raw] = [median(taken.disk), median(taken.raw)];
  return [
    { what: "fdatasync, overwriting", value: disk, unit: "a second", limit: null },
    atLeast("one caller / fdatasync", median(taken.inline) / disk),
    // Nobody goes this way: a thread writes from a crowd on. It tells what the way there costs.
    told("one caller, writing thread / fdatasync", median(taken.thread) / disk),
    told("SQLite alone, one insert a transaction / fdatasync", median(taken.rawAlone) / disk),
    { what: "raw inserts, 100 a transaction", value: raw, unit: "a second", limit: null },
    ...crowds.flatMap(({ inFlight, perSecond, delayMs }) => {
      const [what, value] = [`${inFlight} in flight / raw inserts`, median(perSecond) / raw];
      const delay = { value: median(delayMs), unit: "ms", limit: DELAY_MS_MAX };
      return [
        // A thread is for disks that are slow, where everybody else would wait for them.
        inFlight < CROWD ? atLeast(what, value) : told(`${what}, by the thread`, value),
        { what: "event loop delay meanwhile, p99", ...delay },
      ];
    }),
  ];
}

function atLeast(what: string, value: number) {
  return { what, value, unit: "times", limit: RATIO_MIN, atLeast: true } as const;
}

function told(what: string, value: number) {
  return { what, value, unit: "times", limit: null } as const;
}

/** What a benchmark has made for itself is no cost of what it measures. */
function clearAway(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

function perSecond(count: number, begunMs: number): number {
  return (count / (performance.now() - begunMs)) * 1_000;
}

/** As many bytes as an event has, again and again over the same place. */
function overwriting(path: string): number {
  const file = openSync(`${path}.raw`, "w");
  const bytes = Buffer.alloc(EVENT_BYTES, "x");
  for (let n = 0; n < ALONE_EVENTS; n++) writeSync(file, bytes);
  fdatasyncSync(file);
  const begunMs = performance.now();
  for (let n = 0; n < ALONE_EVENTS; n++) {
    writeSync(file, bytes, 0, EVENT_BYTES, n * EVENT_BYTES);
    fdatasyncSync(file);
  }
  const result = perSecond(ALONE_EVENTS, begunMs);
  closeSync(file);
  return result;
}

async function alone(path: string, options: Options): Promise<number> {
  const store = await openLog(path, options);
  const events = Array.from({ length: WARM_EVENTS + ALONE_EVENTS }, (_, n) => event(n));
  let begunMs = 0;
  for (const [revision, one] of events.entries()) {
    if (revision === WARM_EVENTS) begunMs = performance.now();
    await store.append("call-a", [one], { revision, timeoutMs: TIMEOUT_MS });
  }
  const result = perSecond(ALONE_EVENTS, begunMs);
  await store.close();
  return result;
}

/** The rows of a log into a table with indexes by stream, id and type, by SQLite as it comes. */
function rawInserts(path: string, group: number, events: number): number {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${ARCHIVE_TABLES}`);
  const insert = db.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const warm = group === 1 ? WARM_EVENTS : 0;
  const rows = Array.from({ length: warm + events }, (_, n) => {
    const { id, atMs, actor, causation, correlation, event: fact } = event(n);
    const place = [n + 1, `call-${n % STREAMS}`, Math.floor(n / STREAMS)] as const;
    const envelope = [id, fact.type, atMs, actor, causation, correlation, SCHEMA_VERSION] as const;
    return [...place, ...envelope, JSON.stringify(fact), id.padEnd(HASH_CHARS, "0")] as const;
  });
  const [begin, commit] = [db.prepare("BEGIN IMMEDIATE"), db.prepare("COMMIT")];
  clearAway();
  let begunMs = 0;
  for (let n = 0; n < rows.length; n += group) {
    if (n === warm) begunMs = performance.now();
    begin.run();
    for (const row of rows.slice(n, n + group)) insert.run(...row);
    commit.run();
  }
  const result = perSecond(events, begunMs);
  db.close();
  return result;
}

/**
 * After a first crowd and one like the one that is timed, as in a house that has been up for a while:
 * its thread is there, and its code compiled.
 */
async function crowd(path: string, options: Options, inFlight: number) {
  const store = await openLog(path, options);
  const first = Array.from({ length: FIRST_EVENTS }, (_, n) => {
    return store.append(`call-first-${n}`, [event(n)], { revision: 0, timeoutMs: TIMEOUT_MS });
  });
  await Promise.all(first);
  await sleep(CALM_MS);
  await callers(store, "call-before", inFlight);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const result = await callers(store, "call", inFlight, delay);
  await store.close();
  return { perSecond: result, delayMs: delay.percentile(99) / 1e6 };
}

/** So many that append one event after the other, each to a stream of its own. */
async function callers(
  store: Awaited<ReturnType<typeof openLog>>,
  name: string,
  inFlight: number,
  delay?: ReturnType<typeof monitorEventLoopDelay>,
): Promise<number> {
  const events = Array.from({ length: CROWD_EVENTS }, (_, n) => event(n));
  const caller = async (stream: string) => {
    for (let revision = 0; ; revision++) {
      const one = events.pop();
      if (!one) return;
      await store.append(stream, [one], { revision, timeoutMs: TIMEOUT_MS });
    }
  };
  clearAway();
  delay?.enable();
  const begunMs = performance.now();
  await Promise.all(Array.from({ length: inFlight }, (_, n) => caller(`${name}-${n}`)));
  const result = perSecond(CROWD_EVENTS, begunMs);
  delay?.disable();
  return result;
}
