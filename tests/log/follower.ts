import { existsSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { openLog } from "@nightshift/infra/log/sqlite/store";

/**
 * `node follower.ts <log> <events> <seen>`: follows a log from where its file of what it has seen
 * ends, a line an event, until that many were seen. The file is its checkpoint.
 */
const [path = "", count = "0", seen = ""] = process.argv.slice(2);
const text = existsSync(seen) ? readFileSync(seen, "utf8") : "";
// A line that a kill cut off was never seen.
const whole = text.slice(0, text.lastIndexOf("\n") + 1);
if (whole !== text) truncateSync(seen, Buffer.byteLength(whole));
const lines = whole.split("\n").filter(Boolean);
let left = Number(count) - lines.length;

const file = openSync(seen, "a");
const store = await openLog(path);
const ending = new AbortController();
const after = BigInt(lines.at(-1)?.split(" ")[0] ?? 0);
if (left > 0) {
  for await (const { position, id } of store.follow({ after, signal: ending.signal })) {
    writeSync(file, `${position} ${id}\n`);
    left -= 1;
    if (left === 0) ending.abort();
  }
}
await store.close();
