import { expect, test } from "vitest";
import { AMPLE_MS, pending, working } from "../test-events.ts";
import { tamper, testLog } from "../test-log.ts";
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

test.each([
  ["by_type", "UPDATE by_type SET type = 'call.working' WHERE position = 5"],
  ["by_type", "UPDATE by_type SET position = 9 WHERE position = 5"],
  ["by_type", "DELETE FROM by_type WHERE position = 2"],
  ["by_id", "UPDATE by_id SET key = key + 1 WHERE position = 2"],
  ["by_id", "UPDATE by_id SET position = 3 - position WHERE position < 3"],
  ["by_id", "INSERT INTO by_id VALUES (7, 2)"],
  ["by_stream", "UPDATE by_stream SET stream = 'call-c' WHERE position = 2"],
  ["by_stream", "UPDATE by_stream SET position = 3 - position WHERE stream = 'call-a'"],
])("an index that leads elsewhere is told: %s after %s", async (index, sql) => {
  const path = await twoStreams();
  expect(await verifyLog(path)).toMatchObject({ ok: true });
  tamper(path, sql);
  const { broken } = await verifyLog(path);
  expect(broken.map(({ why }) => why)).toEqual([`the index ${index} leads elsewhere`]);
});

test("ids and streams that JSON escapes are in their indexes as they are", async () => {
  const { path, store } = await testLog();
  const odd = ['with "quotes"', "back\\slash", "two\nlines", "odd \uFFFD"];
  for (const [n, id] of odd.entries()) {
    await store.append("call-a", [{ ...working(n), id }], at(n));
  }
  await store.close();
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 4 });
  tamper(path, "UPDATE by_id SET key = key + 1 WHERE position = 1");
  expect(await verifyLog(path)).toMatchObject({ ok: false });
});

test("sums of five million ids are equal in whatever order they are added", () => {
  const [table, index, half] = [new IndexSums(), new IndexSums(), new IndexSums()];
  const placeOf = (at: number) => Math.imul(at, 2654435761) >>> 0;
  const events = 5_000_000;
  for (let at = 0; at < events; at += 1) (at % 2 === 0 ? table : half).addId(placeOf(at));
  for (let at = events; at > 0; at -= 1) index.addId(placeOf(at - 1));
  table.add(half);
  expect(table.differences(index)).toEqual([]);
  table.addId(1);
  expect(table.differences(index)).toEqual(["by_id"]);
});

test("indexes of a log and its archive are held against both tables", async () => {
  const path = await twoStreams();
  await archiveTo(path, 3);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 5 });
  tamper(path, "UPDATE by_id SET key = 0 WHERE position = 4");
  expect(await verifyLog(path)).toMatchObject({ ok: false });
});
