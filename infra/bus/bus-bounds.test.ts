import { A2A_VERSION } from "@nightshift/protocol/a2a";
import { expect, test } from "vitest";
import { bidder, bidInput, bidsOf, options, peerOf } from "./bus-samples.ts";
import { agentCard, bindings } from "./card.ts";
import { createInProcessBus } from "./in-process.ts";
import { createRateLimit } from "./rate-limit.ts";
import { serve } from "./served.ts";

const caller = {
  name: "house",
  standing: "house",
  allowed: "all",
  inFlightMax: 10,
  gone: new AbortController().signal,
} as const;

test("an agent remembers its last thousand answers, and works again for an older message", async () => {
  const bus = createInProcessBus({ principal: "house" });
  let worked = 0;
  await bus.join(bidder(async () => bidsOf(`m-${++worked}`)));
  const first = options();
  const second = options();
  await bus.call("bidder", "bid", bidInput, first);
  await bus.call("bidder", "bid", bidInput, second);
  for (let call = 0; call < 999; call += 1) await bus.call("bidder", "bid", bidInput, options());
  expect(await bus.call("bidder", "bid", bidInput, second)).toEqual(bidsOf("m-2"));
  expect(worked).toBe(1_001);
  expect(await bus.call("bidder", "bid", bidInput, first)).toEqual(bidsOf("m-1002"));
  await bus.close();
});

test("large answers are remembered up to 32 MB, the newest", async () => {
  const bus = createInProcessBus({ principal: "house" });
  let worked = 0;
  await bus.join(
    peerOf("teller", ["propose"], async () => ({
      task: `t-${++worked}`,
      status: "x".repeat(6_000_000),
    })),
  );
  const proposal = { spec: bidInput.spec };
  const messages = Array.from({ length: 8 }, () => options());
  for (const message of messages) await bus.call("teller", "propose", proposal, message);
  const again = await Promise.all(
    [messages[7], messages[0]].map((message) =>
      bus.call("teller", "propose", proposal, message ?? options()),
    ),
  );
  expect(again.map(({ task }) => task)).toEqual(["t-8", "t-9"]);
  await bus.close();
});

test("a caller has no more calls running on one agent than it may", async () => {
  const gate = Promise.withResolvers<void>();
  const peer = bidder(() => gate.promise.then(() => bidsOf("m")));
  const served = serve(peer);
  const ask = (name: string, messageId: string) =>
    served.answer(askOf(messageId), { ...caller, name, inFlightMax: 2 });
  const running = [ask("a", "1"), ask("a", "2"), ask("b", "1")];
  await expect(ask("a", "3")).rejects.toMatchObject({ code: -32_050 });
  gate.resolve();
  expect(await Promise.all(running)).toHaveLength(3);
  expect(await ask("a", "3")).toMatchObject({ task: { contextId: "task-1" } });
});

test("an agent that is asked past a switchboard looks at the version first too", async () => {
  const served = serve(bidder(async () => bidsOf("m")));
  for (const asked of [askOf("1"), { ...askOf("1"), method: "message/send" }])
    await expect(served.answer({ ...asked, version: "" }, caller)).rejects.toMatchObject({
      code: -32_009,
    });
  expect(await served.answer(askOf("1"), caller)).toMatchObject({ task: {} });
});

test("the calls of a caller are listed, newest first, a page at a time", async () => {
  const served = serve(bidder(async () => bidsOf("m")));
  for (const messageId of ["1", "2", "3"]) {
    await served.answer(askOf(messageId), caller);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const list = async (params: object, name = "house") =>
    Object(
      await served.answer(
        { method: "ListTasks", params, version: A2A_VERSION },
        { ...caller, name },
      ),
    );
  const first = await list({ pageSize: 2 });
  expect([first.tasks.length, first.totalSize]).toEqual([2, 3]);
  const second = await list({ pageSize: 2, pageToken: first.nextPageToken });
  expect([second.tasks.length, second.nextPageToken]).toEqual([1, ""]);
  const times = [...first.tasks, ...second.tasks].map(({ status }) => status.timestamp);
  expect(times[0] > times[1] && times[1] > times[2]).toBe(true);
  expect((await list({}, "someone else")).totalSize).toBe(0);
  expect((await list({ status: "TASK_STATE_WORKING" })).totalSize).toBe(0);
});

test("the A2A card names the binding, the agent as tenant, and every skill", () => {
  const { card } = peerOf("planner", ["plan", "admit"], async () => null);
  const made = agentCard(card, "websocket", "ws://127.0.0.1:1/a2a");
  expect(made.supportedInterfaces).toEqual([
    {
      url: "ws://127.0.0.1:1/a2a",
      protocolBinding: bindings.websocket,
      tenant: "planner",
      protocolVersion: "1.0",
    },
  ]);
  expect(made.skills.map(({ id }) => id)).toEqual(["plan", "admit"]);
  expect(made.capabilities).toMatchObject({ streaming: true, pushNotifications: false });
});

test("a rate allows twice itself at once, then itself a second", () => {
  let nowMs = 0;
  const allows = createRateLimit(10, () => nowMs);
  const allowed = (tries: number) =>
    Array.from({ length: tries }, () => allows()).filter(Boolean).length;
  expect(allowed(100)).toBe(20);
  nowMs += 500;
  expect(allowed(100)).toBe(5);
  nowMs += 60_000;
  expect(allowed(100)).toBe(20);
});

function askOf(messageId: string) {
  const parts = [{ data: { skill: "bid", input: bidInput } }];
  const message = { messageId, contextId: "task-1", role: "ROLE_USER", parts };
  return { method: "SendMessage", params: { message }, version: A2A_VERSION };
}
