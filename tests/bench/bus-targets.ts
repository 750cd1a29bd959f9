import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createCallLog } from "@nightshift/infra/bus/calls/log/call-log";
import { connect } from "@nightshift/infra/bus/client";
import type { Wire } from "@nightshift/infra/bus/delegate";
import { tokenHash } from "@nightshift/infra/bus/door";
import { DIRECT_URI } from "@nightshift/infra/bus/extensions";
import { createHub, type HubOptions } from "@nightshift/infra/bus/hub";
import { createNatsBus } from "@nightshift/infra/bus/nats/bus";
import { createSwitchboard, localWire } from "@nightshift/infra/bus/switchboard";
import { fileBlobs } from "@nightshift/infra/log/blobs";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { findNats } from "@nightshift/infra/sim/install-nats";
import { startNats } from "@nightshift/infra/sim/nats-server";
import type { Peer } from "@nightshift/protocol/bus";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { expressServer } from "./bus-express.ts";

/** Something that can be asked: for a message, and for a task from its beginning to its end. */
export type Target = {
  name: string;
  message: () => Promise<unknown>;
  /** Null where only messages are measured. */
  life: (() => Promise<unknown>) | null;
  close(): Promise<void> | void;
};

const WAIT_MS = 60_000;
const SOCKETS_MAX = 64;
const ARRIVAL_TRIES_MAX = 200;
const ARRIVAL_PAUSE_MS = 25;

const input: SkillInput<"bid"> = {
  task: "task-1",
  spec: {
    name: "FIX-1",
    title: "Fix it",
    text: "Write negative amounts with the sign first.",
    repo: "r",
    category: "fix",
    priority: 3,
    output: "code",
    success: [{ kind: "command", command: "npm test" }],
    scope: [],
    tags: [],
    model: null,
    dependsOn: [],
    drops: [],
    parent: null,
    depth: 0,
    source: "director",
  },
  attempt: null,
  skill: "implement",
  inputTokens: 10,
  outputTokens: 20,
};
const terms = { family: "f", account: "a", tier: "small", priceMicroUsd: 1, etaMs: 1 } as const;
const output: SkillOutput<"bid"> = { bids: [{ model: "m", ...terms }] };
const bidder: Peer = {
  card: { name: "bidder", description: "bids", version: "1", skills: ["bid"] },
  handle: async () => output,
};
const visitor: Peer = {
  ...bidder,
  card: { ...bidder.card, name: "visitor" },
};

/** The params of a fresh message; the context tells the SDK's executor which answer is wanted. */
function params(context: string): object {
  const parts = [{ data: { skill: "bid", input }, mediaType: "application/json" }];
  const message = { messageId: randomUUID(), contextId: context, role: "ROLE_USER", parts };
  return { tenant: "bidder", message };
}

function overWire(name: string, wire: Wire, close: Target["close"]): Target {
  const direct = { extensions: DIRECT_URI };
  return {
    name,
    message: () => wire.request("SendMessage", params("message"), WAIT_MS, direct),
    life: () => wire.request("SendMessage", params("life"), WAIT_MS),
    close,
  };
}

export function inProcess(): Target {
  const board = createSwitchboard();
  board.add(bidder, { standing: "house", session: "s", binding: "in-process", url: "" });
  const { signal: gone } = new AbortController();
  const caller = {
    name: "house",
    standing: "house",
    allowed: "all",
    inFlightMax: 256,
    gone,
  } as const;
  return overWire("in-process", localWire(board, caller), () => {});
}

/** @param keeping Where calls are kept; in memory where it is left out. */
async function hubWith(keeping: HubOptions["keeping"]) {
  const rich = { inFlightMax: 256, framesPerSecondMax: 1_000_000, heartbeatMs: 15_000 };
  const hub = await createHub({
    principal: "house",
    tokens: () => new Map([[tokenHash("t"), { name: "visitor", standing: "house" }]]),
    limits: { house: rich },
    ...(keeping && { keeping }),
  });
  await hub.join(bidder);
  return hub;
}

export async function overSocket(): Promise<Target> {
  const hub = await hubWith(undefined);
  const seat = await connect(seatAt(hub.url));
  return overWire("WebSocket", seat.wire, async () => {
    await seat.close();
    await hub.close();
  });
}

/** Every task in the log, as the calls of guests are: SQLite on this disk, each append durable. */
export async function overSocketKept(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-bench-"));
  const store = await openLog(join(folder, "log.sqlite"));
  const log = createCallLog({
    store,
    blobs: fileBlobs(join(folder, "blobs")),
    clock: Date,
    newId: randomUUID,
    actor: "hub",
    server: "bench",
    fate: async () => "alive",
  });
  const hub = await hubWith({ log, keeps: () => true });
  const seat = await connect(seatAt(hub.url));
  const target = overWire("WebSocket, tasks in the log", seat.wire, async () => {
    await seat.close();
    await hub.close();
    await log.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return target;
}

/** By the house's own call, which checks every event; null where there is no nats-server. */
export async function overNats(): Promise<Target | null> {
  if ((await findNats()) === null) return null;
  const server = await startNats();
  const house = new Set(["house", "bidder"]);
  const rich = { inFlightMax: 256, framesPerSecondMax: 1_000_000 };
  const open = (principal: string) =>
    createNatsBus({ url: server.url, principal, house, limits: { house: rich } });
  const [bus, other] = [await open("house"), await open("bidder")];
  await other.join(bidder);
  for (let tries = 0; tries < ARRIVAL_TRIES_MAX && bus.roster().length === 0; tries += 1)
    await sleep(ARRIVAL_PAUSE_MS);
  const { signal } = new AbortController();
  const about = { context: "message", timeoutMs: WAIT_MS, signal };
  return {
    name: "NATS",
    message: () => bus.call("bidder", "bid", input, { ...about, message: randomUUID() }),
    life: null,
    async close() {
      await bus.close();
      await other.close();
      await server.close();
    },
  };
}

export async function overHttp(): Promise<Target> {
  const hub = await hubWith(undefined);
  const url = hub.url.replace(/^ws/, "http");
  return posting("HTTP", url, () => hub.close());
}

export async function express(): Promise<Target> {
  const { url, close } = await expressServer(output);
  return posting("Express", url, close);
}

function seatAt(url: string) {
  return { url, token: "t", peer: visitor, signal: new AbortController().signal };
}

/** The same bare client for both servers: a connection for each in flight, kept open. */
function posting(name: string, url: string, close: Target["close"]): Target {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const headers = {
    "content-type": "application/json",
    "a2a-version": "1.0",
    "a2a-extensions": "",
    authorization: "Bearer t",
  };
  const post = (context: string, extensions: string) => {
    const body = { jsonrpc: "2.0", id: "1", method: "SendMessage", params: params(context) };
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const how = { method: "POST", agent, headers: { ...headers, "a2a-extensions": extensions } };
    const request = httpRequest(url, how, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        const { result, error } = JSON.parse(text);
        if (error) reject(new Error(JSON.stringify(error)));
        else resolve(result);
      });
    });
    request.on("error", reject);
    request.end(JSON.stringify(body));
    return promise;
  };
  return {
    name,
    message: () => post("message", DIRECT_URI),
    life: () => post("life", ""),
    async close() {
      agent.destroy();
      await close();
    },
  };
}
