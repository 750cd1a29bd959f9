import { storeContract } from "@nightshift/blackboard/store-contract";
import type { Recorded } from "@nightshift/protocol/envelope";
import { BadInput } from "@nightshift/protocol/errors";
import { eventTypes } from "@nightshift/protocol/events";
import { array, assert as check, asyncProperty, integer } from "fast-check";
import { describe, expect, test } from "vitest";
import { AMPLE_MS, working } from "../test-events.ts";
import { MemoryCluster, type Trouble } from "./memory-cluster.ts";
import { inSpace } from "./space.ts";
import { clusterStore } from "./store.ts";
import { verifyCluster } from "./verify.ts";

const WHERE = "esdb://house:secret@localhost:2113";
const append = (
  store: ReturnType<typeof clusterStore>,
  stream: string,
  revision: number,
  n: number,
) => store.append(stream, [working(n)], { revision, timeoutMs: AMPLE_MS });

storeContract("a cluster that others share", async () => {
  const cluster = new MemoryCluster();
  cluster.stranger("$settings", "$metadata");
  cluster.stranger("call-a", "order.placed", { user: "somebody" });
  const open = async () => clusterStore(inSpace(cluster, "night"), WHERE);
  const store = await open();
  return {
    store,
    idsUniqueIn: "stream",
    another: open,
    async reopen() {
      await store.close();
      return open();
    },
    close: () => store.close(),
  };
});

describe("a log among others on a cluster", () => {
  test("sees no event of theirs, whatever it is called", async () => {
    const cluster = new MemoryCluster();
    const [ours, theirs] = ["ours", "hers"].map((name) =>
      clusterStore(inSpace(cluster, name), WHERE),
    );
    if (!ours || !theirs) throw new Error("no stores");
    await append(theirs, "call-a", 0, 1);
    await append(ours, "call-a", 0, 2);
    cluster.stranger("ours.call-b", "call.working", { by: "hand" });
    cluster.stranger("ours", "call.working");
    const idsOf = async (events: AsyncIterable<Recorded>) =>
      (await Array.fromAsync(events)).map(({ id }) => id);
    expect(await idsOf(ours.readAll())).toEqual([working(2).id]);
    expect(await idsOf(ours.readAll({ types: ["call.working"] }))).toEqual([working(2).id]);
    expect(await idsOf(theirs.readAll())).toEqual([working(1).id]);
    expect(await ours.root()).toMatchObject({ streams: 1 });
    expect((await verifyCluster(ours)).broken).toEqual([]);
  });

  test("a type that nobody knows is skipped by a fold, and told once", async () => {
    const cluster = new MemoryCluster();
    const told: [string, bigint][] = [];
    const store = clusterStore(cluster, WHERE, (type, at) => void told.push([type, at]));
    await append(store, "call-a", 0, 1);
    const metadata = { atMs: "1", actor: "a newer house", version: "1", hash: "0".repeat(64) };
    for (const type of ["call.dreamt", "call.dreamt", "call.slept"]) {
      cluster.stranger("call-b", type, metadata);
    }
    cluster.stranger("order-1", "order.placed", metadata);
    await append(store, "call-a", 1, 2);
    const types = [...eventTypes];
    const ids = (await Array.fromAsync(store.readAll({ types }))).map(({ id }) => id);
    expect(ids).toEqual([working(1).id, working(2).id]);
    await Array.fromAsync(store.readAll({ types }));
    expect(told.map(([type]) => type)).toEqual(["call.dreamt", "call.slept"]);
    // The honest twin: a log of known types has nothing to tell, whoever reads it.
    const quiet = clusterStore(new MemoryCluster(), WHERE, (type) => void told.push([type, 0n]));
    await append(quiet, "call-a", 0, 1);
    await Array.fromAsync(quiet.readAll({ types }));
    expect(told).toHaveLength(2);
  });

  test("says so when somebody else wrote into a stream of ours", async () => {
    const cluster = new MemoryCluster();
    const store = clusterStore(cluster, WHERE);
    await append(store, "call-a", 0, 1);
    cluster.stranger("call-a", "call.working", { by: "hand" });
    const reading = Array.fromAsync(clusterStore(cluster, WHERE).read("call-a"));
    await expect(reading).rejects.toBeInstanceOf(BadInput);
    await expect(reading).rejects.toThrow("event 1 of call-a was not written by Night Shift");
    await expect(reading).rejects.not.toThrow("secret");
  });

  test("shows what was changed behind its back", async () => {
    const cluster = new MemoryCluster();
    const store = clusterStore(cluster, WHERE);
    for (let n = 0; n < 3; n += 1) await append(store, "call-a", n, n);
    expect((await verifyCluster(store)).ok).toBe(true);
    const second = cluster.log.find(
      ({ revision, streamId }) => streamId === "call-a" && revision === 1n,
    );
    if (second) Object.assign(second, { data: { type: "call.working", note: "changed" } });
    const { ok, broken } = await verifyCluster(store);
    expect(ok).toBe(false);
    expect(broken[0]).toMatchObject({ stream: "call-a", revision: 1 });
  });
});

test("whatever connections break: each event is there once, followed once, and chained", async () => {
  const property = asyncProperty(
    array(integer({ min: 0, max: 9 }), { minLength: 40 }),
    async (dice) => {
      let thrown = 0;
      const trouble: Trouble = () => dice[thrown++ % dice.length] === 0;
      const cluster = new MemoryCluster(dice.every((one) => one === 0) ? () => false : trouble);
      const store = clusterStore(cluster, WHERE);
      const ending = new AbortController();
      const followed: string[] = [];
      const following = (async () => {
        for await (const { id } of store.follow({ after: 0n, signal: ending.signal })) {
          followed.push(id);
          if (followed.length === 12) ending.abort();
        }
      })();
      for (let n = 0; n < 12; n += 1) await append(store, `call-${n % 3}`, Math.floor(n / 3), n);
      await following;
      const wanted = Array.from({ length: 12 }, (_, n) => working(n).id);
      expect(followed).toEqual(wanted);
      expect((await Array.fromAsync(store.readAll())).map(({ id }) => id)).toEqual(wanted);
      expect(await verifyCluster(store)).toMatchObject({ ok: true, events: 12, streams: 3 });
      await store.close();
    },
  );
  await check(property, { numRuns: 15 });
}, 60_000);
