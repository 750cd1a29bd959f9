import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { Unavailable } from "@nightshift/protocol/errors";
import { expect, onTestFinished, test } from "vitest";
import { noteOf } from "./fleet.ts";

const ROUNDS = 3;
const TIMEOUT_MS = 10_000;
/** Where Linux tells all locks on files. */
const LOCKS = "/proc/locks";

function logPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-wal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "log.sqlite");
}

/** Another process that opens the log, appends and closes it again: for all it knows, the last one. */
function visit(path: string, name: string): void {
  const writer = join(import.meta.dirname, "writer.ts");
  const { status, stderr } = spawnSync(process.execPath, [writer, path, name, "3", `${path}.txt`]);
  expect(status, String(stderr)).toBe(0);
}

test("the write-ahead log stays while anybody has the log open, whoever opens and closes it", async () => {
  const path = logPath();
  const store = await openLog(path);
  await store.append("call-a", [noteOf("first")], { revision: 0, timeoutMs: TIMEOUT_MS });
  const { ino } = statSync(`${path}-wal`);
  const ending = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const { id } of store.follow({ after: 0n, signal: ending.signal })) seen.push(id);
  })();
  for (let round = 0; round < ROUNDS; round += 1) {
    await (await openLog(path, { writer: "thread", crowd: 0 })).close();
    visit(path, `v${round}`);
    expect(statSync(`${path}-wal`).ino).toBe(ino);
  }
  const head = await store.head();
  expect(head).toBe(1n + BigInt(ROUNDS) * 4n);
  while (seen.length < Number(head)) await sleep(5);
  ending.abort();
  await following;
  expect(seen).toEqual((await Array.fromAsync(store.readAll())).map(({ id }) => id));
  await store.close();
});

test.runIf(existsSync(LOCKS))(`another opening takes away no lock (needs ${LOCKS})`, async () => {
  const path = logPath();
  const store = await openLog(path);
  await store.append("call-a", [noteOf("first")], { revision: 0, timeoutMs: TIMEOUT_MS });
  const inode = String(statSync(path).ino);
  const locks = () =>
    readFileSync(LOCKS, "utf8")
      .split("\n")
      .filter((line) => line.includes(`:${inode} `));
  expect(locks()).not.toEqual([]);
  await (await openLog(path, { writer: "thread", crowd: 0 })).close();
  expect(locks()).not.toEqual([]);
  await store.close();
  expect(locks()).toEqual([]);
});

test("a follower that comes when nobody had the log open sees what the next one writes", async () => {
  const path = logPath();
  visit(path, "before");
  expect(() => statSync(`${path}-wal`)).toThrow("ENOENT");
  const store = await openLog(path);
  const ending = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const { id } of store.follow({ after: 4n, signal: ending.signal })) {
      seen.push(id);
      if (seen.length === 4) ending.abort();
    }
  })();
  visit(path, "after");
  await following;
  expect(seen.toSorted()).toEqual(["after-0", "after-1", "after-2", "after-shared-0"]);
  await store.close();
});

test("a write-ahead log that was taken away is told, to who appends and to who follows", async () => {
  const path = logPath();
  const store = await openLog(path);
  await store.append("call-a", [noteOf("first")], { revision: 0, timeoutMs: TIMEOUT_MS });
  const { signal } = new AbortController();
  const following = (async () => {
    await Array.fromAsync(store.follow({ after: 0n, signal }));
  })();
  const lost = following.then(
    () => null,
    (error: unknown) => error,
  );
  rmSync(`${path}-wal`);
  const late = store.append("call-a", [noteOf("late")], { revision: 1, timeoutMs: TIMEOUT_MS });
  await expect(late).rejects.toBeInstanceOf(Unavailable);
  await expect(late).rejects.toThrow("was removed or replaced while it was open");
  expect(await lost).toBeInstanceOf(Unavailable);
  await store.close();
});
