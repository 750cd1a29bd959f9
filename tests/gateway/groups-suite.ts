import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client, ClientKind } from "./client.ts";
import { proposal } from "./events.ts";
import type { ForeignClient, Handed, Worker } from "./foreign-client.ts";
import { startGateway, type GatewayProcess } from "./gateway-process.ts";
import { notesOf, until, workAt } from "./workers.ts";

/** Groups of subscribers at the gateway, by an unmodified client library. */
export function groupsSuite(kind: ClientKind, connect: (where: string) => ForeignClient): void {
  describe(`${kind.library} works in groups at the gateway`, () => {
    let gateway: GatewayProcess;
    let house: Client;
    let shop: ForeignClient;
    const open: { dispose(): Promise<void> }[] = [];
    const as = (name: string): ForeignClient => {
      const client = connect(gateway.where(kind.scheme, name));
      open.push(client);
      return client;
    };
    beforeAll(async () => {
      gateway = await startGateway();
      gateway.grant("house", "house");
      gateway.grant("analyst", "analyst");
      gateway.grant("builder", "guest", "call-open");
      gateway.grant("shop", "lodger", "order-");
      gateway.grant("bank", "lodger", "order-");
      house = kind.connect(gateway.where(kind.scheme, "house"));
      open.push(house);
      shop = as("shop");
    });
    afterAll(async () => {
      await Promise.all(open.map((client) => client.dispose()));
      await gateway.stop();
    });
    const filled = async (...notes: string[]) => {
      const stream = `order-${randomUUID()}`;
      await shop.append(stream, notes.map(event));
      return stream;
    };

    test("a group begins where it is told: at the start, at a revision, at what comes", async () => {
      const stream = await filled("a", "b", "c");
      const starts = { start: ["a", "b", "c", "d"], 1: ["b", "c", "d"], end: ["d"] };
      const at = { start: "start", 1: 1n, end: "end" } as const;
      const workers = await Promise.all(
        (["start", 1, "end"] as const).map(async (from) => {
          await shop.createGroup(stream, `from-${from}`, { startFrom: at[from] });
          return { from, heard: workAt(shop.work(stream, `from-${from}`), "ack") };
        }),
      );
      await shop.append(stream, [event("d")]);
      for (const { from, heard } of workers) {
        await until(() => heard.events.length >= starts[from].length);
        expect(notesOf(heard.events)).toEqual(starts[from]);
      }
      await Promise.all(workers.map(({ heard }) => heard.worker.end()));
    });

    test("there is one group of a name, and none where none was made", async () => {
      const stream = await filled("a");
      const absent = { type: "persistent-subscription-does-not-exist", groupName: "g" };
      await expect(shop.groupInfo(stream, "g")).rejects.toMatchObject(absent);
      await expect(shop.updateGroup(stream, "g", {})).rejects.toMatchObject(absent);
      await expect(shop.deleteGroup(stream, "g")).rejects.toMatchObject(absent);
      await expect(shop.replayParked(stream, "g")).rejects.toMatchObject(absent);
      expect(await failureOf(shop.work(stream, "g"))).toMatchObject(absent);
      await shop.createGroup(stream, "g", { maxRetryCount: 3, consumerStrategyName: "Pinned" });
      await expect(shop.createGroup(stream, "g")).rejects.toMatchObject({
        type: "persistent-subscription-exists",
        streamName: stream,
        groupName: "g",
      });
      expect(await shop.groupInfo(stream, "g")).toMatchObject({
        eventSource: stream,
        groupName: "g",
        settings: { maxRetryCount: 3, consumerStrategyName: "Pinned", startFrom: "end" },
      });
      expect((await shop.listGroups()).map(({ groupName }) => groupName)).toContain("g");
      await shop.updateGroup(stream, "g", { maxRetryCount: 5 });
      expect((await shop.groupInfo(stream, "g")).settings.maxRetryCount).toBe(5);
      await shop.deleteGroup(stream, "g");
      await expect(shop.groupInfo(stream, "g")).rejects.toMatchObject(absent);
    });

    test("settings that no group can have are refused, with the reason", async () => {
      const failed = { type: "persistent-subscription-failed" };
      const making = shop.createGroup(await filled("a"), "g", { historyBufferSize: 1 });
      await expect(making).rejects.toMatchObject(failed);
      const large = shop.createGroup(await filled("a"), "g", { historyBufferSize: 1_000_000 });
      await expect(large).rejects.toMatchObject(failed);
    });

    test("a group is its maker's, and reads what that one may read", async () => {
      const denied = { type: "access-denied" };
      const stream = await filled("a");
      await shop.createGroup(stream, "mine", { startFrom: "start" });
      const bank = as("bank");
      await expect(bank.groupInfo(stream, "mine")).rejects.toMatchObject(denied);
      await expect(bank.deleteGroup(stream, "mine")).rejects.toMatchObject(denied);
      expect(await failureOf(bank.work(stream, "mine"))).toMatchObject(denied);
      expect(await bank.listGroups()).toEqual([]);
      await expect(shop.createGroup("call-open", "spy")).rejects.toMatchObject(denied);
      const builder = as("builder");
      await expect(builder.createGroup("call-secret", "spy")).rejects.toMatchObject(denied);
      await expect(builder.createGroup(null, "spy")).rejects.toMatchObject(denied);
      const heard = workAt(shop.work(stream, "mine"), "ack");
      await until(() => heard.events.length === 1);
      await heard.worker.end();
    });

    test("a builder and an analyst work at streams of the house", async () => {
      await house.append("call-open", [proposal("one"), proposal("two")], "any");
      const builder = as("builder");
      await builder.createGroup("call-open", "build", { startFrom: "start" });
      const analyst = as("analyst");
      await analyst.createGroup(null, "watch", { startFrom: "start" }, ["call-op"]);
      const heard = [
        workAt(builder.work("call-open", "build"), "ack"),
        workAt(analyst.work(null, "watch"), "ack"),
      ];
      await house.append("call-other", [proposal("not for them")], "any");
      await house.append("call-open", [proposal("three")], "any");
      for (const { events, worker } of heard) {
        await until(() => events.length === 3);
        expect(notesOf(events)).toEqual(["one", "two", "three"]);
        await worker.end();
      }
    });

    test("all streams of a lodger are its own, filtered by their names", async () => {
      const stream = `order-x${randomUUID()}`;
      await shop.createGroup(null, "all", { startFrom: "start" }, ["order-x"]);
      const heard = workAt(shop.work(null, "all"), "ack");
      await shop.append(stream, [event("a")]);
      await filled("not asked for");
      await shop.append(stream, [event("b")]);
      await until(() => heard.events.length === 2);
      expect(notesOf(heard.events)).toEqual(["a", "b"]);
      await heard.worker.end();
      await shop.deleteGroup(null, "all");
    });

    test("what is refused comes again so many times, is set aside, and can be replayed", async () => {
      const stream = await filled("bad", "good");
      await shop.createGroup(stream, "g", { startFrom: "start", maxRetryCount: 2 });
      const first = workAt(shop.work(stream, "g"), (note) => (note === "bad" ? "retry" : "ack"));
      await until(() => first.events.length === 4);
      const bad = first.events.filter(({ event: one }) => Object(one?.data)["note"] === "bad");
      expect(bad.map(({ retryCount }) => retryCount)).toEqual([0, 1, 2]);
      await until(async () => (await parkedIn(stream)) === 1n);
      await first.worker.end();
      const second = workAt(shop.work(stream, "g"), "ack");
      await shop.replayParked(stream, "g");
      await until(() => second.events.length === 1);
      expect(notesOf(second.events)).toEqual(["bad"]);
      await until(async () => (await parkedIn(stream)) === 0n);
      await second.worker.end();
    });
    const parkedIn = async (stream: string) =>
      (await shop.groupInfo(stream, "g")).stats.parkedMessageCount;

    test("park sets aside at once, skip forgets, and replay takes so many as it is told", async () => {
      const stream = await filled("p1", "s", "p2", "p3");
      await shop.createGroup(stream, "g", { startFrom: "start" });
      const first = workAt(shop.work(stream, "g"), (note) => (note === "s" ? "skip" : "park"));
      await until(async () => (await parkedIn(stream)) === 3n);
      expect(notesOf(first.events)).toEqual(["p1", "s", "p2", "p3"]);
      await first.worker.end();
      const second = workAt(shop.work(stream, "g"), "ack");
      await shop.replayParked(stream, "g", 2);
      await until(() => second.events.length === 2);
      await until(async () => (await parkedIn(stream)) === 1n);
      expect(notesOf(second.events)).toEqual(["p1", "p2"]);
      await second.worker.end();
    });

    test("whoever says stop is sent away, and what it had comes to the next", async () => {
      const stream = await filled("a");
      await shop.createGroup(stream, "g", { startFrom: "start", maxRetryCount: 0 });
      const first = workAt(shop.work(stream, "g"), "stop");
      await until(() => first.error !== null);
      expect(first.error).toMatchObject({ type: "persistent-subscription-dropped" });
      const second = workAt(shop.work(stream, "g"), "ack");
      await until(() => second.events.length === 1);
      await second.worker.end();
    });

    test("what nobody answers for comes again after its time", async () => {
      const stream = await filled("slow");
      await shop.createGroup(stream, "g", { startFrom: "start", messageTimeout: 300 });
      const heard = workAt(shop.work(stream, "g"), (_, retries) => (retries < 2 ? null : "ack"));
      await until(() => heard.events.length === 3);
      await sleep(700);
      expect(heard.events.map(({ retryCount }) => retryCount)).toEqual([0, 1, 2]);
      await heard.worker.end();
    });

    test("a subscriber holds no more than it asked for, until it answers", async () => {
      const stream = await filled("a", "b", "c", "d", "e");
      await shop.createGroup(stream, "g", { startFrom: "start" });
      const held: Handed[] = [];
      const worker = shop.work(stream, "g", 2);
      worker.source.on("data", (one: Handed) => void held.push(one));
      await until(() => held.length === 2);
      await sleep(500);
      expect(notesOf(held)).toEqual(["a", "b"]);
      expect((await shop.groupInfo(stream, "g")).stats.totalInFlightMessages).toBe(2);
      await worker.ack(...held);
      await until(() => held.length === 4);
      await worker.end();
    });

    test("one subscriber too many is told so, and comes in when another leaves", async () => {
      const stream = await filled("a");
      await shop.createGroup(stream, "g", { startFrom: "start", maxSubscriberCount: 1 });
      const first = workAt(shop.work(stream, "g"), "ack");
      await until(() => first.events.length === 1);
      expect(await failureOf(shop.work(stream, "g"))).toMatchObject({
        type: "maximum-subscribers-reached",
        streamName: stream,
        groupName: "g",
      });
      await first.worker.end();
      await until(async () => (await shop.groupInfo(stream, "g")).connections.length === 0);
      const second = workAt(shop.work(stream, "g"), "ack");
      await shop.append(stream, [event("b")]);
      await until(() => second.events.length === 1);
      await second.worker.end();
    });

    test("strategies: turns for each, one while it has room, a stream always to the same", async () => {
      const names = Array.from({ length: 12 }, (_, n) => `order-p${n}-${randomUUID()}`);
      const shares = async (strategy: "RoundRobin" | "DispatchToSingle" | "Pinned") => {
        await shop.createGroup(null, strategy, { consumerStrategyName: strategy }, ["order-p"]);
        const workers = [0, 1, 2].map(() => workAt(shop.work(null, strategy, 500), "ack"));
        await until(async () => (await shop.groupInfo(null, strategy)).connections.length === 3);
        for (let round = 0; round < 5; round += 1) {
          for (const name of names) await shop.append(name, [event("x")]);
        }
        const all = () => workers.flatMap(({ events }) => events);
        await until(() => all().length === 60);
        await Promise.all(workers.map(({ worker }) => worker.end()));
        await shop.deleteGroup(null, strategy);
        return workers.map(({ events }) => events);
      };
      const turns = await shares("RoundRobin");
      expect(turns.map(({ length }) => length)).toEqual([20, 20, 20]);
      const single = await shares("DispatchToSingle");
      expect(single.map(({ length }) => length).sort((a, b) => a - b)).toEqual([0, 0, 60]);
      const pinned = await shares("Pinned");
      const streams = pinned.map((events) => new Set(events.map((one) => one.event?.streamId)));
      expect(streams.reduce((sum, { size }) => sum + size, 0)).toBe(names.length);
      expect(streams.filter(({ size }) => size > 0).length).toBeGreaterThan(1);
    });

    test("an update or an end of a group sends its subscribers away, who come again", async () => {
      const stream = await filled("a");
      await shop.createGroup(stream, "g", { startFrom: "start" });
      const first = workAt(shop.work(stream, "g"), "ack");
      await until(() => first.events.length === 1);
      await shop.updateGroup(stream, "g", { startFrom: "start", maxRetryCount: 1 });
      await until(() => first.error !== null);
      expect(first.error).toMatchObject({ type: "persistent-subscription-dropped" });
      const second = workAt(shop.work(stream, "g"), "ack");
      await shop.append(stream, [event("b")]);
      await until(() => second.events.length === 1);
      expect(notesOf(second.events)).toEqual(["b"]);
      await shop.deleteGroup(stream, "g");
      await until(() => second.error !== null);
      expect(second.error).toMatchObject({ type: "persistent-subscription-dropped" });
    });
  });
}

function event(note: string) {
  return { type: "order.placed", data: { note } };
}

async function failureOf({ source }: Worker): Promise<unknown> {
  return new Promise((resolve) => source.on("error", resolve).resume());
}
