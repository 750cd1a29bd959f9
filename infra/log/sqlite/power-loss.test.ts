import { copyFile, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BadInput, Unavailable } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { AMPLE_MS, working } from "../test-events.ts";
import { tamper, testFolder, testLog } from "../test-log.ts";
import { openLog } from "./store.ts";
import { verifyLog } from "./verify.ts";

const at = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });
/** Places at which a file is cut: around page borders, and some in between. */
const CUTS = 40;
/** Every so many bytes one is changed: 1 for all of them, which takes half a minute. */
const FLIP_EVERY = Number(process.env["FLIP_EVERY"] ?? 7);
const FLIPS_MS_MAX = 240_000;
/** Where a file says that nobody may write it, or by which journal: whoever opens it is told so. */
const NO_WRITING = new Set([18, 19]);

/** A log that was never closed, as a power cut finds it, and how long its file was after each event. */
async function cutOff() {
  const { path, store } = await testLog();
  const acknowledged: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    await store.append("call-a", [working(n)], at(n));
    acknowledged.push((await stat(`${path}-wal`)).size);
  }
  const folder = await testFolder();
  let copies = 0;
  /** A copy of what is on the disk at this moment. */
  const copy = async () => {
    copies += 1;
    const to = join(folder, `${copies}.sqlite`);
    await copyFile(path, to);
    await copyFile(`${path}-wal`, `${to}-wal`);
    return to;
  };
  return { store, acknowledged, copy };
}

/** How many events are read, after an honest look at the whole file. */
async function eventsIn(path: string): Promise<number> {
  const store = await openLog(path);
  try {
    const read = await Array.fromAsync(store.readAll());
    const types = ["call.working"];
    expect(await Array.fromAsync(store.readAll({ types }))).toEqual(read);
    expect(await Array.fromAsync(store.read("call-a"))).toEqual(read);
    expect(read.map(({ revision }) => revision)).toEqual(read.map((_, n) => n));
    // It is written on as if nothing had been.
    await store.append("call-a", [working(5_000)], at(read.length));
    return read.length;
  } finally {
    await store.close();
  }
}

test("a write-ahead log that was cut off anywhere keeps every event it held in full", async () => {
  const { acknowledged, copy } = await cutOff();
  const whole = acknowledged.at(-1) ?? 0;
  const places = Array.from({ length: CUTS }, (_, n) => Math.floor((whole * n) / (CUTS - 1)));
  for (const place of [...places, ...acknowledged.slice(3, 9)]) {
    const path = await copy();
    await truncate(`${path}-wal`, place);
    const kept = await eventsIn(path);
    const least = acknowledged.filter((bytes) => bytes <= place).length;
    expect(kept, `cut at ${place}`).toBeGreaterThanOrEqual(least);
    expect(await verifyLog(path)).toMatchObject({ ok: true, events: kept + 1 });
  }
});

test("a write-ahead log whose last page is torn loses the event that was never acknowledged alone", async () => {
  const { acknowledged, copy } = await cutOff();
  const path = await copy();
  const bytes = await readFile(`${path}-wal`);
  bytes.fill(0, (acknowledged.at(-1) ?? 0) - 2_000);
  await writeFile(`${path}-wal`, bytes);
  expect(await eventsIn(path)).toBe(29);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 30 });
});

test("a log that was cut off anywhere is told as damaged, and never passes for a shorter one", async () => {
  const { path, store } = await testLog();
  const events = Array.from({ length: 300 }, (_, n) => working(n));
  await store.append("call-a", events, at(0));
  await store.close();
  const folder = await testFolder();
  const { size } = await stat(path);
  for (let n = 1; n < CUTS; n += 1) {
    const copy = join(folder, `${n}.sqlite`);
    await copyFile(path, copy);
    await truncate(copy, Math.floor((size * n) / CUTS));
    const found = await findingsOf(copy);
    expect(found, `cut at ${n}/${CUTS}`).not.toEqual([]);
  }
});

test(
  "a flipped bit is found wherever it changes what the log says",
  { timeout: FLIPS_MS_MAX },
  async () => {
    const { path, store } = await testLog();
    await store.append("call-a", [working(1), working(2), working(3)], at(0));
    await store.close();
    const clean = await readFile(path);
    const folder = await testFolder();
    const harmless: number[] = [];
    let flips = 0;
    // Wherever a page says something, and here and there where none does.
    const isUsed = (at: number) => clean.subarray(Math.max(0, at - 4), at + 4).some((byte) => byte);
    const places = Array.from(clean.keys()).filter(
      (at) => at % 73 === 0 || (isUsed(at) && at % FLIP_EVERY === 0 && !NO_WRITING.has(at)),
    );
    for (const place of places) {
      const bytes = Buffer.from(clean);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << (place % 8));
      const copy = join(folder, `${place}.sqlite`);
      await writeFile(copy, bytes);
      flips += 1;
      // Where verification finds nothing a night opens it, reads it whole and writes on.
      if ((await findingsOf(copy)).length === 0) harmless.push(await eventsIn(copy));
    }
    expect(flips).toBeGreaterThan(250);
    // What is not found is in room that is not used: nothing that is read is another.
    expect(harmless.filter((events) => events !== 3)).toEqual([]);
    expect(harmless.length).toBeLessThan(flips);
  },
);

test("a page that is wrong about its own room is a finding, before something is written there", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1), working(2), working(3)], at(0));
  await store.close();
  // Every page in use, as in a large log.
  tamper(path, "VACUUM");
  const root = rootOfEvents(path);
  const bytes = await readFile(path);
  // Where SQLite believes that the cells of the page begin: two bytes of its header.
  const place = (root - 1) * bytes.readUInt16BE(16) + 5;
  bytes.writeUInt16BE(bytes.readUInt16BE(place) - 64, place);
  await writeFile(path, bytes);
  expect(await findingsOf(path)).toEqual([expect.stringContaining("ragment")]);
});

/** The page that the table of events begins at. */
function rootOfEvents(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").get();
  db.close();
  return Number(row?.["rootpage"]);
}

/** What a director would be told of a file: by its verification, or by an error of ours. */
async function findingsOf(path: string): Promise<string[]> {
  try {
    return (await verifyLog(path)).broken.map(({ why }) => why);
  } catch (error) {
    if (error instanceof BadInput || error instanceof Unavailable) return [error.message];
    throw error;
  }
}
