import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClientKind } from "./client.ts";
import type { ForeignClient, GroupChange, Handed } from "./foreign-client.ts";
import { startGateway, type GatewayProcess } from "./gateway-process.ts";
import { notesOf, until, workAt } from "./workers.ts";

/** What the official clients' own tests ask of a server, beyond what the other suites here do. */
export function officialSuite(kind: ClientKind, connect: (where: string) => ForeignClient): void {
  describe(`${kind.library} meets what its own tests ask for`, () => {
    let gateway: GatewayProcess;
    let shop: ForeignClient;
    const open: { dispose(): Promise<void> }[] = [];
    const as = (where: string): ForeignClient => {
      const client = connect(where);
      open.push(client);
      return client;
    };
    beforeAll(async () => {
      gateway = await startGateway();
      gateway.grant("shop", "lodger", "order-", "주문-");
      gateway.grant("passing", "lodger", "order-");
      gateway.grant("house", "house");
      shop = as(gateway.where(kind.scheme, "shop"));
    });
    afterAll(async () => {
      await Promise.all(open.map((client) => client.dispose()));
      await gateway.stop();
    });
    const name = () => `order-${randomUUID()}`;
    const filled = async (count: number, stream = name()) => {
      await shop.append(
        stream,
        Array.from({ length: count }, (_, n) => event(String(n))),
      );
      return stream;
    };
    const parkedIn = async (stream: string) =>
      (await shop.groupInfo(stream, "g")).stats.parkedMessageCount;

    test("settings are told as they were made, by info and by list", async () => {
      const stream = name();
      const changes: GroupChange[] = [
        { startFrom: "start", extraStatistics: true },
        { startFrom: "end", checkPointUpperBound: 1 },
        { startFrom: 2n, maxRetryCount: 12, consumerStrategyName: "RoundRobin" },
        {},
      ];
      for (const [n, change] of changes.entries()) await shop.createGroup(stream, `g${n}`, change);
      const listed = await shop.listGroups(stream);
      expect(listed).toHaveLength(changes.length);
      for (const [n, change] of changes.entries()) {
        const settings = shop.settings(change);
        expect((await shop.groupInfo(stream, `g${n}`)).settings).toEqual(settings);
        const one = listed.find(({ groupName }) => groupName === `g${n}`);
        expect(one).toMatchObject({ eventSource: stream, settings });
      }
      const none = { type: "persistent-subscription-does-not-exist" };
      await expect(shop.listGroups(name())).rejects.toMatchObject(none);
      await expect(shop.listGroups(null)).rejects.toMatchObject(none);
    });

    test("a group tells where it begins, where its stream ends and how far it is", async () => {
      const stream = name();
      await shop.createGroup(stream, "g", { startFrom: "end" });
      const change: GroupChange = {
        startFrom: 123n,
        checkPointLowerBound: 12,
        maxSubscriberCount: 200,
        consumerStrategyName: "RoundRobin",
      };
      await shop.updateGroup(stream, "g", change);
      const before = await shop.groupInfo(stream, "g");
      expect(before.settings).toEqual(shop.settings(change));
      expect(before.stats.lastKnownEventRevision).toBeUndefined();
      await filled(500, stream);
      const heard = workAt(shop.work(stream, "g"), "ack");
      await until(() => heard.events.length === 377);
      expect(notesOf(heard.events)[0]).toBe("123");
      await heard.worker.end();
      await until(async () => {
        const { stats, connections } = await shop.groupInfo(stream, "g");
        return connections.length === 0 && typeof stats.lastCheckpointedEventRevision === "bigint";
      });
      expect((await shop.groupInfo(stream, "g")).stats.lastKnownEventRevision).toBe(499n);
    });

    test("who asks for more statistics is told how long answers took", async () => {
      const stream = await filled(20);
      for (const extraStatistics of [true, false]) {
        const group = `stats-${extraStatistics}`;
        await shop.createGroup(stream, group, { startFrom: "start", extraStatistics });
        const heard = workAt(shop.work(stream, group), "ack");
        await until(() => heard.events.length === 20);
        await until(
          async () => (await shop.groupInfo(stream, group)).stats.totalInFlightMessages === 0,
        );
        const [connection] = (await shop.groupInfo(stream, group)).connections;
        expect(connection?.username).toBe("shop");
        expect(typeof connection?.extraStatistics?.get("quintile 3")).toBe(
          extraStatistics ? "bigint" : "undefined",
        );
        await heard.worker.end();
      }
    });

    test("each of many events comes again as often as it is refused, with its count", async () => {
      const stream = await filled(100);
      await shop.createGroup(stream, "g", { startFrom: "start", maxRetryCount: 5 });
      const heard = workAt(shop.work(stream, "g"), (_, retries) => (retries < 3 ? "retry" : "ack"));
      await until(() => heard.events.length === 400);
      const counts = new Map<string, number[]>();
      for (const { event: one, retryCount } of heard.events) {
        counts.set(one?.id ?? "", [...(counts.get(one?.id ?? "") ?? []), retryCount]);
      }
      expect(new Set([...counts.values()].map(String))).toEqual(new Set(["0,1,2,3"]));
      expect(counts.size).toBe(100);
      await heard.worker.end();
    });

    test("an event is handed out with its place in the log", async () => {
      const stream = name();
      await shop.createGroup(stream, "g", { startFrom: "start" });
      const { position } = await shop.append(stream, [event("placed")]);
      const heard = workAt(shop.work(stream, "g"), "ack");
      await until(() => heard.events.length === 1);
      expect(heard.events[0]?.event?.position?.commit).toBe(position?.commit);
      expect(position?.commit).toBeTypeOf("bigint");
      await heard.worker.end();
    });

    test("names may be of any script", async () => {
      const stream = `주문-0️⃣/ด้้้้้-${randomUUID()}`;
      const group = "ヽ༼ຈل͜ຈ༽ﾉ / g";
      await filled(1, stream);
      await shop.createGroup(stream, group, { startFrom: "start" });
      await expect(shop.createGroup(stream, group)).rejects.toMatchObject({
        type: "persistent-subscription-exists",
      });
      const first = workAt(shop.work(stream, group), "park");
      await until(
        async () => (await shop.groupInfo(stream, group)).stats.parkedMessageCount === 1n,
      );
      await first.worker.end();
      await shop.replayParked(stream, group);
      const second = workAt(shop.work(stream, group), "ack");
      await until(() => second.events.length === 1);
      await second.worker.end();
      expect((await shop.listGroups()).map(({ groupName }) => groupName)).toContain(group);
    });

    test("a replay hands out what was set aside before it, and nothing that is after", async () => {
      const stream = await filled(2);
      await shop.createGroup(stream, "g", { startFrom: "start" });
      const heard = workAt(shop.work(stream, "g"), "park");
      await until(async () => (await parkedIn(stream)) === 2n);
      await shop.replayParked(stream, "g");
      await until(() => heard.events.length === 4);
      await shop.append(stream, [event("late")]);
      await until(() => heard.events.length === 5);
      await until(async () => (await parkedIn(stream)) === 3n);
      await sleep(500);
      expect(notesOf(heard.events)).toEqual(["0", "1", "0", "1", "late"]);
      await heard.worker.end();
    });

    // The older library knows no such strategy, so its run has no such test.
    if (kind.scheme === "kurrentdb") {
      test("what has a correlation goes to one subscriber, whatever its stream", async () => {
        const streams = await Promise.all(Array.from({ length: 5 }, () => filled(1)));
        const group = "by-correlation";
        await shop.createGroup(null, group, { consumerStrategyName: "PinnedByCorrelation" }, [
          "order-",
        ]);
        const workers = [0, 1, 2].map(() => workAt(shop.work(null, group, 500), "ack"));
        await until(async () => (await shop.groupInfo(null, group)).connections.length === 3);
        for (let n = 0; n < 60; n += 1) {
          const stream = streams[n % streams.length] ?? "";
          await shop.append(stream, [
            { ...event("x"), metadata: { $correlationId: `c${n % 12}` } },
          ]);
        }
        await until(() => workers.flatMap(({ events }) => events).length === 60);
        const shares = workers.map(({ events }) => new Set(events.map(correlationOf)));
        expect(shares.reduce((sum, { size }) => sum + size, 0)).toBe(12);
        expect(shares.filter(({ size }) => size > 0).length).toBeGreaterThan(1);
        await Promise.all(workers.map(({ worker }) => worker.end()));
        await shop.deleteGroup(null, group);
      });
    }

    test("a stream with a tombstone ends its groups' work; they are told of and removed", async () => {
      const stream = await filled(1);
      await shop.createGroup(stream, "g", { startFrom: "start" });
      const heard = workAt(shop.work(stream, "g"), "ack");
      await until(() => heard.events.length === 1);
      await shop.tombstone(stream);
      await until(() => heard.error !== null);
      expect(heard.error).toMatchObject({ type: "stream-deleted" });
      expect((await shop.groupInfo(stream, "g")).stats.lastKnownEventRevision).toBe(0n);
      expect((await shop.listGroups()).length).toBeGreaterThan(0);
      await expect(shop.updateGroup(stream, "g", { startFrom: "end" })).rejects.toMatchObject({
        type: "stream-deleted",
      });
      await shop.deleteGroup(stream, "g");
    });

    test("metadata of every key is told as it was set, a program's own beside it", async () => {
      const stream = await filled(1);
      const own = ["shop"];
      const acl = {
        readRoles: own,
        writeRoles: own,
        deleteRoles: own,
        metaReadRoles: own,
        metaWriteRoles: own,
      };
      const all = { maxAge: 20, cacheControl: 15, truncateBefore: 1, maxCount: 12, acl };
      await shop.setRules(stream, all);
      expect(await shop.rules(stream)).toEqual(all);
      const more = { maxAge: 20, kitten: "😾" };
      await shop.setRules(stream, more);
      expect(await shop.rules(stream)).toEqual(more);
    });

    test("a stream that only has metadata is deleted as one that is not there", async () => {
      const stream = name();
      await shop.setRules(stream, { cacheControl: 10 });
      await shop.delete(stream, "no_stream");
      const there = await filled(4);
      const wrong = { type: "wrong-expected-version", streamName: there };
      await expect(shop.delete(there, "no_stream")).rejects.toMatchObject(wrong);
      await expect(shop.tombstone(there, "no_stream")).rejects.toMatchObject(wrong);
      await expect(shop.tombstone(there, 2n)).rejects.toMatchObject(wrong);
      await shop.tombstone(there, 3n);
    });

    test("a wrong password opens no call of any kind", async () => {
      const denied = { type: "access-denied" };
      const stream = await filled(1);
      await shop.createGroup(stream, "g");
      const intruder = as(gateway.where(kind.scheme, "shop").replace(/:[^:@]+@/, ":hunter2@"));
      const calls = [
        () => intruder.append(stream, [event("x")]),
        () => intruder.delete(stream),
        () => intruder.tombstone(stream),
        () => intruder.setRules(stream, {}),
        () => intruder.createGroup(stream, "h"),
        () => intruder.updateGroup(stream, "g", {}),
        () => intruder.deleteGroup(stream, "g"),
        () => intruder.groupInfo(stream, "g"),
        () => intruder.listGroups(),
        () => intruder.listGroups(stream),
        () => intruder.replayParked(stream, "g"),
        () => intruder.restartGroups(),
      ];
      for (const call of calls) await expect(call(), String(call)).rejects.toMatchObject(denied);
      const { source } = intruder.work(stream, "g");
      const failure = await new Promise((resolve) => source.on("error", resolve).resume());
      expect(failure).toMatchObject(denied);
    });

    test("a grant that is taken back sends the subscribers of its groups away", async () => {
      const stream = await filled(1);
      const passing = as(gateway.where(kind.scheme, "passing"));
      await passing.createGroup(stream, "g", { startFrom: "start" });
      const heard = workAt(passing.work(stream, "g"), "ack");
      await until(() => heard.events.length === 1);
      gateway.revoke("passing");
      await until(() => heard.error !== null);
      expect(heard.error).toMatchObject({ type: "access-denied" });
    });

    test("the house begins all groups anew, and nobody else; they come back as they were", async () => {
      const stream = await filled(2);
      await shop.createGroup(stream, "g", { startFrom: "start" });
      const first = workAt(shop.work(stream, "g"), "ack");
      await until(() => first.events.length === 2);
      await expect(shop.restartGroups()).rejects.toMatchObject({ type: "access-denied" });
      await as(gateway.where(kind.scheme, "house")).restartGroups();
      await until(() => first.error !== null);
      expect(first.error).toMatchObject({ type: "persistent-subscription-dropped" });
      const second = workAt(shop.work(stream, "g"), "ack");
      await filled(1, stream);
      await until(() => second.events.length === 1);
      await second.worker.end();
    });
  });
}

function event(note: string) {
  return { type: "order.placed", data: { note } };
}

function correlationOf({ event: one }: Handed): string {
  return String(Object(one?.metadata)["$correlationId"]);
}
