import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { bidder, bidInput, bidsOf, caught, peerOf } from "./bus/bus-samples.ts";
import { hashed } from "./bus/hub-rig.ts";
import { createHub, type Hub } from "./bus/hub.ts";
import { allowing } from "./bus/http/addresses.ts";
import { fetchCard } from "./bus/http/fetch-card.ts";
import { nightCard } from "./bus/http/remote-card.ts";
import { houseKeys, rotateKeys, type HouseKey } from "./bus/signing/house-keys.ts";
import {
  addRemoteAgent,
  digestOf,
  meet,
  readRemoteAgents,
  removeRemoteAgent,
  type RemoteAgent,
} from "./remote-agents.ts";
import { seatRemoteAgents } from "./remote-seats.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "nightshift-remote-"));
  open.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Another house, on a port of its own, whose agent `far` guests may ask to bid. */
async function otherHouse(
  keys: readonly HouseKey[],
  more: { description?: string; port?: number } = {},
) {
  const { description = "far away", port = 0 } = more;
  const tokens = () => hashed([["t", { name: "us", standing: "guest" as const }]]);
  const hub = await createHub({ principal: "far", tokens, keys, port, guestSkills: ["bid"] });
  open.push(() => hub.close());
  const far = bidder(async () => bidsOf("far"), "far");
  await hub.join({ ...far, card: { ...far.card, description } });
  return {
    hub,
    port: Number(new URL(hub.url).port),
    url: `${hub.url.replace("ws:", "http:")}/far`,
  };
}

async function approved(url: string): Promise<RemoteAgent> {
  const signal = new AbortController().signal;
  const fetched = await fetchCard(new URL(url), { allows: allowing(["127.0.0.1"]), signal });
  return {
    card: nightCard(fetched.card, "visitor"),
    address: fetched.address.href,
    digest: digestOf(fetched),
    keys: fetched.signers,
    tokenEnv: "FAR_TOKEN",
    mayBePrivate: true,
  };
}

const env = { FAR_TOKEN: "t" };
const { signal } = new AbortController();

test("an agent that is who was approved comes, under the name it was given, as a guest", async () => {
  const keys = houseKeys(join(folder(), "keys.json"), 0);
  const { url } = await otherHouse(keys);
  const path = join(folder(), "remote-agents.json");
  addRemoteAgent(path, await approved(url));
  expect(statSync(path).mode & 0o077).toBe(0);
  const { hub } = await otherHouse([]);
  const told: string[] = [];
  const tell = ({ text }: { text: string }) => void told.push(text);
  const [member] = await seatRemoteAgents(hub, { path, env, tell, signal });
  expect(member).toMatchObject({ standing: "guest", binding: "http", card: { name: "visitor" } });
  const about = { context: "c", message: "m", timeoutMs: 5_000, signal };
  expect(await hub.call("visitor", "bid", bidInput, about)).toEqual(bidsOf("far"));
  expect(told).toEqual([]);
  expect(removeRemoteAgent(path, "visitor")).toBe(true);
  expect(readRemoteAgents(path)).toEqual([]);
});

test("a card that changed, lost its signature or has another's key is not met", async () => {
  const path = join(folder(), "keys.json");
  const keys = houseKeys(path, 0);
  const first = await otherHouse(keys);
  const agent = await approved(first.url);
  await first.hub.close();
  const changed = await otherHouse(keys, { port: first.port, description: "merges by itself" });
  const failure = await caught(meet(agent, env, signal));
  expect(failure).toMatchObject({
    name: "BadInput",
    message: expect.stringContaining("not the one"),
  });
  await changed.hub.close();
  const bare = await otherHouse([], { port: first.port });
  expect((await caught(meet(agent, env, signal))).message).toContain("was signed and is no more");
  await bare.hub.close();
  const stolen = await otherHouse(houseKeys(join(folder(), "keys.json"), 0), { port: first.port });
  expect((await caught(meet(agent, env, signal))).message).toContain("key that was approved");
  await stolen.hub.close();
  rotateKeys(path, 1_000);
  await otherHouse(houseKeys(path, 2_000), { port: first.port });
  expect((await meet(agent, env, signal)).peer.card.name).toBe("visitor");
});

test("an agent that is not there, or has no token, keeps no night waiting and is told", async () => {
  const { url, hub: far } = await otherHouse([]);
  const agent = await approved(url);
  const path = join(folder(), "remote-agents.json");
  addRemoteAgent(path, agent);
  const { hub } = await otherHouse([]);
  const told: string[] = [];
  const tell = ({ text }: { text: string }) => void told.push(text);
  expect(await seatRemoteAgents(hub, { path, env: {}, tell, signal })).toEqual([]);
  await far.close();
  expect(await seatRemoteAgents(hub, { path, env, tell, signal })).toEqual([]);
  expect(told[0]).toContain("FAR_TOKEN is not set");
  expect(told[1]).toContain("cannot be reached");
  expect(names(hub)).toEqual(["far"]);
});

test("an agent cannot take the place of one of the house", async () => {
  const { url } = await otherHouse([]);
  const agent = await approved(url);
  const path = join(folder(), "remote-agents.json");
  addRemoteAgent(path, agent);
  const { hub } = await otherHouse([]);
  await hub.join(peerOf("visitor", ["plan"], async () => null));
  const told: string[] = [];
  const tell = ({ text }: { text: string }) => void told.push(text);
  expect(await seatRemoteAgents(hub, { path, env, tell, signal })).toEqual([]);
  expect(told[0]).toContain("is here already");
});

const names = (hub: Hub) => hub.roster().map(({ card }) => card.name);
