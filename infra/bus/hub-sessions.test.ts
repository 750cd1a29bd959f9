import type { Member } from "@nightshift/protocol/bus";
import { Unavailable } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { bidder, bidInput, bidsOf, caught, endless, options, settled } from "./bus-samples.ts";
import { bearer, given, hashed, hubWith, seat } from "./hub-rig.ts";
import { tokenHash } from "./door.ts";
import { joinFrame, joinRaw, openRaw } from "./raw-socket.ts";
import type { Departure } from "./sessions.ts";

test("a second session of a name fences the first, which stays away", async () => {
  const departures: Departure[] = [];
  const members: Member[] = [];
  const hub = await hubWith({
    onJoin: (member) => members.push(member),
    onLeave: (_member, departure) => departures.push(departure),
  });
  const first = await seat(
    hub,
    "t-bidder",
    bidder(async () => bidsOf("first")),
  );
  await seat(
    hub,
    "t-bidder",
    bidder(async () => bidsOf("second")),
  );
  expect(await first.closed).toEqual({ reason: "fenced", detail: "fenced" });
  expect(await hub.call("bidder", "bid", bidInput, options())).toEqual(bidsOf("second"));
  await settled(() => departures.length > 0);
  expect(departures).toEqual([{ reason: "fenced", by: members[1]?.session }]);
  expect(hub.roster()).toEqual([members[1]]);
});

test("who comes back with an older epoch than the newest is fenced, whoever was here last", async () => {
  const hub = await hubWith();
  const back = async (epoch: number) => {
    const raw = await openRaw(hub.url, bearer("t-bidder"));
    raw.say(joinFrame("bidder", epoch));
    return raw;
  };
  const first = await joinRaw(hub.url, "t-bidder", "bidder");
  first.socket.terminate();
  const second = await joinRaw(hub.url, "t-bidder", "bidder");
  second.socket.terminate();
  await settled(() => hub.roster().length === 0);
  // The first was stopped, not dead: it wakes up and does not know of the second.
  expect(await (await back(1)).closed).toEqual({ code: 4001, reason: "fenced" });
  expect(hub.roster()).toEqual([]);
  expect(Object((await (await back(2)).next()).result)).toMatchObject({ epoch: 3 });
  expect(hub.roster()).toHaveLength(1);
});

test("a hub that was restarted counts on from the newest epoch that it hears of", async () => {
  const hub = await hubWith();
  const raw = await openRaw(hub.url, bearer("t-bidder"));
  raw.say(joinFrame("bidder", 7));
  expect(Object((await raw.next()).result)).toMatchObject({ epoch: 8 });
  const late = await openRaw(hub.url, bearer("t-bidder"));
  late.say(joinFrame("bidder", 6));
  expect((await late.closed).code).toBe(4001);
  expect(hub.roster()).toHaveLength(1);
});

test("an agent that falls silent is lost after two pings", async () => {
  const limit = { inFlightMax: 9, framesPerSecondMax: 99, heartbeatMs: 30 };
  const departures: Departure[] = [];
  const hub = await hubWith({
    limits: { house: limit },
    onLeave: (_member, departure) => departures.push(departure),
  });
  const raw = await joinRaw(hub.url, "t-bidder", "bidder");
  raw.socket.pause();
  await settled(() => departures.length > 0);
  expect(departures[0]).toMatchObject({ reason: "lost" });
  expect(hub.roster()).toEqual([]);
});

test("an agent that answers pings stays, however little it says", async () => {
  const limit = { inFlightMax: 9, framesPerSecondMax: 99, heartbeatMs: 20 };
  const hub = await hubWith({ limits: { house: limit } });
  await joinRaw(hub.url, "t-bidder", "bidder");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(hub.roster()).toHaveLength(1);
});

test("an agent comes back by itself after its socket broke, and its answers are kept", async () => {
  const port = ownPort(1);
  const hub = await hubWith({ port });
  let worked = 0;
  await seat(
    hub,
    "t-bidder",
    bidder(async () => bidsOf(`m-${++worked}`)),
  );
  const same = options();
  expect(await hub.call("bidder", "bid", bidInput, same)).toEqual(bidsOf("m-1"));
  await hub.close();
  const again = await hubWith({ port });
  await settled(() => again.roster().length === 1);
  expect(await again.call("bidder", "bid", bidInput, same)).toEqual(bidsOf("m-1"));
  expect(worked).toBe(1);
});

test("an agent whose token was taken back is refused when it returns", async () => {
  const tokens = hashed(given);
  const port = ownPort(2);
  const hub = await hubWith({ tokens: () => tokens, port });
  const connection = await seat(hub, "t-bidder");
  tokens.delete(tokenHash("t-bidder"));
  await hub.close();
  await hubWith({ tokens: () => tokens, port });
  expect(await connection.closed).toMatchObject({ reason: "refused" });
});

test("who is sent away does not come back", async () => {
  const hub = await hubWith();
  const connection = await seat(hub, "t-bidder");
  await hub.leave("bidder");
  expect(await connection.closed).toMatchObject({ reason: "closed" });
  expect(hub.roster()).toEqual([]);
});

test("what an agent asked for is cancelled when its socket breaks", async () => {
  const hub = await hubWith();
  const started = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  await hub.join(
    bidder((_input, call) => endless(call, started.resolve, cancelled.resolve), "other"),
  );
  const house = await seat(hub, "t-bidder");
  const call = caught(house.call("other", "bid", bidInput, options()));
  await started.promise;
  await house.close();
  await cancelled.promise;
  expect(await call).toBeInstanceOf(Unavailable);
});

/** A port that no other process is given by chance, so that a hub can come back to it. */
function ownPort(number: number): number {
  return 20_000 + ((process.pid * 4 + number) % 10_000);
}
