import { join } from "node:path";
import { expect, test } from "vitest";
import { historyViews } from "../../every-view.ts";
import { sampleLog } from "../export/sample-log.ts";
import { openLog } from "../sqlite/store.ts";
import { verifyLog } from "../sqlite/verify.ts";
import { testFolder } from "../test-log.ts";
import { catchUpTables } from "../views/catch-up.ts";
import { openTables } from "../views/tables.ts";
import { asksTables, queryViews } from "./catalog.ts";
import { askLog, type Cell } from "./query.ts";

const AMPLE = { rowsMax: 1_000, wallMs: 20_000 };

/** A log of a whole night with its tables, and a way to ask them. */
async function opened() {
  const log = await sampleLog();
  const tables = join(await testFolder(), "tables.sqlite");
  const [store, db] = [await openLog(log), openTables(tables)];
  await catchUpTables(store, db, historyViews);
  db.close();
  await store.close();
  const ask = async (sql: string, limits = AMPLE) => {
    const { columns, rows, wasCut } = await askLog({ log, tables, sql }, limits);
    const all: Cell[][] = await Array.fromAsync(rows);
    return { columns, rows: all, cut: wasCut() };
  };
  return { log, ask };
}

test("events are asked in SQL, their data as JSON", async () => {
  const { ask } = await opened();
  const { columns, rows } = await ask(
    `SELECT kind, type, at, data ->> 'kind' AS why FROM events
     WHERE type = 'attempt.failed' AND data ->> 'kind' = 'hang'`,
  );
  expect(columns).toEqual(["kind", "type", "at", "why"]);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject(
    ["attempt", "attempt.failed", /^2026-11-21T\d\d:\d\d/, "hang"].map((cell) =>
      cell instanceof RegExp ? expect.stringMatching(cell) : cell,
    ),
  );
});

test("every documented view answers with its documented columns, and each says what it means", async () => {
  const { ask } = await opened();
  for (const { name, says, columns } of queryViews) {
    const answer = await ask(`SELECT * FROM ${name}`);
    expect(answer.columns, name).toEqual(columns.map((column) => column.name));
    expect(says, name).not.toBe("");
    for (const column of columns) expect(column.says, `${name}.${column.name}`).not.toBe("");
  }
}, 60_000);

test("a night is found with the events that lie in it", async () => {
  const { ask } = await opened();
  const { rows } = await ask(`
    SELECT n.night, count(*) > 50, max(e.position) = n.last_position
    FROM nights n JOIN events e ON e.position BETWEEN n.first_position AND n.last_position
    GROUP BY n.night`);
  expect(rows).toEqual([[1, 1, 1]]);
});

test("nothing can be written, attached, set or loaded, and no file is read but through a view", async () => {
  const { log, ask } = await opened();
  const forbidden = [
    "INSERT INTO log.event SELECT * FROM log.event",
    "DELETE FROM log.event",
    "UPDATE log.log_state SET settled_to = 0",
    "DROP TABLE log.event",
    "CREATE TABLE main.x (a)",
    "CREATE TEMP TABLE x (a)",
    "CREATE TEMP TRIGGER t INSTEAD OF INSERT ON events BEGIN SELECT 1; END",
    "ATTACH '/tmp/other.sqlite' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH log",
    "VACUUM INTO '/tmp/copy.sqlite'",
    "PRAGMA writable_schema = 1",
    "PRAGMA log.journal_mode = DELETE",
    "SELECT * FROM pragma_database_list",
    "SELECT load_extension('x.so')",
    "BEGIN",
    "SAVEPOINT a",
    "ANALYZE",
    "REINDEX",
  ];
  for (const sql of forbidden)
    await expect(ask(sql), sql).rejects.toThrow(/only SELECT|is a view|cannot (create|INSERT)/);
  await expect(ask("SELECT body FROM log.event")).rejects.toThrow("only SELECT");
  await expect(ask("SELECT * FROM history.tasks")).rejects.toThrow("only SELECT");
  await expect(ask("SELECT * FROM log.log_state")).rejects.toThrow("only SELECT");
  await expect(ask("SELECT readfile('/etc/passwd')")).rejects.toThrow("no such function");
  expect((await ask("SELECT count(*) FROM events")).rows[0]?.[0]).toBeGreaterThan(100);
  expect((await verifyLog(log)).ok).toBe(true);
}, 60_000);

