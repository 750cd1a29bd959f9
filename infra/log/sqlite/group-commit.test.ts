import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { AMPLE_MS, pending, working } from "../test-events.ts";
import { testLog } from "../test-log.ts";
import { verifyLog } from "./verify.ts";

/** In a write-ahead log each frame is a page behind 24 bytes; the last of a commit tells a size. */
async function commitsIn(wal: string): Promise<number> {
  const bytes = await readFile(wal);
  const page = bytes.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at < bytes.length; at += 24 + page) {
    if (bytes.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return commits;
}

const once = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });

test("callers that wait at once are written in few transactions, each with its own answer", async () => {
  const { path, store } = await testLog();
  const made = await commitsIn(`${path}-wal`);
  const positions = await Promise.all(
    Array.from({ length: 400 }, (_, n) => store.append(`call-${n}`, [working(n)], once(0))),
  );
  expect(new Set(positions).size).toBe(400);
  expect(await commitsIn(`${path}-wal`)).toBe(4 + made);
});

test("in one group a caller may build on another, and a failed one leaves no trace", async () => {
  const { path, store } = await testLog();
  await store.append("call-x", [working(900)], once(0));
  const answers = await Promise.allSettled([
    store.append("call-a", [working(1), working(2)], once(0)),
    store.append("call-a", [working(3), working(900)], once(2)),
    store.append("call-a", [working(4)], once(2)),
    store.append("call-a", [working(5)], once(2)),
    store.append("call-a", [working(1), working(2)], once(0)),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(answers[0]).toEqual(answers[4]);
  const log = await Array.fromAsync(store.readAll());
  expect(log.map(({ id }) => Number(id.slice(-3)))).toEqual([900, 1, 2, 4]);
  expect(log.map(({ position }) => position)).toEqual([1n, 2n, 3n, 4n]);
  await store.close();
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 4 });
});

test("more appends than may wait are refused at once, the others are written", async () => {
  const { store } = await testLog();
  const answers = await Promise.allSettled(
    Array.from({ length: 10_050 }, (_, n) => store.append(`call-${n}`, [working(n)], once(0))),
  );
  expect(answers.filter(({ status }) => status === "rejected")).toHaveLength(50);
  expect(await store.head()).toBe(10_000n);
});

test("sparse types are found over a long log, in order, and none twice", async () => {
  const { store } = await testLog();
  const rare: string[] = [];
  for (let block = 0; block < 12; block += 1) {
    const events = Array.from({ length: 900 }, (_, n) => working(block * 1_000 + n));
    await store.append("call-a", events, once(block * 900));
    const left = pending(500_000 + block, { type: "agent.left", session: `${block}` });
    await store.append("agent-a", [left], once(block));
    rare.push(left.id);
  }
  const read = await Array.fromAsync(store.readAll({ types: ["agent.left", "agent.lost"] }));
  expect(read.map(({ id }) => id)).toEqual(rare);
  const both = await Array.fromAsync(store.readAll({ types: ["agent.left", "call.working"] }));
  expect(both.map(({ position }) => position)).toEqual(both.map((_, n) => BigInt(n + 1)));
  expect(both).toHaveLength(12 * 901);
  expect(await Array.fromAsync(store.read("call-a"))).toHaveLength(10_800);
});
