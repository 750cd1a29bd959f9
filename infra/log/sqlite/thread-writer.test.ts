import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Unavailable } from "@nightshift/protocol/errors";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { expect, onTestFinished, test } from "vitest";
import { AMPLE_MS, working } from "../test-events.ts";
import { testFolder } from "../test-log.ts";
import { Archive } from "./archive.ts";
import { GroupCommit } from "./group-commit.ts";
import { openLogFile } from "./schema.ts";
import { openLog } from "./store.ts";
import { ThreadWriter } from "./thread-writer.ts";
import { verifyLog } from "./verify.ts";
import type { LogWriter } from "./writer.ts";

const CROWD = 8;

/** A writer on a log of its own, and how to append the event n to a stream. */
async function writerOn(crowd = CROWD) {
  const path = join(await testFolder(), "log.sqlite");
  const db = openLogFile(path);
  const start = { path, schemaVersion: SCHEMA_VERSION };
  const how = { archive: new Archive(path), schemaVersion: SCHEMA_VERSION, committed: () => {} };
  const commit = new GroupCommit(db, path, how);
  /** Milliseconds that each append written here was given to wait. */
  const waitsHere: number[] = [];
  const here: LogWriter = {
    append(append) {
      waitsHere.push(append.timeoutMs);
      return commit.append(append);
    },
    get waiting() {
      return commit.waiting;
    },
    close: () => commit.close(),
  };
  const writer = new ThreadWriter(here, start, { crowd, committed: () => {} });
  onTestFinished(async () => {
    await writer.close();
    db.close();
  });
  const append = (stream: string, revision: number, n: number, timeoutMs = AMPLE_MS) => {
    const { event, ...envelope } = working(n);
    const entry = { ...envelope, type: event.type, body: JSON.stringify(event) };
    return writer.append({ stream, revision, timeoutMs, entries: [entry] });
  };
  /** Writes by as many callers at once, and waits for the thread that this starts. */
  const crowd8 = async (first: number) => {
    const streams = Array.from({ length: CROWD }, (_, n) => `call-${first + n}`);
    await Promise.all(streams.map((stream, n) => append(stream, 0, first + n)));
    await writer.thread?.started;
  };
  return { path, here, waitsHere, writer, append, crowd8 };
}

test("one caller starts no thread, a crowd does", async () => {
  const { writer, append, crowd8 } = await writerOn();
  for (let n = 0; n < 20; n += 1) await append("call-a", n, 100 + n);
  expect(writer.thread).toBeUndefined();
  await crowd8(0);
  expect(writer.thread?.state).toBe("ready");
  expect(await append("call-a", 20, 120)).toBe(29n);
});

test("once a crowd has gone, it is written here again", async () => {
  const { here, writer, append, crowd8 } = await writerOn();
  await crowd8(0);
  const first = append("call-a", 0, 100);
  expect(writer.thread?.waiting).toBe(1);
  await first;
  const few = Array.from({ length: CROWD - 1 }, (_, n) => append(`call-b${n}`, 0, 200 + n));
  expect(writer.thread?.waiting).toBe(0);
  expect(here.waiting).toBe(CROWD - 1);
  await Promise.all(few);
  await crowd8(1_000);
  const many = Array.from({ length: CROWD }, (_, n) => append(`call-c${n}`, 0, 300 + n));
  expect(writer.thread?.waiting).toBe(CROWD);
  await Promise.all(many);
});

test("a crowd has gone after 256 appends without one, though somebody always waits", async () => {
  const CROWDED = 400;
  const { path, here, writer, append } = await writerOn(CROWDED);
  await Promise.all(Array.from({ length: CROWDED }, (_, n) => append(`call-${n}x`, 0, n)));
  await writer.thread?.started;
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  // Nothing is written meanwhile, so whoever comes waits behind the first.
  other.exec("BEGIN IMMEDIATE");
  const few = Array.from({ length: 300 }, (_, n) => append("call-a", n, 1_000 + n));
  expect(writer.thread?.waiting).toBe(256);
  expect([here.waiting, writer.waiting]).toEqual([0, 300]);
  other.exec("COMMIT");
  const positions = await Promise.all(few);
  expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
  void append("call-a", 300, 2_000);
  expect([here.waiting, writer.thread?.waiting]).toEqual([1, 0]);
  await writer.close();
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: CROWDED + 301 });
});

