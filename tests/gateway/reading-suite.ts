import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client, ClientKind, Filter, Resolved, Subscription } from "./client.ts";
import { noteOf, proposal, texts } from "./events.ts";
import { startGateway, type GatewayProcess } from "./gateway-process.ts";
import { until } from "./workers.ts";

/** Reads and subscriptions of an unmodified client library. */
export function readingSuite(kind: ClientKind): void {
  describe(`${kind.library} reads at the gateway`, () => {
    let gateway: GatewayProcess;
    let client: Client;
    const streams = ["call-one", "call-two", "call-three"];
    beforeAll(async () => {
      gateway = await startGateway();
      gateway.grant("house", "house");
      client = kind.connect(gateway.where(kind.scheme, "house"));
      for (let n = 0; n < 30; n += 1) {
        const events = Array.from({ length: 10 }, (_, m) => proposal(`${n * 10 + m}`));
        await client.append(streams[n % 3] ?? "", events, "any");
      }
      const left = {
        ...proposal(),
        type: "agent.left",
        data: { type: "agent.left", session: "s" },
      };
      await client.append("agent-a", [left], "no_stream");
    });
    afterAll(async () => {
      await client.dispose();
      await gateway.stop();
    });

    test("what is read through the gateway equals what the embedded store reads", async () => {
      const store = await openLog(gateway.log);
      const embedded = await Array.fromAsync(store.readAll());
      const all = await Array.fromAsync(client.readAll());
      expect(all.map(shapeOf)).toEqual(
        embedded.map(({ stream, revision, id, position, event, atMs, actor }) => ({
          place: [stream, BigInt(revision), id, position],
          event,
          said: { atMs: String(atMs), actor },
        })),
      );
      const backwards = await Array.fromAsync(
        client.readAll({ direction: "backwards", fromPosition: "end" }),
      );
      expect(backwards.map(shapeOf)).toEqual(all.map(shapeOf).toReversed());
      for (const stream of streams) {
        const there = (await Array.fromAsync(store.read(stream))).map(({ id }) => id);
        expect(await idsOf(client.readStream(stream))).toEqual(there);
        const back = { direction: "backwards", fromRevision: "end" } as const;
        expect(await idsOf(client.readStream(stream, back))).toEqual(there.toReversed());
      }
      await store.close();
    });

    test("a read begins and ends where it is told", async () => {
      const ids = await idsOf(client.readStream("call-one"));
      const some = (options: Parameters<Client["readStream"]>[1]) =>
        idsOf(client.readStream("call-one", options));
      expect(await some({ fromRevision: 97n })).toEqual(ids.slice(97));
      expect(await some({ fromRevision: 500n })).toEqual([]);
      expect(await some({ maxCount: 3 })).toEqual(ids.slice(0, 3));
      expect(await some({ direction: "backwards", fromRevision: 1n })).toEqual(
        ids.slice(0, 2).toReversed(),
      );
      const at = (commit: bigint) => ({ commit, prepare: commit });
      const all = await idsOf(client.readAll());
      expect(await idsOf(client.readAll({ fromPosition: at(300n) }))).toEqual(all.slice(299));
      expect(await idsOf(client.readAll({ fromPosition: at(3n), direction: "backwards" }))).toEqual(
        all.slice(0, 2).toReversed(),
      );
      expect(await idsOf(client.readAll({ maxCount: 7 }))).toEqual(all.slice(0, 7));
    });

    test("a subscription is sent what is there, told that it caught up, then what comes", async () => {
      const stream = `call-${randomUUID()}`;
      await client.append(stream, [proposal("before")], "no_stream");
      const subscription = client.subscribeToStream(stream);
      const heard = listenTo(subscription);
      await until(() => heard.caughtUp === 1);
      expect(heard.notes).toEqual(["before"]);
      await client.append(stream, [proposal("after")], 0n);
      await until(() => heard.notes.length === 2);
      expect(heard).toMatchObject({ notes: ["before", "after"], caughtUp: 1 });
      await subscription.end();
    });

    test("a subscription goes on after the revision or position that it names", async () => {
      const stream = `call-${randomUUID()}`;
      const notes = ["0", "1", "2", "3"];
      const { position } = await client.append(stream, notes.map(proposal), "no_stream");
      const one = client.subscribeToStream(stream, 1n);
      const end = client.subscribeToStream(stream, "end");
      const at = (position?.commit ?? 0n) - 1n;
      const all = client.subscribeToAll({ from: { commit: at, prepare: at } });
      const heard = [one, end, all].map(listenTo);
      await until(() => heard.every(({ caughtUp }) => caughtUp === 1));
      expect(heard.map((each) => each.notes)).toEqual([["2", "3"], [], ["3"]]);
      await client.append(stream, [proposal("4")], 3n);
      await until(() => heard.every((each) => each.notes.includes("4")));
      await Promise.all([one, end, all].map((each) => each.end()));
    });

    test.each<[string, Filter, number]>([
      ["prefixes of types", { on: "type", prefixes: ["agent.", "task."] }, 1],
      ["prefixes of streams", { on: "stream", prefixes: ["call-one", "agent-"] }, 101],
      ["a pattern of types", { on: "type", regex: "^(agent|task)\\.[a-z]+$" }, 1],
      ["a pattern of streams", { on: "stream", regex: "-two$" }, 100],
    ])(
      "a subscription is filtered by %s, and told how far the log was looked at",
      async (_, filter, count) => {
        const places: bigint[] = [];
        const checkpoint = (position: bigint) => void places.push(position);
        const subscription = client.subscribeToAll({
          filter: { ...filter, interval: 40, checkpoint },
        });
        const heard = listenTo(subscription);
        await until(() => heard.caughtUp === 1);
        expect(heard.notes).toHaveLength(count);
        expect(places).toEqual(places.toSorted((a, b) => Number(a - b)));
        expect(places.length).toBeGreaterThan(1);
        expect(places.at(-1)).toBeGreaterThanOrEqual(301n);
        await subscription.end();
      },
    );

    test("who waits is told how far the log was looked at after so many events, not after each", async () => {
      const stream = `call-${randomUUID()}`;
      const places: bigint[] = [];
      const filter: Filter = { on: "stream", prefixes: ["call-nobody"], interval: 20 };
      const checkpoint = (position: bigint) => void places.push(position);
      const subscription = client.subscribeToAll({ filter: { ...filter, checkpoint } });
      const heard = listenTo(subscription);
      await until(() => heard.caughtUp === 1);
      const before = places.length;
      for (let n = 0; n < 100; n += 1) await client.append(stream, [proposal()], "any");
      await until(() => places.length >= before + 5);
      expect(places.length).toBeLessThanOrEqual(before + 6);
      await subscription.end();
    });

    test("a pattern that could take for ever is refused, and nobody waits for it", async () => {
      const refused = async (regex: string) => {
        const { source } = client.subscribeToAll({ filter: { on: "stream", regex } });
        const error: unknown = await new Promise((resolve) => source.on("error", resolve).resume());
        expect(String(error)).toMatch(/pattern|INVALID_ARGUMENT/);
      };
      await refused("^(?=.*x)");
      await refused("(a)\\1");
      await refused("(");
      await refused("x".repeat(2_000));
      const evil = client.subscribeToAll({
        filter: { on: "stream", regex: "^(([a-z])+.)+[A-Z]+$" },
      });
      const heard = listenTo(evil);
      await until(() => heard.caughtUp === 1);
      expect(heard.notes).toEqual([]);
      await evil.end();
    });

    test("a grant that is taken back ends what is open", async () => {
      gateway.grant("passing", "guest", "call-one");
      const guest = kind.connect(gateway.where(kind.scheme, "passing"));
      await sleep(1_100);
      const subscription = guest.subscribeToStream("call-one");
      const heard = listenTo(subscription);
      await until(() => heard.caughtUp === 1);
      gateway.revoke("passing");
      await sleep(1_100);
      await client.append("call-one", [proposal("not for it")], "any");
      await until(() => heard.error !== null);
      expect(heard.error).toMatchObject({ type: "access-denied" });
      expect(heard.notes).not.toContain("not for it");
      await guest.dispose();
    });

    test("a reader that leaves in the middle leaves nothing behind", async () => {
      for (let n = 0; n < 50; n += 1) {
        for await (const { event } of client.readStream("call-one")) {
          if (event) break;
        }
      }
      expect(await texts(client.readStream("call-one", { maxCount: 2 }))).toHaveLength(2);
    });
  });
}

function shapeOf({ event }: Resolved) {
  const said = event?.metadata;
  if (!event || typeof said !== "object" || said === null) throw new Error("no event");
  const { atMs, actor } = Object.fromEntries(Object.entries(said));
  return {
    place: [event.streamId, event.revision, event.id, event.position?.commit],
    event: event.data,
    said: { atMs, actor },
  };
}

async function idsOf(read: AsyncIterable<Resolved>): Promise<string[]> {
  return (await Array.fromAsync(read)).map(({ event }) => event?.id ?? "");
}

function listenTo({ source }: Subscription) {
  const heard = { notes: [] as string[], caughtUp: 0, error: null as unknown };
  source.on("data", ({ event }: Resolved) => heard.notes.push(noteOf(event?.data)));
  source.on("caughtUp", () => (heard.caughtUp += 1));
  source.on("error", (error: unknown) => (heard.error ??= error));
  return heard;
}
