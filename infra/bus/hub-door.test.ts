import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { request } from "node:http";
import { expect, test } from "vitest";
import { bidder, bidInput, bidsOf, options } from "./bus-samples.ts";
import { connect } from "./client.ts";
import { bearer, hubWith, seat } from "./hub-rig.ts";
import { joinFrame, openRaw } from "./raw-socket.ts";

test("without a token, or with a wrong one, there is no socket: 401", async () => {
  const { url } = await hubWith();
  await expect(openRaw(url, {})).rejects.toThrow("HTTP 401");
  await expect(openRaw(url, bearer("guess"))).rejects.toThrow("HTTP 401");
  await expect(openRaw(url, { authorization: "Basic t-bidder" })).rejects.toThrow("HTTP 401");
});

test("a token may come as a subprotocol, and the hub still speaks a2a.v1", async () => {
  const { url } = await hubWith();
  const raw = await openRaw(url, {}, ["a2a.v1", "bearer.t-bidder"]);
  expect(raw.socket.protocol).toBe("a2a.v1");
  await expect(openRaw(url, {}, ["a2a.v1", "bearer.guess"])).rejects.toThrow("HTTP 401");
});

test("the page of a browser opens no socket, even with the token: 403", async () => {
  const { url } = await hubWith();
  const evil = { ...bearer("t-bidder"), origin: "https://evil.example" };
  await expect(openRaw(url, evil)).rejects.toThrow("HTTP 403");
});

test("an origin that the director allows may", async () => {
  const { url } = await hubWith({ origins: ["http://localhost:8080"] });
  const raw = await openRaw(url, { ...bearer("t-bidder"), origin: "http://localhost:8080" });
  expect(raw.socket.protocol).toBe("a2a.v1");
});

test("a name that was rebound to this machine is not this hub: 403", async () => {
  const { url } = await hubWith();
  const rebound = { ...bearer("t-bidder"), host: `evil.example:${new URL(url).port}` };
  await expect(openRaw(url, rebound)).rejects.toThrow("HTTP 403");
});

test("without the subprotocol, or on another path, there is no socket", async () => {
  const { url } = await hubWith();
  await expect(openRaw(url, bearer("t-bidder"), ["chat"])).rejects.toThrow("HTTP 400");
  const elsewhere = url.replace("/a2a", "/log");
  await expect(openRaw(elsewhere, bearer("t-bidder"))).rejects.toThrow("HTTP 404");
});

test("plain HTTP is told to upgrade", async () => {
  const { url } = await hubWith();
  const status = await new Promise((resolve) =>
    request(url.replace("ws:", "http:"), (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end(),
  );
  expect(status).toBe(426);
});

test("a card of another name than the token's is closed with 1008 and the reason", async () => {
  const hub = await hubWith();
  const raw = await openRaw(hub.url, bearer("t-bidder"));
  raw.say(joinFrame("dispatcher"));
  expect(await raw.closed).toEqual({ code: 1008, reason: "the token is not dispatcher's" });
  expect(hub.roster()).toEqual([]);
});

test("a card that is no card is closed with 1008", async () => {
  const hub = await hubWith();
  for (const card of [{}, null, { name: "bidder", skills: ["append"] }]) {
    const raw = await openRaw(hub.url, bearer("t-bidder"));
    raw.say({ jsonrpc: "2.0", id: "1", method: "agent/join", params: { card } });
    expect((await raw.closed).code).toBe(1008);
  }
  expect(hub.roster()).toEqual([]);
});

test("whoever asks before showing a card is closed with 1008", async () => {
  const { url } = await hubWith();
  const raw = await openRaw(url, bearer("t-bidder"));
  raw.say({ jsonrpc: "2.0", id: "1", method: "ListTasks", params: { tenant: "bidder" } });
  expect((await raw.closed).code).toBe(1008);
});

test("whoever shows no card in time is closed with 1008", async () => {
  const { url } = await hubWith({ limits: { joinMs: 50 } });
  const raw = await openRaw(url, bearer("t-bidder"));
  expect(await raw.closed).toEqual({ code: 1008, reason: "no card came" });
});

test("a socket cannot take the name of an agent of this process", async () => {
  const hub = await hubWith();
  await hub.join(bidder(async () => bidsOf("the house's")));
  await expect(seat(hub, "t-bidder")).rejects.toBeInstanceOf(Refusal);
  expect(await hub.call("bidder", "bid", bidInput, options())).toEqual(bidsOf("the house's"));
});

test("an agent that is refused is told why, and does not try again", async () => {
  const { url } = await hubWith();
  const reasons: string[] = [];
  const peer = bidder(async () => bidsOf("m"));
  const refused = connect({
    url,
    token: "guess",
    peer,
    signal: new AbortController().signal,
    onRefused: (reason) => reasons.push(reason),
  });
  await expect(refused).rejects.toMatchObject({ code: "unauthenticated" });
  expect(reasons).toEqual(["the hub answered 401"]);
});

test("a hub that is not there is Unavailable after as many tries as there are", async () => {
  const hub = await hubWith();
  await hub.close();
  await expect(seat(hub, "t-bidder")).rejects.toBeInstanceOf(Unavailable);
});
