import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { AMPLE_MS, working } from "../test-events.ts";
import { tamper, testFolder, testLog } from "../test-log.ts";
import { archivePathOf } from "./archive.ts";
import { archiveTo } from "./archiver.ts";
import { backUpLog } from "./backup.ts";
import { openLog } from "./store.ts";

const at = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });

test("a backup holds one state of a log that others write all the while", async () => {
  const { path, store } = await testLog();
  const other = await openLog(path);
  for (let n = 0; n < 40; n += 1) {
    const events = Array.from({ length: 500 }, (_, index) => working(n * 500 + index));
    await store.append("call-a", events, at(n * 500));
  }
  const stop = new AbortController();
  const writing = (async () => {
    let n = 0;
    for (; !stop.signal.aborted; n += 1) {
      await other.append("call-b", [working(100_000 + n)], at(n));
    }
    return n;
  })();
  const to = join(await testFolder(), "copy.sqlite");
  const verdict = await backUpLog(path, to);
  stop.abort();
  expect(await writing).toBeGreaterThan(0);
  expect(verdict).toMatchObject({ ok: true });
  expect(verdict.events).toBeGreaterThanOrEqual(20_000);
  const copy = await openLog(to);
  const read = await Array.fromAsync(copy.readAll());
  expect(read).toHaveLength(verdict.events);
  expect(read).toEqual(await Array.fromAsync(store.readAll({ upTo: BigInt(verdict.events) })));
  expect((await stat(to)).mode & 0o777).toBe(0o600);
  await Promise.all([copy.close(), other.close()]);
});

test("the archive is backed up with its log, and both are one log again", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1), working(2), working(3)], at(0));
  await archiveTo(path, 2);
  const folder = await testFolder();
  const to = join(folder, "copy.sqlite");
  expect(await backUpLog(path, to)).toMatchObject({ ok: true, events: 3 });
  expect((await readdir(folder)).toSorted()).toEqual(["copy.archive.sqlite", "copy.sqlite"]);
  expect((await stat(archivePathOf(to))).mode & 0o777).toBe(0o600);
  const copy = await openLog(to);
  expect(await Array.fromAsync(copy.readAll())).toEqual(await Array.fromAsync(store.readAll()));
  await copy.close();
});

test("a backup overwrites nothing, and a failed one leaves nothing", async () => {
  const { path } = await testLog();
  const folder = await testFolder();
  const taken = join(folder, "taken.sqlite");
  await writeFile(taken, "precious");
  await expect(backUpLog(path, taken)).rejects.toBeInstanceOf(BadInput);
  await writeFile(join(folder, "free.archive.sqlite"), "precious");
  await expect(backUpLog(path, join(folder, "free.sqlite"))).rejects.toThrow("a file already");
  await expect(backUpLog(path, join(taken, "x.sqlite"))).rejects.toBeInstanceOf(BadInput);
  await expect(backUpLog(join(folder, "no.sqlite"), join(folder, "x"))).rejects.toThrow(BadInput);
  expect((await readdir(folder)).toSorted()).toEqual(["free.archive.sqlite", "taken.sqlite"]);
});

test("a backup of a damaged log says so", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1)], at(0));
  tamper(path, "UPDATE event SET actor = 'nobody'");
  const to = join(await testFolder(), "copy.sqlite");
  expect(await backUpLog(path, to)).toMatchObject({ ok: false, events: 1 });
});
