import { spawn } from "node:child_process";
import { Unavailable } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { bidInput, caught, options, settled } from "./bus-samples.ts";
import { hubWith } from "./hub-rig.ts";
import type { Departure } from "./sessions.ts";

const program = `
import { connect } from ${JSON.stringify(new URL("client.ts", import.meta.url).href)};
const card = { name: "worker", description: "in a process", version: "1", skills: ["bid"] };
const terms = { family: "f", account: "a", tier: "small", priceMicroUsd: 1, etaMs: 1 };
let calls = 0;
await connect({
  url: process.env.HUB_URL,
  token: process.env.HUB_TOKEN,
  signal: new AbortController().signal,
  peer: {
    card,
    async handle(skill, input, call) {
      call.progress("from process " + process.pid);
      if (++calls === 2) await new Promise(() => setInterval(() => {}, 1000));
      return { bids: [{ model: call.principal, ...terms }] };
    },
  },
});
`;

test("an agent in a process of its own answers, and its death is Unavailable and told", async () => {
  const departures: Departure[] = [];
  const hub = await hubWith({ onLeave: (_member, departure) => departures.push(departure) });
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    env: { HUB_URL: hub.url, HUB_TOKEN: "t-worker" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await settled(() => hub.roster().length === 1);
  const notes: string[] = [];
  const onProgress = (note: string) => notes.push(note);
  const { bids } = await hub.call("worker", "bid", bidInput, options({ onProgress }));
  expect(bids[0]?.model).toBe("house");
  expect(notes).toEqual([`from process ${child.pid}`]);
  const lost = caught(hub.call("worker", "bid", bidInput, options({ onProgress })));
  await settled(() => notes.length === 2);
  child.kill("SIGKILL");
  expect(await lost).toBeInstanceOf(Unavailable);
  await settled(() => departures.length === 1);
  expect(departures[0]).toMatchObject({ reason: "lost" });
  expect(hub.roster()).toEqual([]);
});
