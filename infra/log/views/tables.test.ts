import { join } from "node:path";
import type { EventStore } from "@nightshift/blackboard/store";
import type { HistoryView } from "@nightshift/projections/history";
import { memoryTables } from "@nightshift/projections/memory-tables";
import { expect, test } from "vitest";
import { AMPLE_MS, pending } from "../test-events.ts";
import { testFolder, testLog } from "../test-log.ts";
import { catchUpTables } from "./catch-up.ts";
import { openTables, queryRows } from "./tables.ts";

/** How often each note was made, and who left. */
const notes: HistoryView = {
  name: "notes",
  version: 1,
  reads: ["call.working", "call.finished"],
  tables: [
    {
      name: "note",
      columns: { stream: "text", note: "text", times: "integer", share: "real", last: "text" },
      key: ["stream", "note"],
      indexes: [["last", "times"]],
    },
  ],
  apply({ stream, event, id }) {
    if (event.type !== "call.working") return [];
    const key = { stream, note: event.note };
    return [
      { table: "note", op: "increment", key, values: { times: 1, share: 0.5 } },
      { table: "note", op: "upsert", key, values: { last: id } },
    ];
  },
};
const leavers: HistoryView = {
  name: "leavers",
  version: 1,
  reads: ["agent.left", "agent.lost"],
  tables: [{ name: "leaver", columns: { agent: "text", session: "text" }, key: ["agent"] }],
  apply({ stream: agent, event }) {
    if (event.type === "agent.lost") return [{ table: "leaver", op: "delete", key: { agent } }];
    if (event.type !== "agent.left") return [];
    return [{ table: "leaver", op: "upsert", key: { agent }, values: { session: event.session } }];
  },
};
const views = [notes, leavers];
const wider: HistoryView = {
  ...leavers,
  tables: [
    { name: "leaver", columns: { agent: "text", session: "text", more: "real" }, key: ["agent"] },
  ],
};

async function write(store: EventStore, rounds: number, from = 0): Promise<void> {
  for (let n = from; n < from + rounds; n += 1) {
    const options = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });
    const note = pending(n, { type: "call.working", note: `note ${n % 7}` });
    await store.append(`call-${n % 3}`, [note], options(Math.floor(n / 3)));
    const left = pending(100_000 + n, { type: "agent.left", session: `session ${n}` });
    const lost = pending(200_000 + n, { type: "agent.lost", session: "s", silentMs: n });
    await store.append(`agent-${n}`, n % 2 === 0 ? [left] : [left, lost], options(0));
  }
}

const sql = {
  note: "SELECT * FROM note ORDER BY stream, note",
  leaver: "SELECT * FROM leaver ORDER BY agent",
};

test("the tables hold what their twin in memory holds", async () => {
  const { store } = await testLog();
  await write(store, 60);
  const db = openTables(join(await testFolder(), "tables.sqlite"));
  expect(await catchUpTables(store, db, views)).toBe(true);
  const twin = memoryTables(views);
  await twin.catchUp(store);
  expect(queryRows(db, sql.note)).toEqual(twin.rows("note"));
  expect(queryRows(db, sql.leaver)).toEqual(twin.rows("leaver"));
  expect(queryRows(db, "SELECT * FROM leaver")).toHaveLength(30);
  expect(queryRows(db, "SELECT sum(times) AS n FROM note WHERE note = ?", ["note 1"])).toEqual([
    { n: 9 },
  ]);
  db.close();
});

test("tables go on from where they stood, also after they were closed", async () => {
  const { store } = await testLog();
  const path = join(await testFolder(), "tables.sqlite");
  await write(store, 30);
  let db = openTables(path);
  await catchUpTables(store, db, views);
  db.close();
  await write(store, 30, 30);
  db = openTables(path);
  await catchUpTables(store, db, views);
  await catchUpTables(store, db, views);
  expect(queryRows(db, "SELECT sum(times) AS n FROM note")).toEqual([{ n: 60 }]);
  db.close();
});

test("many blocks are as one", async () => {
  const { store } = await testLog();
  for (let block = 0; block < 4; block += 1) {
    const events = Array.from({ length: 1_000 }, (_, n) => {
      return pending(block * 1_000 + n, { type: "call.working", note: `note ${n}` });
    });
    await store.append("call-a", events, { revision: block * 1_000, timeoutMs: AMPLE_MS });
  }
  const db = openTables(":memory:");
  await catchUpTables(store, db, views);
  expect(queryRows(db, "SELECT count(*) AS n, min(times) AS least FROM note")).toEqual([
    { n: 1_000, least: 4 },
  ]);
  db.close();
});

