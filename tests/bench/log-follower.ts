import { setTimeout as sleep } from "node:timers/promises";
import { openLog } from "@nightshift/infra/log/sqlite/store";

/**
 * `node log-follower.ts <log> <events> <idle ms>`: tells when it learned of each event, then how
 * much of a core following costs while nothing comes. A line of JSON each.
 */
const [path = "", count = "0", idle = "0"] = process.argv.slice(2);
const store = await openLog(path);
const tell = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const ending = new AbortController();
let left = Number(count);
const following = (async () => {
  for await (const { id } of store.follow({ after: 0n, signal: ending.signal })) {
    tell({ id, atMs: performance.timeOrigin + performance.now() });
    left -= 1;
    if (left === 0) void rest();
  }
})();
tell("follows");

async function rest(): Promise<void> {
  await sleep(1_000);
  const before = process.cpuUsage();
  await sleep(Number(idle));
  const { user, system } = process.cpuUsage(before);
  tell({ idlePercent: (user + system) / Number(idle) / 10 });
  ending.abort();
}

await following;
await store.close();
