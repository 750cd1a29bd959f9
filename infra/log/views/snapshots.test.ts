import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Snapshot } from "@nightshift/projections/snapshots";
import { expect, test } from "vitest";
import { tamper, testFolder } from "../test-log.ts";
import { fileSnapshots } from "./snapshots.ts";

const anchor = { position: 2n ** 61n, stream: "task-a", revision: 3, id: "an id" };
const shared = { event: { type: "call.working", note: "“ü” 🌙" } };
const state = {
  tasks: new Map([["a", { title: "one", since: 1 }]]),
  open: new Set(["x"]),
  at: 2n ** 60n,
  list: [shared, shared, undefined, null, 0.1],
};
const backlog: Snapshot = { name: "backlog", version: 2, anchor, state };
const routes: Snapshot = { ...backlog, name: "routes", state: new Map([["a|b", 1]]) };

async function kept() {
  const path = join(await testFolder(), "deep", "snapshots.sqlite");
  const snapshots = fileSnapshots(path);
  await snapshots.save([backlog, routes]);
  return { path, snapshots };
}

test("what is kept comes back as it was, maps, sets and big numbers too", async () => {
  const { path } = await kept();
  const loaded = await fileSnapshots(path).load();
  expect(loaded).toEqual([backlog, routes]);
});

test("nothing is there at first, and looking makes no file", async () => {
  const path = join(await testFolder(), "snapshots.sqlite");
  expect(await fileSnapshots(path).load()).toEqual([]);
  expect(existsSync(path)).toBe(false);
});

test("a newer one takes the place of an older one of the same view", async () => {
  const { snapshots } = await kept();
  const newer = { ...backlog, version: 3, state: "another" };
  await snapshots.save([newer]);
  expect(await snapshots.load()).toEqual([routes, newer]);
});

test("it is kept as it was at the call, whatever becomes of the view then", async () => {
  const { snapshots } = await kept();
  const view = new Map([["a", 1]]);
  const saving = snapshots.save([{ ...routes, state: view }]);
  view.set("a", 2);
  await saving;
  expect((await snapshots.load()).find(({ name }) => name === "routes")?.state).toEqual(
    new Map([["a", 1]]),
  );
});

test.each([
  [
    "a byte of its state",
    "UPDATE snapshot SET state = CAST(substr(state, 1, 20) || x'00' AS BLOB)",
  ],
  ["its version", "UPDATE snapshot SET version = 9"],
  ["its place", "UPDATE snapshot SET position = position - 1"],
  ["its event", "UPDATE snapshot SET id = 'another'"],
  ["its name", "UPDATE snapshot SET view = 'accounts'"],
  ["its checksum", "UPDATE snapshot SET checksum = 'x'"],
])("a snapshot of which %s was changed is never trusted, its neighbour is", async (_, sql) => {
  const { path, snapshots } = await kept();
  tamper(path, `${sql} WHERE view = 'backlog'`);
  expect(await snapshots.load()).toEqual([routes]);
});

test("a file that is no database is taken away, and the next save begins anew", async () => {
  const { path, snapshots } = await kept();
  await writeFile(
    path,
    "this is no database, but long enough to be taken for the head of one".repeat(9),
  );
  expect(await snapshots.load()).toEqual([]);
  await snapshots.save([routes]);
  expect(await snapshots.load()).toEqual([routes]);
});

test("a file that was torn anywhere gives whole snapshots or none, and is usable again", async () => {
  const { path, snapshots } = await kept();
  const whole = await readFile(path);
  for (let share = 0; share < 1; share += 0.1) {
    await writeFile(path, whole.subarray(0, Math.floor(whole.length * share)));
    for (const one of await snapshots.load()) expect([backlog, routes]).toContainEqual(one);
    await snapshots.save([backlog, routes]);
    expect(await snapshots.load()).toEqual([backlog, routes]);
  }
});

test("where nothing can be written nothing is kept, and that fails nobody", async () => {
  const folder = await testFolder();
  await writeFile(join(folder, "file"), "");
  const blocked = fileSnapshots(join(folder, "file", "snapshots.sqlite"));
  await blocked.save([backlog]);
  expect(await blocked.load()).toEqual([]);
  await mkdir(join(folder, "snapshots.sqlite"));
  const isFolder = fileSnapshots(join(folder, "snapshots.sqlite"));
  await isFolder.save([backlog]);
  expect(await isFolder.load()).toEqual([]);
});

test("a file that another process holds locked is left alone", async () => {
  const { path, snapshots } = await kept();
  const other = new DatabaseSync(path);
  other.exec("BEGIN EXCLUSIVE");
  await snapshots.save([{ ...routes, state: "late" }]);
  expect(await snapshots.load()).toEqual([]);
  other.exec("ROLLBACK");
  other.close();
  expect(await snapshots.load()).toEqual([backlog, routes]);
});
