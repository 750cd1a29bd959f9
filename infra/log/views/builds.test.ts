import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { EventStore } from "@nightshift/blackboard/store";
import type { HistoryView } from "@nightshift/projections/history";
import { expect, test } from "vitest";
import { AMPLE_MS, pending } from "../test-events.ts";
import { testFolder, testLog } from "../test-log.ts";
import { catchUpTables } from "./catch-up.ts";
import { viewStandings } from "./standing.ts";
import { openTables, queryRows } from "./tables.ts";

/** How often each note was made, as a version of the view counts it. */
function notes(version: number): HistoryView {
  return {
    name: "notes",
    version,
    reads: ["call.working"],
    tables: [
      {
        name: "note",
        columns: { note: "text", times: "integer" },
        key: ["note"],
        indexes: [["times"]],
      },
    ],
    apply({ event }) {
      if (event.type !== "call.working") return [];
      const key = { note: event.note };
      return [{ table: "note", op: "increment", key, values: { times: version } }];
    },
  };
}

const EVENTS = 3_500;

async function write(store: EventStore, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 500) {
    const events = Array.from({ length: Math.min(500, to - at) }, (_, n) =>
      pending(at + n, { type: "call.working", note: `note ${(at + n) % 7}` }),
    );
    await store.append("call-a", events, { revision: at, timeoutMs: AMPLE_MS });
  }
}

async function filled() {
  const { store } = await testLog();
  await write(store, 0, EVENTS);
  const path = join(await testFolder(), "tables.sqlite");
  const db = openTables(path);
  await catchUpTables(store, db, [notes(1)]);
  return { store, path, db };
}

const total = (db: DatabaseSync) => queryRows(db, "SELECT sum(times) AS n FROM note")[0]?.["n"];

test("a changed view is made beside the old tables, which serve until it is whole", async () => {
  const { store, db } = await filled();
  const seen: unknown[] = [];
  const steps = { eventsMax: 1_000 };
  while (!(await catchUpTables(store, db, [notes(2)], steps))) seen.push(total(db));
  expect(seen).toEqual([EVENTS, EVENTS, EVENTS]);
  expect(total(db)).toBe(2 * EVENTS);
  expect(queryRows(db, "SELECT name FROM sqlite_schema WHERE name LIKE '%making%'")).toEqual([]);
  db.close();
});

test("a making that was broken off goes on from where it stood, in another process", async () => {
  const { store, path, db } = await filled();
  await catchUpTables(store, db, [notes(2)], { eventsMax: 2_000 });
  db.close();
  const next = openTables(path);
  const [standing] = await viewStandings(store, next);
  expect(standing).toMatchObject({ view: "notes", version: 1, lag: 0, making: { version: 2 } });
  expect(standing?.making?.share).toBeCloseTo(2_000 / EVENTS);
  let after = 0n;
  const counted = {
    head: () => store.head(),
    read: store.read.bind(store),
    readAll: (options: Parameters<typeof store.readAll>[0]) => {
      after = options?.after ?? 0n;
      return store.readAll(options);
    },
  };
  await catchUpTables(counted, next, [notes(2)]);
  expect(after).toBe(2_000n);
  expect(total(next)).toBe(2 * EVENTS);
  next.close();
});

test("a version that changes again in the middle of a making begins it anew", async () => {
  const { store, db } = await filled();
  await catchUpTables(store, db, [notes(2)], { eventsMax: 1_000 });
  await catchUpTables(store, db, [notes(3)], { eventsMax: 1_000 });
  expect(total(db)).toBe(EVENTS);
  await catchUpTables(store, db, [notes(3)]);
  expect(total(db)).toBe(3 * EVENTS);
  db.close();
});

test("an older Night Shift leaves the tables of a newer one as they are", async () => {
  const { store, db } = await filled();
  await catchUpTables(store, db, [notes(2)]);
  expect(await catchUpTables(store, db, [notes(1)])).toBe(true);
  expect(total(db)).toBe(2 * EVENTS);
  db.close();
});

test("several processes make one view together, and nothing counts twice", async () => {
  const { store, path, db } = await filled();
  const others = [openTables(path), openTables(path)];
  await Promise.all([db, ...others].map((one) => catchUpTables(store, one, [notes(2)])));
  await write(store, EVENTS, EVENTS + 700);
  await Promise.all([db, ...others].map((one) => catchUpTables(store, one, [notes(2)])));
  expect(total(db)).toBe(2 * (EVENTS + 700));
  for (const one of [db, ...others]) one.close();
});

test("how far behind the log a view is, is told in events that it reads", async () => {
  const { store, db } = await filled();
  await write(store, EVENTS, EVENTS + 30);
  const left = { type: "agent.left", session: "s" } as const;
  await store.append("agent-a", [pending(999_999, left)], { revision: 0, timeoutMs: AMPLE_MS });
  expect(await viewStandings(store, db)).toMatchObject([
    { view: "notes", version: 1, checkpoint: BigInt(EVENTS), lag: 30, making: null },
  ]);
  await catchUpTables(store, db, [notes(1)]);
  expect(await viewStandings(store, db)).toMatchObject([{ lag: 0, making: null }]);
  db.close();
});

test("tables of a log that was put back to an earlier state are filled anew, even if it grew", async () => {
  const { db } = await filled();
  const back = await testLog();
  await write(back.store, 0, 1_000);
  const other = Array.from({ length: 900 }, (_, n) =>
    pending(500_000 + n, { type: "call.working", note: "another" }),
  );
  for (let at = 0; at < 4; at++) {
    const events = other.map((one) => ({ ...one, id: one.id.replace("8000", `800${at}`) }));
    await back.store.append("call-b", events, { revision: at * 900, timeoutMs: AMPLE_MS });
  }
  await catchUpTables(back.store, db, [notes(1)]);
  expect(queryRows(db, "SELECT times FROM note WHERE note = 'another'")).toEqual([
    { times: 3_600 },
  ]);
  db.close();
});
