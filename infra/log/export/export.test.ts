import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import { CHAIN_START, linkHash, linkHashLike } from "../chain.ts";
import { openLog } from "../sqlite/store.ts";
import { verifyLog } from "../sqlite/verify.ts";
import { tamper, testFolder } from "../test-log.ts";
import { csvEvent, csvHeader, csvLine } from "./csv.ts";
import { createImportCheck } from "./import-check.ts";
import { importIntoFile } from "./import-file.ts";
import { importIntoStore } from "./import-store.ts";
import { keptInFile, keptInStore, type KeptEvent } from "./kept-event.ts";
import { linesIn } from "./lines.ts";
import { ndjsonLine } from "./ndjson.ts";
import { parquet } from "./parquet.ts";
import { everyEvent, sampleLog } from "./sample-log.ts";
import { isSelected } from "./selection.ts";

async function* each<T>(list: readonly T[]): AsyncGenerator<T> {
  yield* list;
}

/** What an import makes of the lines of an export. */
async function* checked(lines: readonly string[]): AsyncGenerator<KeptEvent> {
  const check = createImportCheck("night.ndjson");
  for (const line of lines) yield check(line.trimEnd());
}

test("a log that was exported and imported is the same log, byte by byte and root by root", async () => {
  const path = await sampleLog();
  const events = await everyEvent(path);
  const copy = join(await testFolder(), "log.sqlite");
  expect(await importIntoFile(copy, checked(events.map(ndjsonLine)))).toBe(events.length);
  expect(await everyEvent(copy)).toEqual(events);
  expect((await verifyLog(copy)).ok).toBe(true);
  const [before, after] = [await openLog(path), await openLog(copy)];
  expect(await after.root()).toEqual(await before.root());
  expect(await after.head()).toBe(await before.head());
  await before.close();
  await after.close();
});

test("an imported log goes on where the exported one stood", async () => {
  const events = await everyEvent(await sampleLog());
  const copy = join(await testFolder(), "log.sqlite");
  await importIntoFile(copy, checked(events.map(ndjsonLine)));
  const store = await openLog(copy);
  const event = {
    type: "guidance.given",
    category: "c",
    text: "t",
    by: "d",
    expiresAtMs: 1,
  } as const;
  const next = { id: "x", atMs: 1, actor: "a", causation: null, correlation: null, event };
  expect(await store.append("guidance-new", [next], { revision: 0, timeoutMs: 5_000 })).toBe(
    BigInt(events.length + 1),
  );
  await store.close();
  expect((await verifyLog(copy)).ok).toBe(true);
});

test("a body that JSON would not give back is told as text, and comes back all the same", async () => {
  const path = await sampleLog();
  tamper(path, `UPDATE event SET body = replace(body, '":"', '": "') WHERE position = 3`);
  const [, , third] = await everyEvent(path);
  if (!third) throw new Error("no third event");
  const line = ndjsonLine(third);
  expect(JSON.parse(line)).toMatchObject({ position: "3", body: third.body });
  expect(JSON.parse(ndjsonLine({ ...third, body: '{"type":"a"}' }))).toMatchObject({
    data: { type: "a" },
  });
});

test("a log that is not empty takes no import, and nothing of a broken one stays", async () => {
  const path = await sampleLog();
  const lines = (await everyEvent(path)).map(ndjsonLine);
  await expect(importIntoFile(path, checked(lines))).rejects.toThrow("holds events already");
  const copy = join(await testFolder(), "log.sqlite");
  const broken = lines.with(5, lines[5]?.replace("dispatcher", "director") ?? "");
  await expect(importIntoFile(copy, checked(broken))).rejects.toMatchObject({
    where: "night.ndjson line 6",
    message: expect.stringContaining("hash does not fit"),
  });
  expect(await everyEvent(copy)).toEqual([]);
  expect(await importIntoFile(copy, checked(lines))).toBe(lines.length);
});

test("a log in which two events have one id is not imported", async () => {
  const ids = ["one", "two", "one"];
  const lines = ids.map((id, n) => {
    const body = '{"type":"task.abandoned","reason":"r"}';
    const link = { stream: `task-${n}`, revision: 0, id, type: "task.abandoned", atMs: n, body };
    const whole = { ...link, actor: "director", causation: null, correlation: null, version: 1 };
    const hash = linkHash(CHAIN_START, whole);
    return ndjsonLine({ ...whole, position: BigInt(n + 1), hash });
  });
  const copy = join(await testFolder(), "log.sqlite");
  await expect(importIntoFile(copy, checked(lines))).rejects.toThrow("two events have the id one");
  expect(await everyEvent(copy)).toEqual([]);
  expect(await importIntoFile(copy, checked(lines.slice(0, 2)))).toBe(2);
});

