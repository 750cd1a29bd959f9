import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fateOf, leaderName } from "../../../leader.ts";
import { fileBlobs } from "../../../log/blobs.ts";
import { openLog } from "../../../log/sqlite/store.ts";
import { tokenHash } from "../../door.ts";
import { createHub } from "../../hub.ts";
import { createCallLog } from "./call-log.ts";

// A hub in a process of its own, for tests that kill it: `hub-process.ts <folder> <port>`. Its one
// agent tells a number every few milliseconds, as many as the title of the proposed task says.

const NOTE_EVERY_MS = 15;
const [folder = "", port = "0"] = process.argv.slice(2);
const store = await openLog(join(folder, "log.sqlite"));
const log = createCallLog({
  store,
  blobs: fileBlobs(join(folder, "blobs")),
  clock: Date,
  newId: randomUUID,
  actor: "hub",
  server: await leaderName(),
  fate: async (server) => ((await fateOf(server)) === "alive" ? "alive" : "gone"),
  lookMs: 100,
});
await log.sweep();
const hub = await createHub({
  principal: "dispatcher",
  port: Number(port),
  tokens: () => new Map([[tokenHash("t-guest"), { name: "guest", standing: "guest" }]]),
  keeping: { log, keeps: () => true },
});
await hub.join({
  card: { name: "teller", description: "counts", version: "1", skills: ["propose"] },
  async handle(_skill, input, call) {
    const count = Number(Object(input).spec.title);
    for (let told = 1; told <= count; told += 1) {
      call.progress(`number ${told}`);
      await sleep(NOTE_EVERY_MS);
    }
    return { task: "told", status: "proposed" };
  },
});
process.stdout.write(`${hub.url}\n`);
