import { expect, test } from "vitest";
import { bidder, bidInput, bidsOf, endless } from "./bus-samples.ts";
import { bid, codeOf, guest, hubWithBidder, worker } from "./hub-rig.ts";
import { sendFrame } from "./raw-socket.ts";

test("a frame that is right in every detail is answered with the task and its artifact", async () => {
  const raw = await worker(await hubWithBidder());
  raw.say(bid("1"));
  expect(await raw.next()).toMatchObject({
    jsonrpc: "2.0",
    id: "1",
    result: {
      task: {
        contextId: "task-1",
        status: { state: "TASK_STATE_COMPLETED" },
        artifacts: [{ parts: [{ data: bidsOf("m-10") }] }],
      },
    },
  });
});

test("a stream is a task, what happens to it, and the end of the stream", async () => {
  const raw = await worker(await hubWithBidder());
  raw.say({ ...bid("1"), method: "SendStreamingMessage" });
  const events = [];
  for (let frames = 0; frames < 5; frames += 1) events.push(await raw.next());
  expect(events.map(({ result }) => Object.keys(Object(result))[0])).toEqual([
    "task",
    "statusUpdate",
    "artifactUpdate",
    "statusUpdate",
    undefined,
  ]);
  expect(events.at(-1)).toEqual({ jsonrpc: "2.0", id: "1", streamEnd: true });
});

test("returnImmediately answers while the work goes on, and GetTask tells how it went", async () => {
  const hub = await hubWithBidder();
  const gate = Promise.withResolvers<void>();
  await hub.join(bidder(() => gate.promise.then(() => bidsOf("late")), "slow"));
  const raw = await worker(hub);
  const { params, ...frame } = sendFrame("1", "slow", "bid", bidInput);
  raw.say({ ...frame, params: { ...params, configuration: { returnImmediately: true } } });
  const { task } = Object((await raw.next()).result);
  expect(task.status.state).toBe("TASK_STATE_WORKING");
  gate.resolve();
  let now = task;
  for (let tries = 0; tries < 50 && now.status.state === "TASK_STATE_WORKING"; tries += 1) {
    raw.say({
      ...frame,
      id: `g-${tries}`,
      method: "GetTask",
      params: { tenant: "slow", id: task.id },
    });
    now = (await raw.next()).result;
  }
  expect(now.artifacts[0].parts[0].data).toEqual(bidsOf("late"));
});

test("SubscribeToTask follows a call that runs, CancelTask ends it", async () => {
  const hub = await hubWithBidder();
  await hub.join(bidder((_input, call) => endless(call), "slow"));
  const raw = await worker(hub);
  raw.say({ ...sendFrame("1", "slow", "bid", bidInput), method: "SendStreamingMessage" });
  const { task } = Object((await raw.next()).result);
  await raw.next();
  const about = { tenant: "slow", id: task.id };
  raw.say({ ...bid("2"), method: "SubscribeToTask", params: about });
  expect(await raw.next()).toMatchObject({ id: "2", result: { task: { id: task.id } } });
  raw.say({ ...bid("3"), method: "CancelTask", params: about });
  const canceled: Record<string, boolean> = {};
  for (let frames = 0; frames < 5; frames += 1) {
    const { id, result, streamEnd } = await raw.next();
    if (streamEnd) continue;
    const told = Object(result);
    canceled[id ?? ""] = (told.statusUpdate ?? told).status.state === "TASK_STATE_CANCELED";
  }
  expect(canceled).toEqual({ "1": true, "2": true, "3": true });
});

test("cancelStream ends the stream and leaves the socket as it is", async () => {
  const hub = await hubWithBidder();
  await hub.join(bidder((_input, call) => endless(call), "slow"));
  const raw = await worker(hub);
  raw.say({ ...sendFrame("1", "slow", "bid", bidInput), method: "SendStreamingMessage" });
  await raw.next();
  await raw.next();
  raw.say({ jsonrpc: "2.0", id: "1", cancelStream: true });
  expect(await raw.next()).toEqual({ jsonrpc: "2.0", id: "1", streamEnd: true });
  expect(await codeOf(raw, bid("2"))).toBeUndefined();
});

test("what is no JSON-RPC is -32700 or -32600, and nothing is closed", async () => {
  const raw = await worker(await hubWithBidder());
  raw.sayText("{");
  expect((await raw.next()).error?.code).toBe(-32_700);
  const wrong = [
    null,
    7,
    "x",
    {},
    { jsonrpc: "1.0", id: "1", method: "GetTask" },
    { jsonrpc: "2.0", id: 1, method: "GetTask" },
    { jsonrpc: "2.0", id: null, method: "GetTask" },
    { jsonrpc: "2.0", id: {}, method: "GetTask" },
    { jsonrpc: "2.0", id: "x".repeat(65), method: "GetTask" },
    { jsonrpc: "2.0", id: "1", method: 7 },
    { jsonrpc: "2.0", id: "1", method: "GetTask", params: [] },
    { jsonrpc: "2.0", id: "1", method: "GetTask", extra: true },
  ];
  for (const frame of wrong) expect(await codeOf(raw, frame)).toBe(-32_600);
  expect(await codeOf(raw, bid("1"))).toBeUndefined();
});