test("what is held for a thread waits as long as its caller said, from when it came", async () => {
  const CROWDED = 400;
  const { path, waitsHere, writer, append } = await writerOn(CROWDED);
  await Promise.all(Array.from({ length: CROWDED }, (_, n) => append(`call-${n}x`, 0, n)));
  await writer.thread?.started;
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  const sent = Array.from({ length: 256 }, (_, n) => append("call-a", n, 1_000 + n));
  const hurried = append("call-b", 0, 2_000, 20);
  const patient = append("call-c", 0, 2_001);
  await expect(hurried).rejects.toBeInstanceOf(Unavailable);
  await expect(hurried).rejects.toThrow("was not free in time");
  expect([writer.thread?.waiting, writer.waiting]).toEqual([256, 257]);
  other.exec("COMMIT");
  await Promise.all([...sent, patient]);
  // What it waited for the thread is gone from its time.
  expect(waitsHere.at(-1)).toBeLessThan(AMPLE_MS);
  expect(waitsHere.at(-1)).toBeGreaterThanOrEqual(0);
  await writer.close();
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: CROWDED + 257 });
});

test("appends of one caller are written in their order while a thread takes over", async () => {
  const { path, append, crowd8, writer } = await writerOn();
  const appends: Promise<bigint>[] = [];
  void crowd8(5_000);
  // Never waits for an answer: each builds on the one before.
  for (let n = 0; n < 2_000; n += 1) {
    appends.push(append("call-a", n, n));
    if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const positions = await Promise.all(appends);
  expect(writer.thread?.state).toBe("ready");
  expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
  await writer.close();
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 2_008 });
});

test("while appends wait here, those that come after them wait behind them", async () => {
  const { path, here, writer, append } = await writerOn();
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  const early = Array.from({ length: CROWD }, (_, n) => append("call-a", n, n));
  await writer.thread?.started;
  expect(writer.thread?.state).toBe("ready");
  const late = append("call-a", CROWD, CROWD);
  expect(here.waiting).toBe(CROWD + 1);
  other.exec("COMMIT");
  expect(await Promise.all([...early, late])).toHaveLength(CROWD + 1);
  expect(await append("call-a", CROWD + 1, CROWD + 1)).toBe(BigInt(CROWD + 2));
});

test("a thread that dies tells those who wait, and the next append is written all the same", async () => {
  const { path, writer, append, crowd8 } = await writerOn();
  await crowd8(0);
  const waiting = Array.from({ length: 5 }, (_, n) => append(`call-${n}`, 1, 100 + n));
  const answers = Promise.allSettled(waiting);
  await writer.thread?.kill();
  for (const answer of await answers) {
    if (answer.status === "fulfilled") continue;
    expect(answer.reason).toBeInstanceOf(Unavailable);
    expect(String(answer.reason)).toContain("the thread that writes it ended");
  }
  expect(writer.waiting).toBe(0);
  await append("call-z", 0, 900);
  await crowd8(1_000);
  expect(writer.thread?.state).toBe("ready");
  await writer.close();
  expect(await verifyLog(path)).toMatchObject({ ok: true });
});

test("threads that keep dying are replaced five times, then it writes without one", async () => {
  const { writer, append, crowd8 } = await writerOn();
  let died = 0;
  for (let round = 0; round < 7; round += 1) {
    await crowd8(round * 100);
    if (!writer.thread) continue;
    died += 1;
    await writer.thread.kill();
  }
  expect(died).toBe(5);
  expect(await append("call-z", 0, 9_000)).toBe(57n);
});

test("what was appended before a close is written by it, by whichever thread", async () => {
  const path = join(await testFolder(), "log.sqlite");
  const store = await openLog(path, { writer: "thread", crowd: 0 });
  // More than one transaction holds.
  const appended = Array.from({ length: 900 }, (_, n) =>
    store.append(`call-${n}`, [working(n)], { revision: 0, timeoutMs: AMPLE_MS }),
  );
  await store.close();
  expect(await Promise.all(appended)).toHaveLength(900);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 900 });
});

test("more appends than may wait are refused at once, here and in the thread", async () => {
  const { append, crowd8 } = await writerOn();
  await crowd8(20_000);
  const answers = await Promise.allSettled(
    Array.from({ length: 10_050 }, (_, n) => append(`call-${n}x`, 0, n)),
  );
  const refused = answers.filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(50);
});

test("a process that has nothing more to do ends, though a thread stands ready", async () => {
  const { spawnSync } = await import("node:child_process");
  const script = `
    import { openLog } from "./store.ts";
    import { working } from "../test-events.ts";
    const store = await openLog(process.argv[1], { writer: "thread", crowd: 0 });
    await store.append("call-a", [working(1)], { revision: 0, timeoutMs: 5000 });
    console.log(await store.head());
  `;
  const path = join(await testFolder(), "log.sqlite");
  const command = ["--input-type=module-typescript", "--eval", script, path];
  const options = { cwd: import.meta.dirname, encoding: "utf8", timeout: 10_000 } as const;
  const { status, stdout } = spawnSync(process.execPath, command, options);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "1n\n" });
});