test("one query at a time, whatever stands behind it", async () => {
  const { ask } = await opened();
  await expect(ask("SELECT 1; SELECT 2")).rejects.toThrow("more than one query");
  expect((await ask("SELECT 1; -- that is all\n /* really */ ;")).rows).toEqual([[1]]);
});

test("a query ends after its time, and after its rows", async () => {
  const { ask } = await opened();
  const endless = "WITH RECURSIVE t (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT";
  await expect(ask(`${endless} count(*) FROM t`, { ...AMPLE, wallMs: 600 })).rejects.toThrow(
    "longer than 0.6 seconds",
  );
  const few = await ask(`${endless} x FROM t`, { ...AMPLE, rowsMax: 5 });
  expect(few).toMatchObject({ rows: [[1], [2], [3], [4], [5]], cut: true });
  expect(await ask("SELECT 1 UNION SELECT 2", { ...AMPLE, rowsMax: 2 })).toMatchObject({
    cut: false,
  });
});

test("a value that would fill the memory is refused", async () => {
  const { ask } = await opened();
  await expect(ask("SELECT length(randomblob(100000000))")).rejects.toThrow("gets too long");
  await expect(ask("SELECT printf('%99999999d', 1)")).rejects.toThrow("gets too long");
  await expect(
    ask("SELECT group_concat(a.data) FROM events a, events b, events c"),
  ).rejects.toThrow("gets too long");
  expect((await ask("SELECT length(zeroblob(1000000))")).rows).toEqual([[1_000_000]]);
}, 60_000);

test("who does not read on ends the query", async () => {
  const log = await sampleLog();
  const tables = join(await testFolder(), "tables.sqlite");
  openTables(tables).close();
  const sql = "WITH RECURSIVE t (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x FROM t";
  const { rows } = await askLog({ log, tables, sql }, { rowsMax: 10_000_000, wallMs: 20_000 });
  for await (const [first] of rows) {
    expect(first).toBe(1);
    break;
  }
});

test("what SQLite does not take is told with its place", async () => {
  const { ask } = await opened();
  const at = (where: string, message: string) => ({
    where,
    message: expect.stringContaining(message),
  });
  await expect(ask("SELECT\n  nope FROM events")).rejects.toMatchObject(
    at("line 2, column 3", "no such column: nope"),
  );
  await expect(ask("SELECT * FORM events")).rejects.toMatchObject(
    at("line 1, column 10", "syntax error"),
  );
  await expect(ask("SELECT * FROM event")).rejects.toMatchObject(
    at("line 1, column 15", "only SELECT over the documented views"),
  );
  await expect(ask("SELECT * FROM nowhere")).rejects.toMatchObject(
    at("line 1, column 15", "no such view: nowhere"),
  );
  await expect(ask("SELECT * FROM events WHERE")).rejects.toMatchObject(
    at("line 1, column 27", "incomplete input"),
  );
});

test("numbers that JSON would round, bytes and nothing keep their meaning", async () => {
  const { ask } = await opened();
  const { columns, rows } = await ask(
    "SELECT 9007199254740993 AS a, x'00ff' AS b, NULL AS c, 1.5 AS a",
  );
  expect(columns).toEqual(["a", "b", "c", "a_2"]);
  expect(rows).toEqual([["9007199254740993", "00ff", null, 1.5]]);
});

test("only a query that names a history table waits for the tables", () => {
  expect(asksTables("SELECT * FROM events e JOIN nights n")).toBe(false);
  expect(asksTables("SELECT * FROM Tasks")).toBe(true);
  expect(asksTables('SELECT * FROM "knowledge_files"')).toBe(true);
});

test("a log whose tables were never made answers from its events", async () => {
  const log = await sampleLog();
  const tables = join(await testFolder(), "none.sqlite");
  const { rows } = await askLog({ log, tables, sql: "SELECT count(*) > 100 FROM events" }, AMPLE);
  expect(await Array.fromAsync(rows)).toEqual([[1]]);
});
