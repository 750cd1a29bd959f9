import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client, ClientKind } from "./client.ts";
import { proposal, texts } from "./events.ts";
import { startGateway, type GatewayProcess } from "./gateway-process.ts";

/** What an unmodified client library sees of the gateway; it runs with each of them. */
export function clientSuite(kind: ClientKind): void {
  describe(`${kind.library} at the gateway`, () => {
    let gateway: GatewayProcess;
    const clients = new Map<string | null, Client>();
    const by = (name: string | null): Client => {
      const known = clients.get(name) ?? kind.connect(gateway.where(kind.scheme, name));
      clients.set(name, known);
      return known;
    };
    beforeAll(async () => {
      gateway = await startGateway();
      gateway.grant("house", "house");
      gateway.grant("analyst", "analyst");
      gateway.grant("guest", "guest", "call-open");
    });
    afterAll(async () => {
      await Promise.all([...clients.values()].map((client) => client.dispose()));
      await gateway.stop();
    });

    test("a wrong revision is told with the right one", async () => {
      const stream = `call-${randomUUID()}`;
      await by("house").append(stream, [proposal(), proposal()], "no_stream");
      const late = by("house").append(stream, [proposal()], 0n);
      await expect(late).rejects.toMatchObject({ type: "wrong-expected-version" });
      expect(await actualIn(late)).toBe(1n);
      const early = by("house").append(`call-${randomUUID()}`, [proposal()], 3n);
      expect(await actualIn(early)).toBe("no_stream");
      await by("house").append(stream, [proposal()], 1n);
    });

    test("a writer may take any revision, or any but none", async () => {
      const stream = `call-${randomUUID()}`;
      const absent = by("house").append(stream, [proposal()], "stream_exists");
      await expect(absent).rejects.toMatchObject({ type: "wrong-expected-version" });
      const many = Array.from({ length: 10 }, () =>
        by("house").append(stream, [proposal()], "any"),
      );
      const revisions = (await Promise.all(many)).map(({ nextExpectedRevision }) =>
        Number(nextExpectedRevision),
      );
      expect(revisions.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      await by("house").append(stream, [proposal()], "stream_exists");
    });

    test("an append that is repeated answers as it did, whatever revision it names", async () => {
      const stream = `call-${randomUUID()}`;
      const events = [proposal(), proposal()];
      const first = await by("house").append(stream, events, "no_stream");
      await by("house").append(stream, [proposal()], 1n);
      expect(await by("house").append(stream, events, "no_stream")).toEqual(first);
      expect(await by("house").append(stream, events, "any")).toEqual(first);
    });

    test("a stream that is not there is not found", async () => {
      const reading = texts(by("house").readStream("call-nowhere"));
      await expect(reading).rejects.toMatchObject({ type: "stream-not-found" });
    });

    test("only the house appends", async () => {
      for (const name of ["analyst", "guest", null]) {
        const appending = by(name).append("call-open", [proposal()], "any");
        await expect(appending, String(name)).rejects.toMatchObject({ type: "access-denied" });
      }
      await by("house").append("call-open", [proposal("as granted")], "any");
    });

    test("a guest reads what it was granted, an analyst everything, nobody nothing", async () => {
      const secret = `call-${randomUUID()}`;
      await by("house").append(secret, [proposal()], "no_stream");
      await by("house").append("call-open", [proposal("for a guest")], "any");
      expect(await texts(by("guest").readStream("call-open"))).toContain("for a guest");
      expect(await texts(by("analyst").readStream(secret))).toHaveLength(1);
      const denied = { type: "access-denied" };
      await expect(texts(by("guest").readStream(secret))).rejects.toMatchObject(denied);
      await expect(texts(by("guest").readAll())).rejects.toMatchObject(denied);
      await expect(texts(by(null).readStream("call-open"))).rejects.toMatchObject(denied);
      await expect(texts(by(null).readAll())).rejects.toMatchObject(denied);
    });

    test("a name with a wrong password is nobody", async () => {
      const intruder = kind.connect(gateway.where(kind.scheme, "house").replace(/:[^:@]+@/, ":x@"));
      const denied = { type: "access-denied" };
      await expect(intruder.append("call-open", [proposal()], "any")).rejects.toMatchObject(denied);
      await expect(texts(intruder.readAll())).rejects.toBeInstanceOf(Error);
      await intruder.dispose();
    });

    test("who comes without a name may what `anonymous` was granted, and never append", async () => {
      gateway.grant("anonymous", "analyst");
      await sleep(1_100);
      expect((await texts(by(null).readAll())).length).toBeGreaterThan(0);
      gateway.grant("anonymous", "house");
      await sleep(1_100);
      const appending = by(null).append("call-open", [proposal()], "any");
      await expect(appending).rejects.toMatchObject({ type: "access-denied" });
      // Without a name nobody keeps streams: "all" would be those of the house.
      gateway.grant("anonymous", "lodger", "order-");
      await sleep(1_100);
      await expect(texts(by(null).readAll())).rejects.toMatchObject({ type: "access-denied" });
      gateway.revoke("anonymous");
      await sleep(1_100);
      const reading = texts(by(null).readAll());
      await expect(reading).rejects.toMatchObject({ type: "access-denied" });
    });

    test("what is no event of Night Shift is not taken, and the answer says why", async () => {
      const stream = `call-${randomUUID()}`;
      const refused = async (name: string, event: ReturnType<typeof proposal>, why: RegExp) =>
        expect(by("house").append(name, [event], "any")).rejects.toThrow(why);
      await refused(stream, { ...proposal(), type: "order.placed" }, /type/);
      await refused(stream, { ...proposal(), data: { type: "call.working", note: 7 } }, /note/);
      await refused("orders-1", proposal(), /no stream kind/);
      await refused("$settings", proposal(), /no stream/);
      await refused(stream, { ...proposal(), metadata: { actor: "me" } }, /atMs/);
      const old = { ...proposal().metadata, version: "99" };
      await refused(stream, { ...proposal(), metadata: old }, /version 99/);
      await by("house").append(stream, [proposal()], "no_stream");
    });

    test("an append over its maximum is told the maximum", async () => {
      const note = "x".repeat(1_048_576);
      const event = { ...proposal(), data: { type: "call.working", note } };
      const large = by("house").append("call-large", [event], "any");
      await expect(large).rejects.toMatchObject({ type: "maximum-append-size-exceeded" });
      await by("house").append("call-large", [proposal()], "any");
    });

    test("an append whose deadline passes is told so, and may come again", async () => {
      const stream = `call-${randomUUID()}`;
      const events = [proposal()];
      const locking = new DatabaseSync(gateway.log);
      locking.exec("BEGIN IMMEDIATE");
      try {
        const late = by("house").append(stream, events, "no_stream", 400);
        await expect(late).rejects.toMatchObject({ type: "deadline-exceeded" });
      } finally {
        locking.exec("ROLLBACK");
        locking.close();
      }
      await by("house").append(stream, events, "no_stream");
      expect(await texts(by("house").readStream(stream))).toHaveLength(1);
    });

    test("the house's own words about an event are kept", async () => {
      const stream = `call-${randomUUID()}`;
      const metadata = {
        atMs: "1795000000000",
        actor: "verifier",
        causation: "c",
        correlation: "t",
      };
      const [event] = [{ ...proposal(), metadata }];
      await by("house").append(stream, [event], "no_stream");
      const store = await openLog(gateway.log);
      const [recorded] = await Array.fromAsync(store.read(stream));
      await store.close();
      const { id, data } = event;
      expect(recorded).toMatchObject({ ...metadata, id, event: data, atMs: 1_795_000_000_000 });
      for await (const { event: read } of by("house").readStream(stream)) {
        expect(read?.created).toEqual(new Date(1_795_000_000_000));
        expect(read?.metadata).toMatchObject({ ...metadata, version: "1" });
      }
    });

    test("clients that look for a cluster's leader first find the gateway", async () => {
      const twice = gateway.where(kind.scheme, "house").replace(/@(.*?)\?/, "@$1,$1?");
      const client = kind.connect(twice);
      await client.append("call-open", [proposal("found")], "any");
      expect(await texts(client.readStream("call-open"))).toContain("found");
      await client.dispose();
    });
  });
}

async function actualIn(appending: Promise<unknown>): Promise<unknown> {
  const error: unknown = await appending.catch((reason: unknown) => reason);
  if (!(error instanceof Error)) return undefined;
  if ("actualVersion" in error) return error.actualVersion;
  return "actualState" in error ? error.actualState : undefined;
}
