import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { LimitReached } from "@nightshift/agents/ports";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, onTestFinished, test } from "vitest";
import type { WindowSeen } from "@nightshift/protocol/account";
import { HOUR_MS } from "@nightshift/protocol/clock";
import { knownWindows } from "../config/accounts.ts";
import { DirectorConfig } from "../config/director.ts";
import { pathsOf } from "../config/paths.ts";
import { testFolder } from "../log/test-log.ts";
import { memoryBlobs } from "../sim/memory-blobs.ts";
import { startModelServer } from "../sim/model-server.ts";
import { openWorkers } from "./roster.ts";
import { createOff } from "./sandbox/off.ts";

const NOW_MS = Date.parse("2026-11-23T23:00:00Z");
const clock = { now: () => NOW_MS, sleep: async () => {} };
const REQUEST = {
  system: "",
  prompt: "Hello.",
  outputTokensMax: 100,
  silenceMs: 60_000,
  wallMs: 60_000,
};
const signal = new AbortController().signal;

/** A free API that has had enough of some keys, and passes on what comes with another one. */
async function api(spent: readonly string[]) {
  const model = await startModelServer({ script: () => ({ kind: "text", text: "Hi." }), clock });
  const asked: string[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = (request.headers.authorization ?? "").replace("Bearer ", "");
    asked.push(key);
    if (spent.includes(key)) {
      response.writeHead(429, { "retry-after": String((2 * HOUR_MS) / 1_000) }).end("{}");
      return;
    }
    const body = Buffer.concat(await Array.fromAsync<Buffer>(request));
    const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
    const to = `${model.url}${request.url ?? ""}`;
    const said = await fetch(to, { method: "POST", headers, body });
    const type = said.headers.get("content-type") ?? "";
    response.writeHead(said.status, { "content-type": type }).end(await said.text());
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.close();
    await model.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  return { url: `http://127.0.0.1:${address.port}/v1`, asked };
}

/** The worker of settings with two keys of a free tier, 250 requests a day each. */
async function twoKeys(url: string) {
  const config = DirectorConfig.parse({
    workers: [
      {
        name: "flash",
        kind: "openai",
        model: "gemini-2.0-flash",
        tier: "free",
        account: "free",
        baseUrl: url,
        apiKeyEnvs: ["KEY_ONE", "KEY_TWO"],
      },
    ],
    accounts: [{ name: "free", windows: [{ window: "day", hours: 24, requests: 250 }] }],
  });
  const told: WindowSeen[] = [];
  const folder = await testFolder();
  const workers = openWorkers(config.workers, {
    env: { KEY_ONE: "one", KEY_TWO: "two" },
    blobs: memoryBlobs(),
    clock,
    sandbox: createOff(),
    paths: { ...pathsOf(process.env), config: join(folder, "config.yaml") },
    observe: async (_, windows) => void told.push(...windows),
    requestsOf: () => {
      const window = knownWindows(config.accounts[0], "api").find(
        (one) => one.requestsMax !== null,
      );
      return { window: window ?? null, usedPercent: () => 0 };
    },
    settings: defaultSettings,
  });
  const worker = workers.get("flash");
  if (!worker || !("complete" in worker)) throw new Error("it is no model");
  return { ask: () => worker.complete(REQUEST, { signal }), told };
}

test("keys that the settings name take turns, and one at its limit is passed over (C13)", async () => {
  const { url, asked } = await api(["one"]);
  const { ask, told } = await twoKeys(url);
  expect((await ask()).text).toBe("Hi.");
  expect((await ask()).text).toBe("Hi.");
  expect(asked).toEqual(["one", "two", "two"]);
  // What the house counted of the day reaches the log: three requests of five hundred.
  expect(told.at(-1)).toMatchObject({ window: "day", usedPercent: 0.6 });
});

test("when all of them are at their limits the account is, until the first is back (C13)", async () => {
  const { url } = await api(["one", "two"]);
  const { ask } = await twoKeys(url);
  const error = await ask().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LimitReached);
  expect(error).toMatchObject({ account: "free", resetsAtMs: NOW_MS + 2 * HOUR_MS });
});