test("hashes in hexadecimal, as they were once written, are held against their lines too", async () => {
  const body = '{"type":"task.abandoned","reason":"r"}';
  const first = { stream: "task-a", revision: 0, id: "one", type: "task.abandoned", atMs: 1, body };
  const rest = { actor: "director", causation: null, correlation: null, version: 1 };
  const older = linkHashLike(CHAIN_START, CHAIN_START, { ...first, ...rest });
  expect(older).toMatch(/^[0-9a-f]{64}$/);
  const second = { ...first, ...rest, revision: 1, id: "two" };
  const lines = [
    ndjsonLine({ ...first, ...rest, position: 1n, hash: older }),
    ndjsonLine({ ...second, position: 2n, hash: linkHash(older, second) }),
  ];
  await expect(Array.fromAsync(checked(lines))).resolves.toHaveLength(2);
  const changed = lines.map((line) => line.replace('"one"', '"three"'));
  await expect(Array.fromAsync(checked(changed))).rejects.toThrow("hash does not fit");
});

test("each line is held against all before it", async () => {
  const lines = (await everyEvent(await sampleLog())).map(ndjsonLine);
  const [first = "", second = ""] = lines;
  const reading = (...given: string[]) => Array.fromAsync(checked(given));
  await expect(reading(first, second)).resolves.toHaveLength(2);
  await expect(reading(second)).rejects.toThrow("not a whole log");
  await expect(reading("{")).rejects.toThrow("no JSON");
  await expect(reading("[]")).rejects.toThrow("no event");
  await expect(reading(first.replace('"data"', '"more"'))).rejects.toThrow("no event");
  await expect(reading(first.replace('"data":', '"body":"{}","data":'))).rejects.toThrow("twice");
  await expect(reading(first.replace('"revision":0', '"revision":1'))).rejects.toThrow(
    "revision 1",
  );
  await expect(reading(first.replace(/"hash":"./, '"hash":"f'))).rejects.toThrow("hash");
});

test("what no log would take is not imported, even where its chain fits", async () => {
  const event = (more: Partial<KeptEvent>): string => {
    const link = {
      stream: "task-a",
      revision: 0,
      id: "id-1",
      type: "task.abandoned",
      atMs: 1,
      actor: "director",
      causation: null,
      correlation: null,
      version: 1,
      body: '{"type":"task.abandoned","reason":"r"}',
      ...more,
    };
    return ndjsonLine({ ...link, position: 1n, hash: linkHash(CHAIN_START, link) });
  };
  const reading = (line: string) => Array.fromAsync(checked([line]));
  await expect(reading(event({}))).resolves.toHaveLength(1);
  await expect(reading(event({ stream: "task-A/../b" }))).rejects.toThrow("no stream");
  await expect(reading(event({ body: '{"type":"task.abandoned"}' }))).rejects.toThrow("takes it");
  await expect(reading(event({ actor: "a\0b" }))).rejects.toThrow("unfit text");
  await expect(reading(event({ version: 99 }))).rejects.toThrow("newer Night Shift");
  await expect(reading(event({ stream: "call-a" }))).rejects.toThrow("takes it");
  const stranger = { type: "task.dreamt", body: '{"type":"task.dreamt","of":"sheep"}' };
  await expect(reading(event(stranger))).resolves.toHaveLength(1);
  await expect(reading(event({ ...stranger, type: "task.woke" }))).rejects.toThrow("two types");
  await expect(reading(event({ ...stranger, stream: "../a" }))).rejects.toThrow("no stream");
});

test("a line is bounded, and lines are read whatever the chunks", async () => {
  const bytes = Buffer.from("erste\nzwölf 🌙\nrest");
  const one = [...bytes].map((byte) => Uint8Array.of(byte));
  expect(await Array.fromAsync(linesIn(each(one), "x"))).toEqual(["erste", "zwölf 🌙", "rest"]);
  const endless = Array.from({ length: 8 }, () => Buffer.alloc(1_048_576, "a"));
  await expect(Array.fromAsync(linesIn(each(endless), "x"))).rejects.toThrow("a line of more than");
});

test("a log behind a server becomes an equal one, and goes on where it was broken off", async () => {
  const path = await sampleLog();
  const lines = (await everyEvent(path)).map(ndjsonLine);
  const store = memoryStore();
  const half = lines.slice(0, 20);
  expect(await importIntoStore(store, "esdb://x", checked(half))).toBe(20);
  expect(await importIntoStore(store, "esdb://x", checked(lines))).toBe(lines.length - 20);
  expect(await importIntoStore(store, "esdb://x", checked(lines))).toBe(0);
  const whole = { after: 0n, upTo: 10_000n };
  const there = await Array.fromAsync(keptInStore(store, whole));
  expect(there).toEqual(await Array.fromAsync(keptInFile(path, whole)));
});

test("a log behind a server that holds anything else takes no import", async () => {
  const lines = (await everyEvent(await sampleLog())).map(ndjsonLine);
  const store = memoryStore();
  await importIntoStore(store, "esdb://x", checked(lines));
  await expect(importIntoStore(store, "esdb://x", checked(lines.slice(0, 5)))).rejects.toThrow(
    "holds other events",
  );
  const other = JSON.parse(lines[0] ?? "");
  const link = { ...other, id: "another", body: JSON.stringify(other.data) };
  const line = JSON.stringify({ ...other, id: "another", hash: linkHash(CHAIN_START, link) });
  const one = memoryStore();
  await importIntoStore(one, "esdb://x", checked(lines.slice(0, 1)));
  await expect(importIntoStore(one, "esdb://x", checked([line]))).rejects.toThrow(
    "holds other events",
  );
});

test("CSV keeps every text as it is, and tells nothing from null", () => {
  expect(csvLine(['a "quoted", one', "two\nlines", null, "", 3])).toBe(
    '"a ""quoted"", one","two\nlines",,"",3\r\n',
  );
});

test("each event is a row of CSV under a heading", async () => {
  const [event] = await everyEvent(await sampleLog());
  if (!event) throw new Error("no event");
  expect(csvHeader.split(",")).toHaveLength(12);
  expect(csvEvent(event)).toContain(`1,2026-11-21T01:00:00.000Z,${event.stream},0,${event.type}`);
});

test("a Parquet file holds every event, in row groups", async () => {
  const path = await sampleLog();
  const events = await everyEvent(path);
  const many = Array.from({ length: 12_000 }, (_, n) => {
    const event = events[n % events.length];
    if (!event) throw new Error("no event");
    return { ...event, position: BigInt(n + 1) };
  });
  const file = join(await testFolder(), "log.parquet");
  let chunks = 0;
  for await (const chunk of parquet(each(many))) {
    appendFileSync(file, chunk);
    chunks += 1;
  }
  expect(chunks).toBe(3);
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  expect(rows).toHaveLength(12_000);
  const [last, event] = [rows.at(-1), many.at(-1)];
  expect(last).toMatchObject({
    position: 12_000n,
    type: event?.type,
    data: event?.body,
    hash: event?.hash,
    correlation: event?.correlation ?? null,
  });
  expect(last?.["at"]).toEqual(new Date(event?.atMs ?? 0));
});

test("an empty log is an empty export of each format", async () => {
  const path = await sampleLog([]);
  expect(await everyEvent(path)).toEqual([]);
  const file = join(await testFolder(), "log.parquet");
  for await (const chunk of parquet(each([]))) appendFileSync(file, chunk);
  expect(await parquetReadObjects({ file: await asyncBufferFromFile(file) })).toEqual([]);
});

test("events are selected by name or by how it begins", () => {
  const failed = { type: "attempt.failed", stream: "attempt-a-g1" };
  const all = { types: [], streams: [] };
  expect(isSelected(all, failed)).toBe(true);
  expect(isSelected({ ...all, types: ["attempt.*"] }, failed)).toBe(true);
  expect(isSelected({ ...all, types: ["attempt"] }, failed)).toBe(false);
  expect(isSelected({ ...all, streams: ["task-*", "attempt-a-g1"] }, failed)).toBe(true);
  expect(isSelected({ types: ["attempt.failed"], streams: ["task-*"] }, failed)).toBe(false);
});
