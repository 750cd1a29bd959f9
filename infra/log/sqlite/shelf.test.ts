import { DatabaseSync } from "node:sqlite";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { expect, test } from "vitest";
import { knowIdKeys } from "./id-key.ts";
import { ARCHIVE_TABLES, AS_TODAY, FORMATS, SETTLE } from "./layout.ts";
import { Shelf, SHELF_ROWS_MAX, type Wanted } from "./shelf.ts";

const EVENTS = 2_600;
/** Less than a block of any kind. */
const SETTLED = 500;
const KINDS = ["agent.left", "call.working", "task.claimed"];
const typeOf = (position: number) => KINDS[(position * 7) % 3] ?? "";
const streamOf = (position: number) => `call-${position % 2}`;

function write(db: DatabaseSync, first: number, last: number): void {
  const insert = db.prepare(`INSERT INTO event
    VALUES (?, ?, ?, ?, ?, 7, 'tester', NULL, NULL, ${SCHEMA_VERSION}, '{}', 'hash')`);
  db.exec("BEGIN");
  for (let at = first; at <= last; at += 1) {
    insert.run(at, streamOf(at), Math.floor((at - 1) / 2), `id ${at}`, typeOf(at));
  }
  db.exec("COMMIT");
}

/** A log whose indexes know its first events. */
function log(): Shelf {
  const db = new DatabaseSync(":memory:");
  knowIdKeys(db);
  db.exec(`${FORMATS.join("")} INSERT INTO log_state VALUES (1, 0, ${SCHEMA_VERSION}, 0)`);
  write(db, 1, SETTLED);
  for (const step of SETTLE) db.exec(step);
  write(db, SETTLED + 1, EVENTS);
  return new Shelf(db, "log.sqlite");
}

function archive(): Shelf {
  const db = new DatabaseSync(":memory:");
  db.exec(`${ARCHIVE_TABLES} ${AS_TODAY}`);
  write(db, 1, EVENTS);
  return new Shelf(db, "log.archive.sqlite", { isSettled: true });
}

const all = Array.from({ length: EVENTS }, (_, n) => n + 1);
const twoTypes = JSON.stringify(KINDS.slice(0, 2));
const asked: [string, Wanted, number[]][] = [
  ["all", { kind: "all" }, all],
  ["one type", { kind: "type", type: "call.working" }, all.filter((at) => typeOf(at) === KINDS[1])],
  ...[true, false].map((sparse): (typeof asked)[number] => [
    `two types by ${sparse ? "index" : "scan"}`,
    { kind: "types", types: twoTypes, sparse },
    all.filter((at) => typeOf(at) !== KINDS[2]),
  ]),
];

for (const [file, open] of Object.entries({ log, archive })) {
  test.each(asked)(
    `blocks of %s in the ${file} are whole, and in its order`,
    (_, wanted, expected) => {
      const shelf = open();
      const found: unknown[] = [];
      for (let after = 0; ;) {
        const { rows } = shelf.block(wanted, after, EVENTS, false);
        expect(rows.length).toBe(Math.min(SHELF_ROWS_MAX, expected.length - found.length));
        if (rows.length === 0) break;
        found.push(...rows.map((row) => row[0]));
        after = Number(found.at(-1));
      }
      expect(found).toEqual(expected);
    },
  );

  test(`a stream in the ${file} is read in blocks, in its order`, () => {
    const shelf = open();
    const found = [0, SHELF_ROWS_MAX].flatMap((from) => shelf.stream("call-1", from).rows);
    expect(found).toHaveLength(EVENTS / 2);
    expect(found.map((row) => row[2])).toEqual(found.map((_, revision) => revision));
    expect(new Set(found.map((row) => row[1]))).toEqual(new Set(["call-1"]));
  });
}

test("of events that are a megabyte each, a block has sixteen and is told to be cut", () => {
  const db = new DatabaseSync(":memory:");
  db.exec(ARCHIVE_TABLES);
  write(db, 1, 20);
  db.prepare("UPDATE event SET body = ?").run(JSON.stringify("x".repeat(1_000_000)));
  const shelf = new Shelf(db, "log.sqlite", { isSettled: true });
  const [first, second] = [0, 16].map((after) => shelf.block({ kind: "all" }, after, 20, true));
  expect([first?.rows.length, first?.isCut]).toEqual([16, true]);
  expect([second?.rows.length, second?.isCut]).toEqual([4, false]);
  expect(second?.rows[0]?.[0]).toBe(17);
});
