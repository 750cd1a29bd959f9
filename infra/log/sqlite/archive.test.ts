import { spawnSync } from "node:child_process";
import { rm, stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import type { Recorded } from "@nightshift/protocol/envelope";
import { BadInput, Conflict } from "@nightshift/protocol/errors";
import { SHIFT_STREAM } from "@nightshift/protocol/ids";
import { expect, test } from "vitest";
import { AMPLE_MS, pending, working } from "../test-events.ts";
import { tamper, testFolder, testLog } from "../test-log.ts";
import { archivePathOf } from "./archive.ts";
import { archiveTo } from "./archiver.ts";
import { endOfShiftsBefore } from "./closed-shifts.ts";
import { toFormat } from "./older-log.ts";
import { openSnapshot } from "./snapshot.ts";
import { openLog } from "./store.ts";
import { verifyLog } from "./verify.ts";

const STREAMS = 5;
const at = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });
const idOf = ({ id }: Recorded) => id;

/** A log of five streams that take turns, event n at position n + 1. */
async function longLog(events: number) {
  const log = await testLog();
  const append = (n: number) =>
    log.store.append(`call-${n % STREAMS}`, [working(n)], at(Math.floor(n / STREAMS)));
  await Promise.all(Array.from({ length: events }, (_, n) => append(n)));
  return log;
}

test("an archived log reads as it did: all of it, by stream, by type, followed, verified, sealed", async () => {
  const { path, store } = await longLog(60);
  await store.append("agent-a", [pending(900, { type: "agent.left", session: "s" })], at(0));
  const before = {
    all: await Array.fromAsync(store.readAll()),
    stream: await Array.fromAsync(store.read("call-3")),
    later: await Array.fromAsync(store.read("call-3", { from: 5 })),
    types: await Array.fromAsync(store.readAll({ types: ["agent.left", "call.working"] })),
    part: await Array.fromAsync(store.readAll({ after: 20n, upTo: 50n })),
    root: await store.root(),
  };
  expect(await archiveTo(path, 42)).toEqual({ moved: 42, archivedTo: 42 });
  // The same store, open all the while, and one that is opened after.
  for (const one of [store, await openLog(path)]) {
    expect(await Array.fromAsync(one.readAll())).toEqual(before.all);
    expect(await Array.fromAsync(one.read("call-3"))).toEqual(before.stream);
    expect(await Array.fromAsync(one.read("call-3", { from: 5 }))).toEqual(before.later);
    expect(await Array.fromAsync(one.readAll({ types: ["agent.left", "call.working"] }))).toEqual(
      before.types,
    );
    expect(await Array.fromAsync(one.readAll({ types: ["call.working"] }))).toHaveLength(60);
    expect(await Array.fromAsync(one.readAll({ after: 20n, upTo: 50n }))).toEqual(before.part);
    expect(await one.root()).toEqual(before.root);
    const ending = new AbortController();
    const followed: string[] = [];
    for await (const recorded of one.follow({ after: 0n, signal: ending.signal })) {
      followed.push(recorded.id);
      if (followed.length === 61) ending.abort();
    }
    expect(followed).toEqual(before.all.map(idOf));
    if (one !== store) await one.close();
  }
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 61, streams: 6 });
  const live = new DatabaseSync(path, { readOnly: true });
  expect(live.prepare("SELECT min(position) AS n FROM event").get()).toEqual({ n: 43 });
  live.close();
  const whole = openSnapshot(path).db;
  expect(whole.prepare("SELECT count(*) AS n FROM event").get()).toEqual({ n: 61 });
  whole.close();
});

test("a stream that is all in the archive is appended to where it ended, and repeats nothing", async () => {
  const { path, store: before } = await longLog(10);
  await archiveTo(path, 10);
  await before.close();
  // One that remembers nothing of what is in the archive.
  const store = await openLog(path);
  expect(await store.append("call-1", [working(1)], at(0))).toBe(2n);
  await expect(store.append("call-1", [working(50)], at(0))).rejects.toBeInstanceOf(Conflict);
  await expect(store.append("call-9", [working(1)], at(0))).rejects.toThrow("is there already");
  await expect(store.append("call-1", [working(50), working(6)], at(2))).rejects.toThrow(
    "is there already",
  );
  expect(await store.append("call-1", [working(50)], at(2))).toBe(11n);
  const read = await Array.fromAsync(store.read("call-1"));
  expect(read.map(({ revision }) => revision)).toEqual([0, 1, 2]);
  await store.close();
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 11 });
});

test("what is archived goes on from where the last time ended, and twice is once", async () => {
  const { path, store } = await longLog(2_600);
  const ids = (await Array.fromAsync(store.readAll())).map(idOf);
  expect(await archiveTo(path, 700)).toEqual({ moved: 700, archivedTo: 700 });
  expect(await archiveTo(path, 700)).toEqual({ moved: 0, archivedTo: 700 });
  expect(await archiveTo(path, 2_500)).toEqual({ moved: 1_800, archivedTo: 2_500 });
  expect((await Array.fromAsync(store.readAll())).map(idOf)).toEqual(ids);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 2_600 });
  expect((await stat(archivePathOf(path))).mode & 0o777).toBe(0o600);
});

const ARCHIVE = `
  import { archiveTo } from "./archiver.ts";
  await archiveTo(process.argv[1], Number(process.argv[2]));
`;

