import { afterEach } from "vitest";
import { bidder, bidInput, bidsOf } from "./bus-samples.ts";
import { connect, type Connection } from "./client.ts";
import { createHub, type Hub, type HubOptions } from "./hub.ts";
import { joinRaw, sendFrame, type RawSocket } from "./raw-socket.ts";
import { tokenHash, type Identity } from "./door.ts";

// Hubs and the seats at them for the tests of the socket, closed after each test.

const open: (Hub | Connection)[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

export const given: [string, Identity][] = [
  ["t-bidder", { name: "bidder", standing: "house" }],
  ["t-worker", { name: "worker", standing: "house" }],
  ["t-guest", { name: "guest", standing: "guest" }],
];
export function hashed(tokens: Iterable<[string, Identity]>): Map<string, Identity> {
  return new Map([...tokens].map(([token, identity]) => [tokenHash(token), identity]));
}

const backoff = { triesMax: 5, firstMs: 20, longestMs: 100 };

export async function hubWith(more: Partial<HubOptions> = {}): Promise<Hub> {
  const hub = await createHub({ principal: "house", tokens: () => hashed(given), ...more });
  open.push(hub);
  return hub;
}

/** A hub with one agent of its own, `bidder`, whose bid tells the input. */
export async function hubWithBidder(more: Partial<HubOptions> = {}): Promise<Hub> {
  const hub = await hubWith(more);
  await hub.join(bidder(async ({ inputTokens }) => bidsOf(`m-${inputTokens}`)));
  return hub;
}

/** An agent that comes over a socket as `connect` brings it. */
export async function seat(
  hub: Hub,
  token: string,
  peer = bidder(async () => bidsOf("m")),
): Promise<Connection> {
  const { signal } = new AbortController();
  const connection = await connect({ url: hub.url, token, peer, signal, backoff });
  open.push(connection);
  return connection;
}

export const worker = (hub: Hub) => joinRaw(hub.url, "t-worker", "worker");
export const guest = (hub: Hub) => joinRaw(hub.url, "t-guest", "guest");
export const bid = (id: string) => sendFrame(id, "bidder", "bid", bidInput);
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The code of the error that answers a frame; undefined where it is answered without one. */
export async function codeOf(raw: RawSocket, frame: unknown): Promise<number | undefined> {
  raw.say(frame);
  return (await raw.next()).error?.code;
}
