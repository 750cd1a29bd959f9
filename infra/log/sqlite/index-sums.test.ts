import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { AMPLE_MS, pending, working } from "../test-events.ts";
import { testLog } from "../test-log.ts";
import { archiveTo } from "./archiver.ts";
import { IndexSums } from "./index-sums.ts";
import { verifyLog } from "./verify.ts";

const at = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });

async function twoStreams(): Promise<string> {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1), working(2)], at(0));
  await store.append("call-b", [working(3), working(4)], at(0));
  await store.append("agent-a", [pending(5, { type: "agent.left", session: "s" })], at(0));
  await store.close();
  return path;
}

/** Makes an index of other entries than the table has, behind SQLite's back. */
function forge(path: string, index: string, expression: string): void {
  const db = new DatabaseSync(path, { defensive: false });
  const { sql } = db.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").get(index) ?? {};
  const unique = index === "event_type" ? "" : "UNIQUE";
  db.exec(`DROP INDEX ${index}; CREATE ${unique} INDEX ${index} ON event (${expression})`);
  db.exec("PRAGMA writable_schema = ON");
  db.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = ?").run(String(sql), index);
  db.close();
}

test.each([
  ["event_type", "CASE position WHEN 5 THEN 'call.working' ELSE type END"],
  ["event_type", "CASE position WHEN 1 THEN 'agent.left' WHEN 5 THEN 'call.working' ELSE type END"],
  ["event_id", "CASE position WHEN 2 THEN 'x' ELSE id END"],
  ["event_stream", "CASE position WHEN 2 THEN 'call-c' ELSE stream END, revision"],
  ["event_stream", "stream, CASE stream WHEN 'call-a' THEN 1 - revision ELSE revision END"],
])("an index whose entries are others than the table's is told: %s of %s", async (index, on) => {
  const path = await twoStreams();
  expect(await verifyLog(path)).toMatchObject({ ok: true });
  forge(path, index, on);
  const { ok, broken } = await verifyLog(path);
  expect(ok).toBe(false);
  expect(broken[0]?.why).toContain(`SQLite says: `);
  expect(broken[0]?.why).toContain(index);
});

test("sums of five million ids are equal in whatever order they are added", () => {
  const [table, index, half] = [new IndexSums(), new IndexSums(), new IndexSums()];
  const placeOf = (at: number) => Math.imul(at, 2654435761) >>> 0;
  const events = 5_000_000;
  for (let at = 0; at < events; at += 1) (at % 2 === 0 ? table : half).addId(placeOf(at));
  for (let at = events; at > 0; at -= 1) index.addId(placeOf(at - 1));
  table.add(half);
  expect(table.equals(index)).toBe(true);
  table.addId(1);
  expect(table.equals(index)).toBe(false);
});

test("indexes of a log and its archive are held against both tables", async () => {
  const path = await twoStreams();
  await archiveTo(path, 3);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 5 });
  forge(path, "event_id", "CASE position WHEN 4 THEN 'x' ELSE id END");
  expect(await verifyLog(path)).toMatchObject({ ok: false });
});
