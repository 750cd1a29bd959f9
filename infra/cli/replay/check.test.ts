import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryReader } from "@nightshift/projections/memory-reader";
import { backlog } from "@nightshift/projections/backlog";
import { createRunner } from "@nightshift/projections/runner";
import { wholeNight } from "@nightshift/projections/whole-night";
import { writeLog } from "@nightshift/projections/written-log";
import { expect, test } from "vitest";
import { historyViews, workingViews } from "../../every-view.ts";
import { catchUpTables } from "../../log/views/catch-up.ts";
import { fileSnapshots } from "../../log/views/snapshots.ts";
import { openTables } from "../../log/views/tables.ts";
import { tamper, testFolder } from "../../log/test-log.ts";
import { checkReplay } from "./check.ts";

/** Positions as a cluster counts them: they only grow, and go beyond what a number can tell. */
const log = writeLog([...wholeNight, ...wholeNight]).map((recorded) => ({
  ...recorded,
  position: 2n ** 60n + recorded.position * 977n,
}));
const store = memoryReader(log);

async function lived() {
  const folder = await testFolder();
  const paths = { tables: join(folder, "t.sqlite"), snapshots: join(folder, "s.sqlite") };
  const snapshots = fileSnapshots(paths.snapshots);
  const runner = createRunner(store, workingViews, { snapshots, snapshotEvery: 40 });
  await runner.catchUp({ upTo: log[150]?.position ?? 0n });
  await runner.close();
  const db = openTables(paths.tables);
  await catchUpTables(store, db, historyViews, { eventsMax: 50 });
  db.close();
  return { paths, snapshots };
}

test("views from snapshots and tables that were filled bit by bit equal rebuilt ones", async () => {
  const { paths, snapshots } = await lived();
  expect((await snapshots.load()).length).toBe(workingViews.length);
  expect(await checkReplay(store, paths)).toMatchObject({ differences: [] });
});

test("a wrong snapshot shows, with the place where it parts", async () => {
  const { paths, snapshots } = await lived();
  const kept = (await snapshots.load()).find(({ name }) => name === backlog.name);
  if (!kept) throw new Error("no snapshot of the backlog");
  const state = { tasks: new Map([["ghost", { spec: {} }]]), closed: new Map() };
  await snapshots.save([{ ...kept, state }]);
  const { differences } = await checkReplay(store, paths);
  expect(differences.map(({ path }) => path)).toContain("backlog.tasks.ghost");
});

test("a row that was changed, one that is gone and one too many show", async () => {
  const { paths } = await lived();
  const db = openTables(paths.tables);
  await catchUpTables(store, db, historyViews);
  db.close();
  tamper(paths.tables, "UPDATE tasks SET title = 'another' WHERE task = 'good'");
  tamper(paths.tables, "DELETE FROM attempts WHERE attempt = 'good-g1'");
  tamper(paths.tables, "INSERT INTO attempts (attempt) VALUES ('zz-g1')");
  const { differences } = await checkReplay(store, paths);
  const known = differences.map(({ path }) => path).toSorted();
  expect(known).toEqual(['attempts["good-g1"]', 'attempts["zz-g1"]', "tasks.good.title"]);
});

test("a file of snapshots that is damaged is no difference: the views begin anew", async () => {
  const { paths } = await lived();
  await writeFile(paths.snapshots, "torn");
  expect(await checkReplay(store, paths)).toMatchObject({ differences: [] });
});
