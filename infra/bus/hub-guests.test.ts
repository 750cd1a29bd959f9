import { Unavailable } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { bidder, bidInput, bidsOf, caught, options, peerOf, proposal } from "./bus-samples.ts";
import { bid, guest, hubWith, hubWithBidder, seat } from "./hub-rig.ts";
import { sendFrame } from "./raw-socket.ts";

test("a guest may propose to the dispatcher, under the name of its token", async () => {
  const hub = await hubWith();
  const asked: string[] = [];
  await hub.join(
    peerOf("dispatcher", ["propose"], async (_skill, _input, { principal }) => {
      asked.push(principal);
      return { task: "task-1", status: "proposed" };
    }),
  );
  const visitor = await seat(
    hub,
    "t-guest",
    bidder(async () => bidsOf("m"), "guest"),
  );
  const answer = await visitor.call("dispatcher", "propose", proposal, options());
  expect(answer).toEqual({ task: "task-1", status: "proposed" });
  expect(asked).toEqual(["guest"]);
});

test("a guest may call nothing else, and the house may", async () => {
  const hub = await hubWith();
  let asked = 0;
  await hub.join(
    bidder(async () => {
      asked += 1;
      return bidsOf("m");
    }, "other"),
  );
  const visitor = await seat(
    hub,
    "t-guest",
    bidder(async () => bidsOf("m"), "guest"),
  );
  const failure = await caught(visitor.call("other", "bid", bidInput, options()));
  expect(failure).toMatchObject({ name: "Refusal", code: "not-allowed" });
  expect(asked).toBe(0);
  const house = await seat(hub, "t-bidder");
  expect(await house.call("other", "bid", bidInput, options())).toEqual(bidsOf("m"));
  expect(asked).toBe(1);
});

test("a guest learns that an agent failed, not why", async () => {
  const hub = await hubWith();
  await hub.join(
    peerOf("dispatcher", ["propose"], async () => {
      throw new Error("cannot open /home/director/.secret");
    }),
  );
  const visitor = await seat(
    hub,
    "t-guest",
    bidder(async () => bidsOf("m"), "guest"),
  );
  const failure = await caught(visitor.call("dispatcher", "propose", proposal, options()));
  expect(failure).toBeInstanceOf(Unavailable);
  expect(failure.message).not.toContain("secret");
});

test("the house calls a guest's skills, and two agents call each other through the hub", async () => {
  const hub = await hubWith();
  const asked: string[] = [];
  const visiting = bidder(async (_input, { principal }) => {
    asked.push(principal);
    return bidsOf("guest's");
  }, "guest");
  await seat(hub, "t-guest", visiting);
  const house = await seat(hub, "t-bidder");
  expect(await hub.call("guest", "bid", bidInput, options())).toEqual(bidsOf("guest's"));
  expect(await house.call("guest", "bid", bidInput, options())).toEqual(bidsOf("guest's"));
  expect(asked).toEqual(["house", "bidder"]);
});

test("a guest that sends anything like an append gets -32601 and nothing else", async () => {
  const asked: unknown[] = [];
  const hub = await hubWithBidder();
  await hub.join(
    peerOf("dispatcher", ["propose"], async (_skill, input) => {
      asked.push(input);
      return { task: "t", status: "proposed" };
    }),
  );
  const raw = await guest(hub);
  const event = { type: "task.completed", generation: 1, outcome: "merged" };
  const methods = [
    "append",
    "log/append",
    "AppendToStream",
    "event_store.client.streams.Streams/Append",
    "board/handle",
    "task.complete",
    "task.completed",
    "agent/approve",
    "constructor",
    "__proto__",
    "toString",
  ];
  for (const method of methods) {
    const params = { tenant: "dispatcher", stream: "task-a", events: [event], revision: 0 };
    raw.say({ ...bid("1"), method, params });
    const { id, result, error } = await raw.next();
    expect({ method, id, result, code: error?.code }).toEqual({ method, id: "1", code: -32_601 });
  }
  expect(asked).toEqual([]);
  expect(raw.rest()).toEqual([]);
  const spec = { ...bidInput.spec, source: "guest" };
  raw.say(sendFrame("2", "dispatcher", "propose", { spec }));
  expect(Object((await raw.next()).result).task.status.state).toBe("TASK_STATE_COMPLETED");
  expect(asked).toEqual([{ spec }]);
});

test("a guest cannot pass itself off as someone else", async () => {
  const hub = await hubWithBidder();
  const principals: string[] = [];
  await hub.join(
    peerOf("dispatcher", ["propose"], async (_skill, _input, { principal }) => {
      principals.push(principal);
      return { task: "t", status: "proposed" };
    }),
  );
  const raw = await guest(hub);
  const { params, ...frame } = sendFrame("1", "dispatcher", "propose", { spec: bidInput.spec });
  const metadata = { "https://night-shift.dev/principal": "house" };
  raw.say({ ...frame, params: { ...params, metadata, message: { ...params.message, metadata } } });
  await raw.next();
  expect(principals).toEqual(["guest"]);
});