test.each(["archive:copied", "archive:copied#2", "archive:moved", "archive:moved#2"])(
  "an archiver killed at %s loses and doubles nothing, and the next one ends its work",
  async (place) => {
    const { path, store } = await longLog(2_100);
    const ids = (await Array.fromAsync(store.readAll())).map(idOf);
    const command = ["--input-type=module-typescript", "--eval", ARCHIVE, path, "2000"];
    const { signal } = spawnSync(process.execPath, command, {
      cwd: import.meta.dirname,
      env: { NIGHTSHIFT_FAILPOINT: place },
      timeout: 20_000,
    });
    expect(signal).toBe("SIGKILL");
    expect((await Array.fromAsync(store.readAll())).map(idOf)).toEqual(ids);
    expect(await verifyLog(path)).toMatchObject({ ok: true, events: 2_100 });
    expect(await archiveTo(path, 2_000)).toMatchObject({ archivedTo: 2_000 });
    expect((await Array.fromAsync(store.readAll())).map(idOf)).toEqual(ids);
    expect(await verifyLog(path)).toMatchObject({ ok: true, events: 2_100 });
  },
);

test("others go on writing, reading and following while it is archived", async () => {
  const { path, store } = await longLog(5_000);
  const ending = new AbortController();
  const followed: string[] = [];
  const following = (async () => {
    for await (const { id } of store.follow({ after: 0n, signal: ending.signal })) {
      followed.push(id);
      if (followed.length === 5_050) ending.abort();
    }
  })();
  const archiving = archiveTo(path, 5_000);
  for (let n = 0; n < 50; n += 1) {
    await store.append("call-0", [working(6_000 + n)], at(1_000 + n));
    expect(await Array.fromAsync(store.read("call-2"))).toHaveLength(1_000);
  }
  expect(await archiving).toMatchObject({ archivedTo: 5_000 });
  await following;
  expect(followed).toEqual((await Array.fromAsync(store.readAll())).map(idOf));
  expect(new Set(followed).size).toBe(5_050);
});

test("an archive that is gone is named, with what mends it", async () => {
  const { path, store } = await longLog(10);
  await archiveTo(path, 5);
  await store.close();
  await rm(archivePathOf(path));
  const again = await openLog(path);
  const read = Array.fromAsync(again.readAll());
  await expect(read).rejects.toBeInstanceOf(BadInput);
  await expect(read).rejects.toMatchObject({
    message: "the archive of this log is missing",
    where: archivePathOf(path),
  });
  await expect(verifyLog(path)).rejects.toBeInstanceOf(BadInput);
  await expect(archiveTo(path, 8)).rejects.toBeInstanceOf(BadInput);
  expect(await Array.fromAsync(again.readAll({ after: 5n }))).toHaveLength(5);
  await again.close();
});

test("an archive is no log of its own, and what is changed in it is found", async () => {
  const { path, store } = await longLog(10);
  await archiveTo(path, 6);
  await store.close();
  await expect(openLog(archivePathOf(path))).rejects.toThrow("this is no Night Shift log");
  tamper(archivePathOf(path), "UPDATE event SET body = replace(body, '2', '7') WHERE position = 3");
  const { broken } = await verifyLog(path);
  expect(broken).toEqual([
    { stream: "call-2", revision: 0, position: 3n, why: expect.stringContaining("was changed") },
  ]);
});

async function nights(endedOf: readonly boolean[]): Promise<string> {
  const { path, store } = await testLog();
  let revision = 0;
  for (const [index, ended] of endedOf.entries()) {
    const number = index + 1;
    const started = { untilMs: null, timeZone: "UTC", sandbox: "off" };
    const begin = pending(number * 10, { type: "shift.started", number, ...started });
    const end = pending(number * 10 + 1, { type: "shift.ended", reason: "drained" });
    const events = ended ? [begin, end] : [begin];
    await store.append(SHIFT_STREAM, events, at(revision));
    revision += events.length;
    await store.append(`call-${number}`, [working(number)], at(0));
  }
  await store.close();
  return path;
}

test("all nights before the latest are archived, or before the one that is named", async () => {
  const path = await nights([true, true, true]);
  expect(endOfShiftsBefore(path, undefined)).toBe(6);
  expect(endOfShiftsBefore(path, 2)).toBe(3);
  expect(endOfShiftsBefore(path, 1)).toBe(0);
});

test("a night that is not over, or that never was, is not archived past", async () => {
  const path = await nights([true, false, true]);
  expect(endOfShiftsBefore(path, 2)).toBe(3);
  expect(() => endOfShiftsBefore(path, 3)).toThrow("shift 2 is not over");
  expect(() => endOfShiftsBefore(path, 9)).toThrow("there is no shift 9; the last is 3");
  const none = await testLog();
  expect(() => endOfShiftsBefore(none.path, undefined)).toThrow("none was started yet");
});

test("a log of the format before archives is lifted, and keeps what it holds", async () => {
  const { path, store } = await longLog(3);
  await store.close();
  toFormat(path, 1);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 3 });
  const again = await openLog(path);
  expect(await Array.fromAsync(again.readAll())).toHaveLength(3);
  await again.append("call-3", [working(70)], at(0));
  await again.close();
  expect(await archiveTo(path, 2)).toEqual({ moved: 2, archivedTo: 2 });
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 4 });
});

test("an empty folder has nothing to archive", async () => {
  expect(() => endOfShiftsBefore(`${import.meta.dirname}/none.sqlite`, undefined)).toThrow(
    BadInput,
  );
  expect(await testFolder()).not.toBe("");
});