test("a view of another version, or other tables, is filled from the beginning; others are not", async () => {
  const { store } = await testLog();
  await write(store, 10);
  const path = join(await testFolder(), "tables.sqlite");
  const db = openTables(path);
  await catchUpTables(store, db, views);
  db.exec("UPDATE leaver SET session = 'touched'");
  const changed: HistoryView = { ...notes, version: 2, apply: () => [] };
  await catchUpTables(store, db, [changed, leavers]);
  expect(queryRows(db, sql.note)).toEqual([]);
  expect(queryRows(db, sql.leaver)[0]).toMatchObject({ session: "touched" });
  await catchUpTables(store, db, [{ ...notes, version: 3 }, wider]);
  expect(queryRows(db, "SELECT sum(times) AS n FROM note")).toEqual([{ n: 10 }]);
  expect(queryRows(db, sql.leaver)[0]).toEqual({
    agent: "agent-0",
    session: "session 0",
    more: null,
  });
  db.close();
});

test("tables of a longer log than there is are filled anew", async () => {
  const long = await testLog();
  await write(long.store, 20);
  const db = openTables(":memory:");
  await catchUpTables(long.store, db, views);
  const short = await testLog();
  await write(short.store, 4);
  await catchUpTables(short.store, db, views);
  expect(queryRows(db, "SELECT sum(times) AS n FROM note")).toEqual([{ n: 4 }]);
  db.close();
});

test("several processes may fill the same tables at once, and nothing counts twice", async () => {
  const { store } = await testLog();
  const path = join(await testFolder(), "tables.sqlite");
  const handles = [openTables(path), openTables(path), openTables(path)];
  for (let round = 0; round < 5; round += 1) {
    await write(store, 10, round * 10);
    await Promise.all(handles.map((db) => catchUpTables(store, db, views)));
  }
  const [db] = handles;
  expect(db && queryRows(db, "SELECT sum(times) AS n FROM note")).toEqual([{ n: 50 }]);
  for (const handle of handles) handle.close();
});

test("a block that fails leaves tables and checkpoint as they were", async () => {
  const { store } = await testLog();
  await write(store, 4);
  const path = join(await testFolder(), "tables.sqlite");
  const db = openTables(path);
  const failing: HistoryView = {
    ...notes,
    apply: (recorded) => (recorded.revision === 1 ? [unfit] : notes.apply(recorded)),
  };
  const unfit = { table: "note", op: "upsert", key: { stream: "x" }, values: {} } as const;
  await expect(catchUpTables(store, db, [failing, leavers])).rejects.toThrow("another key");
  expect(queryRows(db, sql.note)).toEqual([]);
  await catchUpTables(store, db, views);
  expect(queryRows(db, "SELECT sum(times) AS n FROM note")).toEqual([{ n: 4 }]);
  db.close();
});

test.each([
  [
    "an unknown table",
    { table: "other", op: "upsert", key: { agent: "a" }, values: {} },
    "no table",
  ],
  [
    "an unknown column",
    { table: "leaver", op: "upsert", key: { agent: "a" }, values: { x: 1 } },
    "unfit x",
  ],
  [
    "an inherited name",
    { table: "leaver", op: "upsert", key: { agent: "a" }, values: { constructor: 1 } },
    "unfit",
  ],
  [
    "a number as text",
    { table: "leaver", op: "upsert", key: { agent: "a" }, values: { session: 1 } },
    "unfit",
  ],
  [
    "a sum of texts",
    { table: "leaver", op: "increment", key: { agent: "a" }, values: { session: 1 } },
    "unfit",
  ],
  ["no key", { table: "leaver", op: "delete", key: {} }, "another key"],
  ["an empty key", { table: "leaver", op: "delete", key: { agent: null } }, "no key agent"],
] as const)("a view that writes %s is a bug, in SQLite and in memory", async (_, change, why) => {
  const { store } = await testLog();
  await write(store, 1);
  const wrong: HistoryView = { ...leavers, apply: () => [change] };
  const db = openTables(":memory:");
  await expect(catchUpTables(store, db, [wrong])).rejects.toThrow(why);
  await expect(memoryTables([wrong]).catchUp(store)).rejects.toThrow(why);
  db.close();
});
