import { expect, test } from "vitest";
import { z } from "zod";
import { bidder, bidsOf, caught, peerOf } from "../bus-samples.ts";
import { hubWith, seat } from "../hub-rig.ts";
import { canonicalCard } from "../signing/canonical.ts";
import { knownCard } from "../signing/known-card.ts";
import { houseKeys } from "../signing/house-keys.ts";
import { readKeySet, signersOf } from "../signing/verify-card.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allowing } from "./addresses.ts";
import { fetchCard } from "./fetch-card.ts";
import { byHand, rpc } from "./http-rig.ts";

const folder = mkdtempSync(join(tmpdir(), "nightshift-cards-"));
const keys = houseKeys(join(folder, "keys.json"), 0);
rmSync(folder, { recursive: true });

const Card = z.looseObject({
  name: z.string(),
  skills: z.array(z.looseObject({ id: z.string() })).default([]),
  signatures: z.array(z.unknown()).default([]),
});

async function house() {
  const hub = await hubWith({ keys });
  await hub.join(
    peerOf("dispatcher", ["propose"], async () => ({ task: "t", status: "proposed" })),
  );
  await hub.join(peerOf("planner", ["plan", "admit"], async () => null));
  const { origin } = new URL(hub.url.replace("ws:", "http:"));
  return { hub, origin };
}

test("the house shows the card of its front door, each agent its own, without a token", async () => {
  const { origin } = await house();
  const front = await byHand(`${origin}/.well-known/agent-card.json`);
  expect([front.status, Card.parse(front.json).name]).toEqual([200, "dispatcher"]);
  const planner = await byHand(`${origin}/a2a/planner/.well-known/agent-card.json`);
  expect(Card.parse(planner.json).name).toBe("planner");
  expect((await byHand(`${origin}/a2a/nobody/.well-known/agent-card.json`)).status).toBe(404);
  const put = await byHand(`${origin}/.well-known/agent-card.json`, { method: "PUT" });
  expect([put.status, put.headers.allow]).toEqual([405, "GET, HEAD"]);
});

test("a stranger sees what guests may ask; a caller what it may ask itself", async () => {
  const { origin } = await house();
  const open = await byHand(`${origin}/a2a/planner/.well-known/agent-card.json`);
  expect(Card.parse(open.json).skills).toEqual([]);
  const ask = {
    jsonrpc: "2.0",
    id: 1,
    method: "GetExtendedAgentCard",
    params: { tenant: "planner" },
  };
  const extended = async (token: string) =>
    Card.parse(Object((await rpc(`${origin}/a2a`, token, ask)).json).result).skills.map(
      ({ id }) => id,
    );
  expect(await extended("t-worker")).toEqual(["plan", "admit"]);
  expect(await extended("t-guest")).toEqual([]);
});

test("a card is the same text until something changes: tag, 304, HEAD, and how long it is fresh", async () => {
  const { origin } = await house();
  const url = `${origin}/.well-known/agent-card.json`;
  const first = await byHand(url);
  const { etag = "", "cache-control": cache } = first.headers;
  expect(cache).toMatch(/^public, max-age=\d+$/);
  expect((await byHand(url)).text).toBe(first.text);
  const again = await byHand(url, { headers: { "if-none-match": etag } });
  expect([again.status, again.text]).toEqual([304, ""]);
  const head = await byHand(url, { method: "HEAD" });
  expect([head.status, head.text, head.headers.etag]).toEqual([200, "", etag]);
});

test("the house signs the cards of its own agents, and of no guest", async () => {
  const { hub, origin } = await house();
  const set = readKeySet((await byHand(`${origin}/.well-known/jwks.json`)).json);
  const own = await byHand(`${origin}/a2a/planner/.well-known/agent-card.json`);
  expect(signersOf(own.json, set)).toEqual([keys[0]?.kid]);
  await seat(
    hub,
    "t-guest",
    bidder(async () => bidsOf("m"), "guest"),
  );
  const guest = await byHand(`${origin}/a2a/guest/.well-known/agent-card.json`);
  expect(Card.parse(guest.json).signatures).toEqual([]);
});

test("the card is written as the SDK's codec writes it", async () => {
  const { origin } = await house();
  const { json } = await byHand(`${origin}/a2a/planner/.well-known/agent-card.json`);
  const own = Object(json);
  expect(canonicalCard(own)).toBe(canonicalCard(knownCard(own)));
  expect(Object.keys(own).toSorted()).toEqual(
    [...new Set([...Object.keys(knownCard(own)), "skills"])].toSorted(),
  );
});

test("a card that is fetched is held against its keys: signed, changed, unsigned", async () => {
  const { origin } = await house();
  const allows = allowing(["127.0.0.1"]);
  const signal = new AbortController().signal;
  const from = (url: string, more = {}) => fetchCard(new URL(url), { allows, signal, ...more });
  const good = await from(`${origin}/a2a/planner`);
  expect(good.signers.map(({ kid }) => kid)).toEqual([keys[0]?.kid]);
  const forger = await forgery(`${origin}/a2a/planner/.well-known/agent-card.json`);
  for (const path of ["/changed", "/elsewhere", "/keyless"]) {
    const failure = await caught(from(`${forger}${path}.json`));
    expect(failure, path).toMatchObject({ name: "BadInput" });
    expect(failure.message).toContain("changed, or signed with another key");
  }
  expect((await from(`${forger}/unsigned.json`)).signers).toEqual([]);
  const pinned = { pinned: good.signers };
  expect((await from(`${origin}/a2a/planner`, pinned)).signers).toHaveLength(1);
  const other = { pinned: [{ kid: "other", jwk: good.signers[0]?.jwk ?? {} }] };
  expect((await caught(from(`${origin}/a2a/planner`, other))).message).toContain("approved");
});

test("what is no card of A2A 1.0, is too long or leads elsewhere is told in one line", async () => {
  const forger = await forgery("");
  const allows = allowing(["127.0.0.1"]);
  const signal = new AbortController().signal;
  const failure = (path: string) =>
    caught(fetchCard(new URL(`${forger}${path}`), { allows, signal }));
  expect(await failure("/old.json")).toMatchObject({ name: "BadInput" });
  expect(await failure("/text.json")).toMatchObject({
    name: "BadInput",
    message: "the card is no JSON",
  });
  expect(await failure("/long.json")).toMatchObject({ name: "Unavailable" });
  expect((await failure("/away.json")).message).toContain("no redirect");
  expect((await failure("/none.json")).message).toContain("HTTP 404");
});

/** Somebody who shows others' cards, a little changed. */
async function forgery(original: string): Promise<string> {
  const real = original === "" ? {} : Object((await byHand(original)).json);
  const { signatures: _, ...unsigned } = real;
  const pages = new Map<string | undefined, unknown>([
    ["/changed.json", { ...real, description: "does more than it says" }],
    // The keys are named where the card is not: whoever forges a card can forge those too.
    ["/elsewhere.json", real],
    ["/keyless.json", { ...real, signatures: [{ protected: "e30", signature: "x" }] }],
    ["/unsigned.json", unsigned],
    ["/old.json", { name: "old", url: "http://x", protocolVersion: "0.3.0", skills: [] }],
    ["/long.json", { ...real, description: "x".repeat(300_000) }],
  ]);
  const server = createServer((request, response) => {
    const page = pages.get(request.url);
    if (request.url === "/text.json") response.end("<html>");
    else if (request.url === "/away.json") response.writeHead(302, { location: "/old.json" }).end();
    else response.writeHead(page === undefined ? 404 : 200).end(JSON.stringify(page));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return `http://127.0.0.1:${port}`;
}
