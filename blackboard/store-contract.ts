import type { Pending } from "@nightshift/protocol/envelope";
import { Conflict } from "@nightshift/protocol/errors";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EVENT_BYTES_MAX } from "./admission.ts";
import { AMPLE_MS, all, ids, id, left, working, type OpenStore } from "./contract-events.ts";
import { followContract } from "./follow-contract.ts";
import type { EventStore } from "./store.ts";

/** Holds an adapter to what `EventStore` promises. Every adapter's test file calls it. */
export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} keeps the contract of a store`, () => {
    let opened: OpenStore;
    let store: EventStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const append = (stream: string, revision: number, ...events: Pending[]) =>
      store.append(stream, events, { revision, timeoutMs: AMPLE_MS });

    test("an empty log holds nothing", async () => {
      expect(await store.head()).toBe(0n);
      expect(await all(store.readAll())).toEqual([]);
      expect(await all(store.read("call-unknown"))).toEqual([]);
    });

    test("what is appended is read back in order, envelope and all", async () => {
      const first: Pending = {
        id: "00000000-0000-4000-8000-00000000000a",
        atMs: 1_795_000_000_123,
        actor: "verifier “ü” 🌙",
        causation: "a command",
        correlation: "task-1",
        event: { type: "call.working", note: 'quotes " and \\ and\nlines and \u2028 and 🌙' },
      };
      const position = await append("call-a", 0, first, working(2));
      const [one, two, ...rest] = await all(store.read("call-a"));
      expect(rest).toEqual([]);
      expect(one).toEqual({ ...first, stream: "call-a", revision: 0, position: expect.anything() });
      expect(two).toEqual({ ...working(2), stream: "call-a", revision: 1, position });
      expect(one?.position).toBeLessThan(position);
    });

    test("what is appended cannot be changed through the caller's object", async () => {
      const event = { type: "call.working" as const, note: "as decided" };
      await append("call-a", 0, { ...working(1), event });
      event.note = "changed";
      const [recorded] = await all(store.read("call-a"));
      expect(recorded?.event).toEqual({ type: "call.working", note: "as decided" });
    });

    test("a stream is read from a revision on", async () => {
      await append("call-a", 0, working(1), working(2), working(3));
      expect(ids(await all(store.read("call-a", { from: 1 })))).toEqual([id(2), id(3)]);
      expect(ids(await all(store.read("call-a", { from: 3 })))).toEqual([]);
    });

    test("positions grow with the log, over all streams", async () => {
      const positions = [
        await append("call-a", 0, working(1)),
        await append("call-b", 0, working(2)),
        await append("call-a", 1, working(3), working(4)),
      ];
      expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
      expect(await store.head()).toBe(positions.at(-1));
      const log = await all(store.readAll());
      expect(ids(log)).toEqual([id(1), id(2), id(3), id(4)]);
      expect(new Set(log.map(({ position }) => position)).size).toBe(4);
    });

    test("a writer that believes another number of events is told the real one", async () => {
      await append("call-a", 0, working(1));
      const late = append("call-a", 0, working(2));
      await expect(late).rejects.toBeInstanceOf(Conflict);
      await expect(late).rejects.toMatchObject({ stream: "call-a", expected: 0, actual: 1 });
      await expect(append("call-b", 5, working(3))).rejects.toMatchObject({ actual: 0 });
      expect(ids(await all(store.readAll()))).toEqual([id(1)]);
    });

    test("an append that is repeated answers as it did and writes nothing", async () => {
      const position = await append("call-a", 0, working(1), working(2));
      await append("call-a", 2, working(3));
      expect(await append("call-a", 0, working(1), working(2))).toBe(position);
      expect(ids(await all(store.readAll()))).toEqual([id(1), id(2), id(3)]);
    });

    test("ids of which only some are there write nothing", async () => {
      await append("call-a", 0, working(1));
      await expect(append("call-a", 1, working(2), working(1))).rejects.toThrow("is there already");
      await expect(append("call-a", 1, working(1), working(2))).rejects.toThrow("is there already");
      if (opened.idsUniqueIn !== "stream") {
        await expect(append("call-b", 0, working(1))).rejects.toThrow(id(1));
      }
      await expect(append("call-b", 0, working(5), working(5))).rejects.toThrow("twice");
      expect(ids(await all(store.readAll()))).toEqual([id(1)]);
    });

    test("events are written all or none", async () => {
      const misfit: Pending = { ...working(2), event: { type: "agent.left", session: "s" } };
      await expect(append("call-a", 0, working(1), misfit)).rejects.toThrow(/invalid/i);
      expect(await store.head()).toBe(0n);
      await append("call-a", 0, working(1));
    });

    test("what is no event of its stream, or no stream, is not written", async () => {
      await expect(append("nonsense-a", 0, working(1))).rejects.toThrow("no stream kind");
      await expect(append("call-A/../b", 0, working(1))).rejects.toThrow("no stream");
      await expect(append("call-a", 0)).rejects.toThrow("nothing to append");
      await expect(append("call-a", 0, { ...working(1), actor: "a\0b" })).rejects.toThrow(
        "unfit text",
      );
      await expect(append("call-a", 0, { ...working(1), actor: "\ud800" })).rejects.toThrow(
        "unfit text",
      );
      const long: Pending = {
        ...working(1),
        event: { type: "call.working", note: "x".repeat(301) },
      };
      await expect(append("call-a", 0, long)).rejects.toThrow(/too big/i);
      expect(await store.head()).toBe(0n);
    });

    test("an append holds a thousand events and no more", async () => {
      const events = Array.from({ length: 1_001 }, (_, n) => working(n));
      await expect(append("call-a", 0, ...events)).rejects.toThrow("1000 are the most");
      await append("call-a", 0, ...events.slice(0, 1_000));
      expect(await all(store.read("call-a"))).toHaveLength(1_000);
    });

    test("an event over its maximum is refused, one just under it is kept", async () => {
      await expect(append("agent-a", 0, left(1, EVENT_BYTES_MAX))).rejects.toMatchObject({
        code: "too-long",
      });
      await append("agent-a", 0, left(2, EVENT_BYTES_MAX - 100));
      expect(ids(await all(store.read("agent-a")))).toEqual([id(2)]);
    });

    test("the log is read by type, after a position and up to another", async () => {
      const first = await append("call-a", 0, working(1));
      await append("agent-a", 0, left(2), left(3));
      const third = await append("call-a", 1, working(4));
      await append("agent-a", 2, left(5));
      const read = async (options: Parameters<EventStore["readAll"]>[0]) =>
        ids(await all(store.readAll(options)));
      expect(await read({ types: ["agent.left"] })).toEqual([id(2), id(3), id(5)]);
      expect(await read({ types: ["agent.left", "call.working"] })).toHaveLength(5);
      expect(await read({ types: [] })).toEqual([]);
      expect(await read({ after: first })).toEqual([id(2), id(3), id(4), id(5)]);
      expect(await read({ upTo: third })).toEqual([id(1), id(2), id(3), id(4)]);
      expect(await read({ after: first, upTo: third, types: ["call.working"] })).toEqual([id(4)]);
    });

    test("a reader ends where the log ended when it began", async () => {
      await append("call-a", 0, working(1));
      const seen: string[] = [];
      for await (const recorded of store.readAll()) {
        seen.push(recorded.id);
        if (seen.length > 3) break;
        await append("call-a", seen.length, working(1 + seen.length));
      }
      expect(seen).toEqual([id(1)]);
    });

    test("of writers on one stream at once exactly one wins", async () => {
      const tries = Array.from({ length: 20 }, (_, n) => append("call-a", 0, working(n)));
      const results = await Promise.allSettled(tries);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      const losers = results.filter((result) => result.status === "rejected");
      expect(losers.every(({ reason }) => reason instanceof Conflict)).toBe(true);
      expect(await all(store.read("call-a"))).toHaveLength(1);
    });

    test("a conflict fails its caller alone", async () => {
      await append("call-a", 0, working(1));
      const results = await Promise.allSettled([
        append("call-b", 0, working(2)),
        append("call-a", 0, working(3)),
        append("call-b", 1, working(4)),
      ]);
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(ids(await all(store.read("call-b")))).toEqual([id(2), id(4)]);
    });

    test("a log that is opened again holds what it held", async ({ skip }) => {
      if (!opened.reopen) return skip();
      const position = await append("call-a", 0, working(1), working(2));
      store = await opened.reopen();
      expect(await store.head()).toBe(position);
      expect(ids(await all(store.read("call-a")))).toEqual([id(1), id(2)]);
      expect(await append("call-a", 0, working(1), working(2))).toBe(position);
      expect(await append("call-a", 2, working(3))).toBeGreaterThan(position);
    });
  });
  followContract(name, open);
}
