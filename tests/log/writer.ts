import { appendFileSync } from "node:fs";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { Conflict, Unavailable } from "@nightshift/protocol/errors";
import { SHARED_EVERY, noteOf } from "./fleet.ts";

/**
 * `node writer.ts <log> <name> <events> <answers>`: appends events to a stream of its own, many at
 * once, and each some to a stream that others write too. Killed and started again, it goes on where
 * its stream ends. What was acknowledged stands in the file of answers.
 */
const [path = "", name = "", count = "0", answers = ""] = process.argv.slice(2);
const EVENTS = Number(count);
const IN_FLIGHT = 64;
const TIMEOUT_MS = 60_000;
const CONFLICTS_MAX = 1_000;

const store = await openLog(path, { writer: "thread" });
const stream = `call-${name}`;
let revision = await lengthOf(stream);
let next = revision;
// What was under way when it was killed, once more: what was written is written once all the same.
for (let n = Math.max(0, next - 2 * IN_FLIGHT); n < next; n += 1) {
  if (n % SHARED_EVERY === 0) await appendShared(`${name}-shared-${n}`);
}
while (next < EVENTS) {
  const batch: Promise<void>[] = [];
  for (; batch.length < IN_FLIGHT && next < EVENTS; next += 1) {
    if (next % SHARED_EVERY === 0) batch.push(appendShared(`${name}-shared-${next}`));
    batch.push(append(stream, `${name}-${next}`, revision));
    revision += 1;
  }
  // Its order counts: an event after one that failed would conflict.
  await Promise.all(batch);
}
await store.close();

async function append(to: string, id: string, at: number): Promise<void> {
  const event = noteOf(id);
  await store.append(to, [event], { revision: at, timeoutMs: TIMEOUT_MS });
  appendFileSync(answers, `${id}\n`);
}

async function appendShared(id: string): Promise<void> {
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      return await append("call-shared", id, await lengthOf("call-shared"));
    } catch (error) {
      const mayPass = error instanceof Conflict || error instanceof Unavailable;
      if (!mayPass || conflicts === CONFLICTS_MAX) throw error;
    }
  }
}

async function lengthOf(of: string): Promise<number> {
  return (await Array.fromAsync(store.read(of))).length;
}
