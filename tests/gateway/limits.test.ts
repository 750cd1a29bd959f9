import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { GROUPS_MAX, SUBSCRIPTIONS_MAX } from "@nightshift/infra/log/gateway/limits";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Subscription } from "./client.ts";
import { proposal, texts } from "./events.ts";
import { eventStore } from "./eventstore-client.ts";
import { foreignEventStore } from "./eventstore-foreign.ts";
import { startGateway, type GatewayProcess } from "./gateway-process.ts";
import { until } from "./workers.ts";

const SLOW_MS = 4_000;
const SLOW_READERS = 30;
const NOTE_BYTES = 100_000;
/** What a gateway may grow while thirty readers leave 50 MB lying, each of them. */
const GROWTH_BYTES_MAX = 250_000_000;

describe("the gateway keeps to its limits", () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await startGateway({ slowReaderMs: SLOW_MS });
    gateway.grant("house", "house");
  });
  afterAll(() => gateway.stop());

  test.runIf(existsSync("/proc/self/status"))(
    "readers that take nothing cost no memory, are hung up on, and hold nobody up (on Linux)",
    async () => {
      const client = eventStore.connect(gateway.where("esdb", "house"));
      const fat = () => {
        const data = { type: "agent.left", session: "s".repeat(NOTE_BYTES) };
        return { ...proposal(), type: "agent.left", data };
      };
      await client.append("agent-fat", [fat()], "any");
      const before = gateway.residentBytes();
      const idle = eventStore.connect(gateway.where("esdb", "house"));
      const slow = Array.from({ length: SLOW_READERS }, () => idle.subscribeToAll());
      const errors: unknown[] = [];
      for (const { source } of slow) source.on("error", (error: unknown) => errors.push(error));
      for (let n = 0; n < 50; n += 1) {
        await client.append("agent-fat", Array.from({ length: 10 }, fat), "any");
      }
      expect(gateway.residentBytes() - before).toBeLessThan(GROWTH_BYTES_MAX);
      await sleep(SLOW_MS + 1_000);
      // What they had taken into their own buffers is theirs; then they hear that they were too slow.
      for (const { source } of slow) source.resume();
      await until(() => errors.length === SLOW_READERS);
      for (const error of errors) expect(error).toMatchObject({ type: "unavailable" });
      expect(gateway.residentBytes() - before).toBeLessThan(GROWTH_BYTES_MAX);
      await client.append("agent-fat", [fat()], "any");
      await Promise.all([client.dispose(), idle.dispose()]);
    },
  );

  test("so many subscriptions at once, and no more; whose end makes room", async () => {
    const client = eventStore.connect(gateway.where("esdb", "house"));
    const open: Subscription[] = [];
    const listening = Array.from({ length: SUBSCRIPTIONS_MAX }, async () => {
      const subscription = client.subscribeToStream("call-none");
      open.push(subscription);
      await new Promise((resolve) => subscription.source.on("confirmation", resolve).resume());
    });
    await Promise.all(listening);
    const over = client.subscribeToStream("call-none");
    const error: unknown = await new Promise((resolve) =>
      over.source.on("error", resolve).resume(),
    );
    expect(String(error)).toMatch(/RESOURCE_EXHAUSTED.*subscriptions are open already/);
    await Promise.all(open.slice(0, 5).map((one) => one.end()));
    await sleep(200);
    const again = client.subscribeToStream("call-none");
    await new Promise((resolve) => again.source.on("confirmation", resolve).resume());
    await client.dispose();
  });

  test("so many groups are kept and no more; one that is deleted makes room", async () => {
    const client = foreignEventStore(gateway.where("esdb", "house"));
    const made = Array.from({ length: GROUPS_MAX }, (_, n) =>
      client.createGroup("call-g", `g${n}`),
    );
    await Promise.all(made);
    const over = client.createGroup("call-g", "over");
    await expect(over).rejects.toThrow(/RESOURCE_EXHAUSTED.*groups are kept already/);
    await client.deleteGroup("call-g", "g0");
    await client.createGroup("call-g", "over");
    await client.dispose();
  });

  test("an append of more events than fit, or of too many bytes, is not kept in memory", async () => {
    const client = eventStore.connect(gateway.where("esdb", "house"));
    const many = Array.from({ length: 1_002 }, () => proposal());
    await expect(client.append("call-many", many, "any")).rejects.toThrow(/more than 1001 events/);
    const session = "s".repeat(900_000);
    const data = { type: "agent.left", session };
    const large = Array.from({ length: 20 }, () => ({ ...proposal(), type: "agent.left", data }));
    const appending = client.append("agent-large", large, "any");
    await expect(appending).rejects.toMatchObject({ type: "maximum-append-size-exceeded" });
    await client.append("call-many", [proposal()], "any");
    expect(await texts(client.readStream("call-many"))).toHaveLength(1);
    await client.dispose();
  });

  test("bytes that are no message of the protocol end their call alone", async () => {
    const raw = rawClient(gateway);
    const call = raw.makeBidiStreamRequest(
      "/event_store.client.streams.Streams/BatchAppend",
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      new Metadata(),
    );
    call.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    const error: unknown = await new Promise((resolve) => call.on("error", resolve).resume());
    expect(String(error)).toMatch(/INTERNAL|INVALID_ARGUMENT/);
    raw.close();
    const client = eventStore.connect(gateway.where("esdb", "house"));
    await client.append("call-many", [proposal()], "any");
    await client.dispose();
  });
});

/** A client without any of the libraries' care; its bytes are what a test gives it. */
function rawClient({ folder, port }: GatewayProcess): Client {
  const authority = readFileSync(join(folder, "gateway", "authority.pem"));
  return new Client(`localhost:${port}`, credentials.createSsl(authority));
}
