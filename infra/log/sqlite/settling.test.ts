import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { AMPLE_MS, pending, working } from "../test-events.ts";
import { tamper, testFolder, testLog } from "../test-log.ts";
import { toFormat } from "./older-log.ts";
import { openLog } from "./store.ts";
import { verifyLog } from "./verify.ts";

const at = (revision: number) => ({ revision, timeoutMs: AMPLE_MS });

/** How many events the index of ids knows. */
function known(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare("SELECT count(*) AS n FROM by_id").get();
  db.close();
  return Number(row?.["n"]);
}

test("whatever is settled when and by whom, everybody reads everything, and nothing twice", async () => {
  const step = fc.record({
    writer: fc.nat({ max: 1 }),
    stream: fc.constantFrom("call-a", "call-b", "agent-c"),
    count: fc.integer({ min: 1, max: 4 }),
    repeats: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const path = `${await testFolder()}/log.sqlite`;
      const stores = [
        await openLog(path, { settleEvents: 3 }),
        await openLog(path, { settleEvents: 5 }),
      ] as const;
      const log: { stream: string; id: string }[] = [];
      const of = (stream: string) => log.filter((one) => one.stream === stream);
      for (const { writer, stream, count, repeats } of steps) {
        const store = stores[writer === 0 ? 0 : 1];
        const revision = of(stream).length;
        const events = Array.from({ length: count }, (_, n) =>
          stream === "agent-c"
            ? pending(log.length + n, { type: "agent.left", session: "s" })
            : working(log.length + n),
        );
        const position = await store.append(stream, events, at(revision));
        log.push(...events.map(({ id }) => ({ stream, id })));
        expect(position).toBe(BigInt(log.length));
        if (repeats) expect(await stores[0].append(stream, events, at(revision))).toBe(position);
        for (const one of stores) {
          const read = await Array.fromAsync(one.read(stream));
          expect(read.map(({ id }) => id)).toEqual(of(stream).map(({ id }) => id));
          const left = await Array.fromAsync(one.readAll({ types: ["agent.left"] }));
          expect(left.map(({ id }) => id)).toEqual(of("agent-c").map(({ id }) => id));
          const both = { types: ["agent.left", "call.working"] };
          expect(await Array.fromAsync(one.readAll(both))).toHaveLength(log.length);
        }
      }
      expect(await verifyLog(path)).toMatchObject({ ok: true, events: log.length });
      for (const one of stores) await one.close();
      expect(known(path)).toBe(log.length);
      expect(await verifyLog(path)).toMatchObject({ ok: true, events: log.length });
    }),
    { numRuns: 40 },
  );
});

test("at rest the indexes know all", async () => {
  const { path, store } = await testLog();
  await store.append("call-a", [working(1), working(2)], at(0));
  await vi.waitFor(() => expect(known(path)).toBe(2), { timeout: AMPLE_MS });
});

test.each([2, 3] as const)("a log of format %i is lifted, and none is lost", async (format) => {
  const path = `${await testFolder()}/log.sqlite`;
  const before = await openLog(path);
  await before.append("call-a", [working(1), working(2)], at(0));
  await before.append("agent-c", [pending(3, { type: "agent.left", session: "s" })], at(0));
  await before.close();
  toFormat(path, format);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 3 });
  const store = await openLog(path);
  expect(await store.append("call-a", [working(1)], at(0))).toBe(1n);
  expect(await Array.fromAsync(store.readAll({ types: ["agent.left"] }))).toHaveLength(1);
  await store.append("call-a", [working(4)], at(2));
  await store.close();
  expect(known(path)).toBe(4);
  expect(await verifyLog(path)).toMatchObject({ ok: true, events: 4 });
});

test("what cannot be settled is told to who appends, once there is much of it", async () => {
  const path = `${await testFolder()}/log.sqlite`;
  const store = await openLog(path, { settleEvents: 2 });
  await store.append("call-a", [working(1)], at(0));
  tamper(path, "INSERT INTO by_stream VALUES ('call-a', 0, 7)");
  const appends = Array.from({ length: 12 }, (_, n) => n + 1);
  const told: unknown[] = [];
  for (const n of appends) {
    await store
      .append("call-a", [working(n + 1)], at(n))
      .catch((error: unknown) => told.push(error));
    if (told.length > 0) break;
  }
  expect(told).toMatchObject([{ mend: "nightshift log verify" }]);
  const read = await Array.fromAsync(store.read("call-a"));
  expect(read.length).toBeGreaterThanOrEqual(8);
  await store.close();
  expect(await verifyLog(path)).toMatchObject({ ok: false });
});