test("what is no A2A 1.0 is refused before anyone sees it", async () => {
  const raw = await worker(await hubWithBidder());
  const { params, ...frame } = bid("1");
  const { message } = params;
  const { role: _role, ...roleless } = message;
  const wrong = [
    {},
    { ...params, message: { ...message, parts: [] } },
    { ...params, message: roleless },
    { ...params, message: { ...message, role: "ROLE_AGENT" } },
    { ...params, message: { ...message, parts: [{ text: 42 }] } },
    { ...params, message: { ...message, parts: [{}] } },
    { ...params, message: { ...message, parts: [{ text: "a", data: {} }] } },
    { ...params, message: { ...message, kind: "message" } },
    { ...params, message: { ...message, messageId: "" } },
    { ...params, extra: 1 },
    { message },
    { ...params, tenant: "../bidder" },
  ];
  const passed = [];
  for (const given of wrong)
    if ((await codeOf(raw, { ...frame, params: given })) !== -32_602) passed.push(given);
  expect(passed).toEqual([]);
  const list = { tenant: "bidder", status: "TASK_STATE_DREAMING" };
  expect(await codeOf(raw, { ...frame, method: "ListTasks", params: list })).toBe(-32_602);
  expect(await codeOf(raw, bid("1"))).toBeUndefined();
});

test("errors of A2A keep their codes", async () => {
  const raw = await worker(await hubWithBidder());
  const ask = (method: string, params: object) =>
    codeOf(raw, { ...bid("1"), method, params: { tenant: "bidder", ...params } });
  expect(await ask("GetTask", { id: "nothing" })).toBe(-32_001);
  expect(await ask("GetTask", { id: "nothing", name: "tasks/7" })).toBe(-32_602);
  expect(await ask("CancelTask", { id: "nothing" })).toBe(-32_001);
  const push = { taskId: "t", url: "https://example.org/" };
  expect(await ask("CreateTaskPushNotificationConfig", push)).toBe(-32_003);
  raw.say(bid("2"));
  const { task } = Object((await raw.next()).result);
  expect(await ask("CancelTask", { id: task.id })).toBe(-32_002);
  expect(await ask("SubscribeToTask", { id: task.id })).toBe(-32_004);
});

test("the version of A2A must be said and be 1.0: -32009", async () => {
  const raw = await worker(await hubWithBidder());
  const { serviceParameters: _said, ...unsaid } = bid("1");
  expect(await codeOf(raw, unsaid)).toBe(-32_009);
  expect(await codeOf(raw, { ...unsaid, serviceParameters: { "A2A-Version": "0.3" } })).toBe(
    -32_009,
  );
  // Before it is looked who is asked: a client of 0.3 names no tenant.
  for (const params of [{ ...unsaid.params, tenant: undefined }, { tenant: "nobody" }])
    expect(await codeOf(raw, { ...unsaid, params })).toBe(-32_009);
  // And before where a stream should begin.
  const stream = { ...unsaid, method: "SendStreamingMessage" };
  const from = { "Last-Event-ID": "x" };
  expect(await codeOf(raw, { ...stream, serviceParameters: from })).toBe(-32_009);
  const said = { "A2A-Version": "1.0", ...from };
  expect(await codeOf(raw, { ...stream, serviceParameters: said })).toBe(-32_602);
});

test("a caller sees its own calls and nobody else's", async () => {
  const hub = await hubWithBidder();
  const raw = await worker(hub);
  raw.say(bid("1"));
  const { task } = Object((await raw.next()).result);
  const other = await guest(hub);
  const about = { ...bid("2"), method: "GetTask", params: { tenant: "bidder", id: task.id } };
  expect(await codeOf(other, about)).toBe(-32_001);
  expect(await codeOf(raw, about)).toBeUndefined();
});

test("a notification gets no answer, and nothing is done for it", async () => {
  const hub = await hubWithBidder();
  let asked = 0;
  await hub.join(
    bidder(async () => {
      asked += 1;
      return bidsOf("m");
    }, "counter"),
  );
  const raw = await worker(hub);
  const { id: _id, ...notification } = sendFrame("1", "counter", "bid", bidInput);
  raw.say(notification);
  expect(await codeOf(raw, bid("2"))).toBeUndefined();
  expect(raw.rest()).toEqual([]);
  expect(asked).toBe(0);
});

test("a batch of 32 is answered as one, one of 33 or of none is -32600", async () => {
  const raw = await worker(await hubWithBidder());
  const batch = Array.from({ length: 32 }, (_, number) => bid(`b-${number}`));
  raw.say(batch);
  const { batch: answers } = await raw.next();
  expect(answers?.map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
  expect(answers?.every(({ result }) => result !== undefined)).toBe(true);
  expect(await codeOf(raw, [...batch, bid("one-more")])).toBe(-32_600);
  expect(await codeOf(raw, [])).toBe(-32_600);
});

test("a batch answers each item by itself, and no stream fits into one", async () => {
  const raw = await worker(await hubWithBidder());
  const { id: _id, ...notification } = bid("1");
  raw.say([bid("2"), null, notification, { ...bid("3"), method: "SendStreamingMessage" }]);
  const { batch } = await raw.next();
  expect(batch?.map(({ id, error }) => [id, error?.code])).toEqual([
    ["2", undefined],
    [null, -32_600],
    ["3", -32_600],
  ]);
  raw.say([notification]);
  expect(await codeOf(raw, bid("4"))).toBeUndefined();
});

test("an id that is in use is refused, and the first request keeps it", async () => {
  const hub = await hubWithBidder();
  const gate = Promise.withResolvers<void>();
  await hub.join(bidder(() => gate.promise.then(() => bidsOf("first")), "slow"));
  const raw = await worker(hub);
  raw.say(sendFrame("1", "slow", "bid", bidInput));
  expect(await codeOf(raw, bid("1"))).toBe(-32_600);
  gate.resolve();
  const { task } = Object((await raw.next()).result);
  expect(task.artifacts[0].parts[0].data).toEqual(bidsOf("first"));
});
