import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client, ClientKind } from "./client.ts";
import { proposal } from "./events.ts";
import type { ForeignClient } from "./foreign-client.ts";
import { startGateway, type GatewayProcess } from "./gateway-process.ts";

/** Streams of other programs at the gateway, by an unmodified client library. */
export function foreignSuite(kind: ClientKind, connect: (where: string) => ForeignClient): void {
  describe(`${kind.library} keeps streams of its own at the gateway`, () => {
    let gateway: GatewayProcess;
    let shop: ForeignClient;
    let reader: Client;
    const open: { dispose(): Promise<void> }[] = [];
    const as = (name: string): [ForeignClient, Client] => {
      const where = gateway.where(kind.scheme, name);
      const both: [ForeignClient, Client] = [connect(where), kind.connect(where)];
      open.push(...both);
      return both;
    };
    beforeAll(async () => {
      gateway = await startGateway();
      gateway.grant("shop", "lodger", "order-", "cart-");
      gateway.grant("bank", "lodger", "order-", "account-");
      gateway.grant("house", "house");
      gateway.grant("analyst", "analyst");
      gateway.grant("guest", "guest", "order-");
      [shop, reader] = as("shop");
    });
    afterAll(async () => {
      await Promise.all(open.map((client) => client.dispose()));
      await gateway.stop();
    });
    const fresh = () => `order-${randomUUID()}`;
    const events = (...notes: string[]) =>
      notes.map((note) => ({ type: "order.placed", data: { note } }));
    const notesIn = async (client: Client, stream: string, options = {}) => {
      const read = await Array.fromAsync(client.readStream(stream, options));
      return read.map(({ event }) => Object(event?.data)["note"]);
    };

    test("any type and body is kept as it was, and read both ways", async () => {
      const stream = fresh();
      const written = await shop.append(stream, events("a", "b", "c"), "no_stream");
      expect(written.nextExpectedRevision).toBe(2n);
      expect(await notesIn(reader, stream)).toEqual(["a", "b", "c"]);
      const back = { direction: "backwards", fromRevision: "end", maxCount: 2 };
      expect(await notesIn(reader, stream, back)).toEqual(["c", "b"]);
      const [first] = await Array.fromAsync(reader.readStream(stream));
      expect(first?.event).toMatchObject({ type: "order.placed", data: { note: "a" } });
    });

    test("a wrong revision is told, and an append that is repeated answers as it did", async () => {
      const stream = fresh();
      const placed = events("a").map((event) => ({ ...event, id: randomUUID() }));
      const wrong = { type: "wrong-expected-version" };
      await expect(shop.append(stream, events("x"), "stream_exists")).rejects.toMatchObject(wrong);
      const first = await shop.append(stream, placed, "no_stream");
      await expect(shop.append(stream, events("x"), 4n)).rejects.toMatchObject(wrong);
      await expect(shop.append(stream, events("x"), "no_stream")).rejects.toMatchObject(wrong);
      expect(await shop.append(stream, placed, "no_stream")).toEqual(first);
      expect(await shop.append(stream, placed, "any")).toEqual(first);
      expect(await notesIn(reader, stream)).toEqual(["a"]);
    });

    test("types of the server's own are written by the server alone", async () => {
      const stream = fresh();
      for (const type of ["$metadata", "$streamDeleted", "$>", "x".repeat(500)]) {
        const writing = shop.append(stream, [{ type, data: {} }]);
        await expect(writing, type).rejects.toThrow(/holds no event of type/);
      }
      const other = shop.append(`$$${stream}`, events("no rules"));
      await expect(other).rejects.toThrow(/holds no event of type/);
      await expect(shop.append(`$mine`, events("x"))).rejects.toMatchObject({
        type: "access-denied",
      });
      await shop.append(stream, events("ours"), "no_stream");
    });

    test("who was not granted a stream neither reads nor writes it; who was, does", async () => {
      const denied = { type: "access-denied" };
      const [bank, bankReader] = as("bank");
      const stream = `cart-${randomUUID()}`;
      await shop.append(stream, events("a"));
      await expect(bank.append(stream, events("b"))).rejects.toMatchObject(denied);
      await expect(notesIn(bankReader, stream)).rejects.toMatchObject(denied);
      await expect(bank.setRules(stream, { maxCount: 1 })).rejects.toMatchObject(denied);
      await expect(bank.delete(stream)).rejects.toMatchObject(denied);
      await expect(bank.tombstone(stream)).rejects.toMatchObject(denied);
      const [guest] = as("guest");
      await expect(guest.append(fresh(), events("g"))).rejects.toMatchObject(denied);
      const shared = fresh();
      await shop.append(shared, events("a"));
      await bank.append(shared, events("b"));
      const [, analyst] = as("analyst");
      for (const one of [reader, bankReader, analyst]) {
        expect(await notesIn(one, shared)).toEqual(["a", "b"]);
      }
    });

    test("streams of the house are only ever added to, by the house", async () => {
      const denied = { type: "access-denied" };
      const [house] = as("house");
      const houseClient = kind.connect(gateway.where(kind.scheme, "house"));
      open.push(houseClient);
      await houseClient.append("call-kept", [proposal("stays")], "any");
      for (const client of [shop, house]) {
        await expect(client.delete("call-kept")).rejects.toMatchObject(denied);
        await expect(client.tombstone("call-kept")).rejects.toMatchObject(denied);
        await expect(client.setRules("call-kept", { maxCount: 1 })).rejects.toBeInstanceOf(Error);
      }
      await expect(shop.append("call-kept", events("x"))).rejects.toMatchObject(denied);
      await expect(notesIn(reader, "call-kept")).rejects.toMatchObject(denied);
      expect(await notesIn(houseClient, "call-kept")).toEqual(["stays"]);
    });

    test("metadata shows the last so many events, those not too old, or from a revision on", async () => {
      const stream = fresh();
      await shop.append(stream, events("a", "b", "c", "d"));
      expect(await shop.rules(stream)).toBeUndefined();
      await shop.setRules(stream, { maxCount: 2 });
      expect(await shop.rules(stream)).toEqual({ maxCount: 2 });
      expect(await notesIn(reader, stream)).toEqual(["c", "d"]);
      await shop.append(stream, events("e"), 3n);
      expect(await notesIn(reader, stream, { fromRevision: 0n })).toEqual(["d", "e"]);
      await shop.setRules(stream, { truncateBefore: 1 });
      expect(await notesIn(reader, stream)).toEqual(["b", "c", "d", "e"]);
      await shop.setRules(stream, { maxAge: 1 });
      await sleep(1_200);
      expect(await notesIn(reader, stream)).toEqual([]);
      await shop.append(stream, events("young"));
      expect(await notesIn(reader, stream)).toEqual(["young"]);
    });

    test("an access list takes away from what was granted, and never adds to it", async () => {
      const denied = { type: "access-denied" };
      const [bank, bankReader] = as("bank");
      const stream = fresh();
      await shop.append(stream, events("a"));
      const acl = { readRoles: ["shop", "bank"], writeRoles: ["shop"], metaWriteRoles: ["shop"] };
      await shop.setRules(stream, { acl });
      expect(await notesIn(bankReader, stream)).toEqual(["a"]);
      await expect(bank.append(stream, events("b"))).rejects.toMatchObject(denied);
      await expect(bank.setRules(stream, {})).rejects.toMatchObject(denied);
      await shop.append(stream, events("b"));
      await shop.setRules(stream, { acl: { readRoles: ["shop"] } });
      await expect(notesIn(bankReader, stream)).rejects.toMatchObject(denied);
      const others = `cart-${randomUUID()}`;
      await shop.setRules(others, { acl: { readRoles: ["bank"], writeRoles: ["bank"] } });
      await expect(bank.append(others, events("b"))).rejects.toMatchObject(denied);
      const [house] = as("house");
      await house.setRules(others, {});
      await shop.append(others, events("back"));
    });

    test("a stream that is deleted is not found, and begins again behind what it held", async () => {
      const stream = fresh();
      await shop.append(stream, events("a", "b"));
      const wrong = { type: "wrong-expected-version" };
      await expect(shop.delete(stream, 7n)).rejects.toMatchObject(wrong);
      expect(await notesIn(reader, stream)).toEqual(["a", "b"]);
      await shop.delete(stream, 1n);
      await expect(notesIn(reader, stream)).rejects.toMatchObject({ type: "stream-not-found" });
      const again = await shop.append(stream, events("c"), "no_stream");
      expect(again.nextExpectedRevision).toBe(2n);
      expect(await notesIn(reader, stream)).toEqual(["c"]);
      await shop.delete(stream);
      await shop.append(stream, events("d"), 2n);
      expect(await notesIn(reader, stream)).toEqual(["d"]);
    });

    test("a stream with a tombstone is gone for good", async () => {
      const stream = fresh();
      const gone = { type: "stream-deleted", streamName: stream };
      await shop.append(stream, events("a"));
      await shop.tombstone(stream, 0n);
      await expect(shop.append(stream, events("b"))).rejects.toMatchObject(gone);
      await expect(notesIn(reader, stream)).rejects.toMatchObject(gone);
      await expect(shop.tombstone(stream)).rejects.toMatchObject(gone);
      await expect(shop.delete(stream)).rejects.toMatchObject(gone);
      const never = fresh();
      await shop.tombstone(never, "no_stream");
      await expect(shop.append(never, events("b"))).rejects.toMatchObject({
        type: "stream-deleted",
      });
    });

    test("all streams are a lodger's own; the log of the house has none of them", async () => {
      const stream = fresh();
      await shop.append(stream, events("mine"));
      const all = await Array.fromAsync(reader.readAll());
      expect(all.length).toBeGreaterThan(0);
      const names = new Set(all.map(({ event }) => event?.streamId ?? ""));
      expect(names).toContain(stream);
      expect([...names].filter((name) => !/^(\$\$)?(order|cart)-/.test(name))).toEqual([]);
      const [, analyst] = as("analyst");
      const house = await Array.fromAsync(analyst.readAll());
      expect(house.filter(({ event }) => event?.streamId.includes("order-"))).toEqual([]);
    });

    test("a subscription to a stream of others hears what comes, and its end", async () => {
      const stream = fresh();
      const heard: unknown[] = [];
      const { source } = reader.subscribeToStream(stream);
      const failed = new Promise((resolve) => source.on("error", resolve));
      source.on("data", ({ event }) => heard.push(Object(event?.data)["note"]));
      await shop.append(stream, events("a"));
      await shop.append(stream, events("b"));
      for (let tries = 0; heard.length < 2 && tries < 500; tries += 1) await sleep(20);
      expect(heard).toEqual(["a", "b"]);
      await shop.tombstone(stream);
      expect(await failed).toMatchObject({ type: "stream-deleted" });
    });

    test("what is written outlives kill -9 of the gateway", async () => {
      const stream = fresh();
      await shop.append(stream, events("a"));
      await shop.setRules(stream, { maxCount: 5 });
      await gateway.kill();
      await gateway.restart();
      const [client, again] = as("shop");
      expect(await notesIn(again, stream)).toEqual(["a"]);
      expect(await client.rules(stream)).toEqual({ maxCount: 5 });
      await client.append(stream, events("b"), 0n);
    });
  });
}
