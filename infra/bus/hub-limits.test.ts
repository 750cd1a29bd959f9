import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { bidder, bidInput, bidsOf, options, peerOf, settled } from "./bus-samples.ts";
import { bid, codeOf, guest, hubWithBidder, worker } from "./hub-rig.ts";
import { openRaw, sendFrame, type Reply } from "./raw-socket.ts";
import type { Departure } from "./sessions.ts";

test("more requests at once than are allowed are refused, the others answered", async () => {
  const limit = { inFlightMax: 4, framesPerSecondMax: 1_000, heartbeatMs: 15_000 };
  const hub = await hubWithBidder({ limits: { house: limit } });
  const gate = Promise.withResolvers<void>();
  await hub.join(bidder(() => gate.promise.then(() => bidsOf("m")), "slow"));
  const raw = await worker(hub);
  const { params } = sendFrame("same", "slow", "bid", bidInput);
  for (let number = 0; number < 20; number += 1)
    raw.say({ ...sendFrame(`${number}`, "slow", "bid", bidInput), params });
  const refused: Reply[] = [];
  for (let number = 4; number < 20; number += 1) refused.push(await raw.next());
  expect(refused.every(({ error }) => error?.code === -32_050)).toBe(true);
  gate.resolve();
  for (let number = 0; number < 4; number += 1) expect((await raw.next()).error).toBeUndefined();
});

test("whoever sends faster than is allowed is closed with 1013", async () => {
  const limit = { inFlightMax: 99, framesPerSecondMax: 50, heartbeatMs: 15_000 };
  const hub = await hubWithBidder({ limits: { guest: limit } });
  const raw = await guest(hub);
  for (let number = 0; number < 200; number += 1) raw.sayText("{}");
  expect(await raw.closed).toEqual({ code: 1013, reason: "too many frames" });
  expect(await hub.call("bidder", "bid", bidInput, options())).toEqual(bidsOf("m-10"));
});

test("a frame over 8 MiB is closed with 1009, a binary one with 1003", async () => {
  const hub = await hubWithBidder();
  const large = await worker(hub);
  large.sayText(" ".repeat(8 * 1024 * 1024 + 1));
  expect((await large.closed).code).toBe(1009);
  const binary = await worker(hub);
  binary.socket.send(Buffer.from("{}"), { binary: true });
  expect((await binary.closed).code).toBe(1003);
  expect(await codeOf(await worker(hub), bid("1"))).toBeUndefined();
});

test("whoever does not read is given up instead of being stored for", async () => {
  const departures: Departure[] = [];
  const hub = await hubWithBidder({ onLeave: (_member, departure) => departures.push(departure) });
  const large = "x".repeat(2_000_000);
  await hub.join(peerOf("teller", ["propose"], async () => ({ task: "t", status: large })));
  const raw = await worker(hub);
  raw.socket.pause();
  for (let number = 0; number < 40; number += 1)
    raw.say(sendFrame(`${number}`, "teller", "propose", { spec: bidInput.spec }));
  await settled(() => departures.length > 0);
  expect(hub.roster().map(({ card }) => card.name)).toEqual(["bidder", "teller"]);
});

test("whoever leaves a megabyte unread for too long is closed with 1013", async () => {
  const stallMs = 500;
  const limit = { inFlightMax: 20, framesPerSecondMax: 99, heartbeatMs: 60_000, stallMs };
  const hub = await hubWithBidder({ limits: { house: limit } });
  const large = "x".repeat(5_000_000);
  await hub.join(peerOf("teller", ["propose"], async () => ({ task: "t", status: large })));
  const ask = (id: string) => sendFrame(id, "teller", "propose", { spec: bidInput.spec });
  const reader = await worker(hub);
  reader.say(ask("1"));
  expect((await reader.next()).error).toBeUndefined();
  await pause(2 * stallMs);
  expect(await codeOf(reader, ask("2"))).toBeUndefined();
  // The kernel takes the first megabytes, how many differs from machine to machine.
  let closed: unknown;
  for (let burst = 1; burst <= 8 && closed === undefined; burst *= 2) {
    reader.socket.pause();
    for (let number = 0; number < burst; number += 1) reader.say(ask(`${burst}-${number}`));
    await pause(2 * stallMs);
    reader.socket.resume();
    closed = await Promise.race([reader.closed, pause(stallMs)]);
  }
  expect(closed).toEqual({ code: 1013, reason: "too slow" });
});

test("an agent that answers nonsense is Unavailable to its caller, and the hub goes on", async () => {
  const hub = await hubWithBidder();
  const raw = await worker(hub);
  const nonsense = [
    { result: { task: { id: "t", contextId: "c", status: { state: "TASK_STATE_DREAMING" } } } },
    { result: 7 },
    { result: { statusUpdate: {}, task: {} } },
    { streamEnd: true },
    { error: { code: -32_000, message: "no", data: { refusal: "because" } } },
  ];
  for (const answer of nonsense) {
    const call = hub.call("worker", "bid", bidInput, options());
    const { id, method } = await raw.next();
    expect(method).toBe("SendStreamingMessage");
    raw.say({ jsonrpc: "2.0", id, ...answer });
    await expect(call).rejects.toMatchObject({ name: "Unavailable" });
    raw.rest();
  }
  const call = hub.call("worker", "bid", bidInput, options());
  const { id } = await raw.next();
  raw.say({
    jsonrpc: "2.0",
    id,
    error: { code: -32_000, message: "no", data: { refusal: "held" } },
  });
  await expect(call).rejects.toMatchObject({ name: "Refusal", code: "held" });
});

test("an answer to nobody's question changes nothing", async () => {
  const hub = await hubWithBidder();
  const raw = await worker(hub);
  raw.say({ jsonrpc: "2.0", id: "never-asked", result: {} });
  raw.say({ jsonrpc: "2.0", id: "never-asked", streamEnd: true });
  raw.say({ jsonrpc: "2.0", id: null, error: { code: 1, message: "?" } });
  raw.say({ jsonrpc: "2.0", id: "never-asked", cancelStream: true });
  expect(await codeOf(raw, bid("1"))).toBeUndefined();
});

test("the hub is full at its number of connections, and no fuller", async () => {
  const hub = await hubWithBidder({ limits: { connectionsMax: 1 } });
  await worker(hub);
  const headers = { authorization: "Bearer t-guest" };
  await expect(openRaw(hub.url, headers)).rejects.toThrow("HTTP 503");
});
