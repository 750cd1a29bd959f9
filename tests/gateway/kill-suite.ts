import { setTimeout as sleep } from "node:timers/promises";
import { openStore } from "@nightshift/infra/log/open-store";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { verifyLog } from "@nightshift/infra/log/sqlite/verify";
import { expect, onTestFinished, test } from "vitest";
import { pendingNote } from "./events.ts";
import { startGateway } from "./gateway-process.ts";
import { until } from "./workers.ts";

const WRITERS = 16;
const KILLS = 4;
const TIMEOUT_MS = 60_000;

/** Holds an adapter to what it acknowledged, whatever becomes of the gateway. */
export function killSuite(scheme: "esdb" | "kurrentdb"): void {
  test(`${scheme}: what was acknowledged outlives kill -9 under load, and everybody goes on`, async () => {
    const gateway = await startGateway();
    onTestFinished(() => gateway.stop());
    gateway.grant("house", "house");
    const store = await openStore(gateway.where(scheme, "house"));
    const acknowledged = new Map<string, bigint>();
    const stop = { asked: false };
    const write = async (writer: number) => {
      const stream = `call-w${writer}`;
      let revision = 0;
      for (let n = 0; !stop.asked; n += 1) {
        const events = Array.from({ length: 1 + (n % 3) }, () => pendingNote(`${writer}/${n}`));
        const position = await store.append(stream, events, { revision, timeoutMs: TIMEOUT_MS });
        revision += events.length;
        for (const { id } of events) acknowledged.set(id, position);
      }
    };
    const followed: string[] = [];
    const ending = new AbortController();
    const following = (async () => {
      for await (const { id } of store.follow({ after: 0n, signal: ending.signal })) {
        followed.push(id);
      }
    })();
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = acknowledged.size;
      await until(() => acknowledged.size > before + 300);
      await gateway.kill();
      await sleep(50);
      await gateway.restart();
    }
    const before = acknowledged.size;
    await until(() => acknowledged.size > before + 300);
    stop.asked = true;
    await writing;
    const file = await openLog(gateway.log);
    const there = (await Array.fromAsync(file.readAll())).map(({ id }) => id);
    await file.close();
    expect(there).toHaveLength(acknowledged.size);
    expect(new Set(there)).toEqual(new Set(acknowledged.keys()));
    await until(() => followed.length >= there.length);
    ending.abort();
    await following;
    expect(followed).toEqual(there);
    await store.close();
    expect((await verifyLog(gateway.log)).broken).toEqual([]);
  }, 120_000);
}
