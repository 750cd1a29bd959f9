import { A2A_VERSION } from "@nightshift/protocol/a2a";
import { Refusal } from "@nightshift/protocol/errors";
import { RpcError, toRpcError } from "@nightshift/protocol/rpc";
import { NightCard } from "@nightshift/protocol/skills";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { describeWithNats } from "../../sim/needs-nats.ts";
import { startNats, type NatsServer } from "../../sim/nats-server.ts";
import { bidder, bidInput, bidsOf, endless, options, settled } from "../bus-samples.ts";
import {
  FUZZ_FRAMES,
  HEAP_GROWTH_MEGABYTES_MAX,
  heapMegabytes,
  knownCodes,
  mutatedFrame,
} from "../mutations.ts";
import { sendFrame } from "../raw-socket.ts";
import { strictnessContract, type StrictAsk } from "../strictness-contract.ts";
import { framesContract } from "../strictness-frames-contract.ts";
import { createNatsBus, type NatsBus } from "./bus.ts";
import { rawCaller, type RawCaller } from "./raw-nats.ts";

const house = new Set(["house", "worker", "bidder", "teller", "slow"]);
const WALL_MS = 300_000;

await describeWithNats("the wire of NATS", () => {
  let server: NatsServer;
  beforeAll(async () => void (server = await startNats()));
  afterAll(() => server.close());

  async function open(principal: string): Promise<NatsBus> {
    const plenty = { inFlightMax: 10_000, framesPerSecondMax: 1_000_000 };
    const limits = { house: plenty, guest: plenty };
    const at = { url: server.url, principal, house, guestSkills: ["bid" as const], limits };
    return createNatsBus(at);
  }

  async function overNats() {
    const bus = await open("house");
    const callers = new Map<string, RawCaller>();
    const callerOf = async (name: string) => {
      const known = callers.get(name) ?? (await rawCaller(server.url, name));
      callers.set(name, known);
      return known;
    };
    return {
      join: (peer: Parameters<NatsBus["join"]>[0]) => bus.join(peer),
      async ask({ method, params, version = A2A_VERSION, as = "worker" }: StrictAsk) {
        const caller = await callerOf(as);
        const text = JSON.stringify({ jsonrpc: "2.0", id: "1", method, params });
        const { tenant } = Object(params);
        // The agent stands in the subject; what can be no token is left to the frame.
        const agent = NightCard.shape.name.safeParse(tenant).data ?? "bidder";
        const [answer] = await caller.say(text, { version, frames: 1, agent });
        // The broker says itself that nobody listens there.
        if (answer === null) return { error: toRpcError(new Refusal("not-found", "nobody")) };
        const { result, error } = Object(answer);
        return { result, error: error === undefined ? undefined : RpcError.parse(error) };
      },
      say: async (text: string) => (await callerOf("worker")).say(text),
      async close() {
        for (const caller of callers.values()) await caller.close();
        await bus.close();
      },
    };
  }

  strictnessContract("nats", overNats);
  framesContract("nats", overNats);

  test("a stream is several answers, numbered, and its end", async () => {
    const bus = await open("house");
    onTestFinished(() => bus.close());
    await bus.join(bidder(async () => bidsOf("m")));
    const caller = await rawCaller(server.url, "worker");
    onTestFinished(() => caller.close());
    const frame = { ...sendFrame("1", "bidder", "bid", bidInput), serviceParameters: undefined };
    const stream = JSON.stringify({ ...frame, method: "SendStreamingMessage" });
    const frames = await caller.say(stream, { frames: 5 });
    expect(frames.map((one) => Object.keys(Object(Object(one).result))[0])).toEqual([
      "task",
      "statusUpdate",
      "artifactUpdate",
      "statusUpdate",
      undefined,
    ]);
    expect(frames.at(-1)).toEqual({ jsonrpc: "2.0", id: "1", streamEnd: true });
  });

  test("an answer goes to whoever asked, wherever the message wants it", async () => {
    const bus = await open("house");
    onTestFinished(() => bus.close());
    let reached = 0;
    await bus.join(bidder(async () => bidsOf(`m-${(reached += 1)}`)));
    const caller = await rawCaller(server.url, "worker");
    onTestFinished(() => caller.close());
    const stolen: string[] = [];
    caller.nc.subscribe(">", { callback: (_error, { subject }) => void stolen.push(subject) });
    const text = JSON.stringify({
      ...sendFrame("1", "bidder", "bid", bidInput),
      serviceParameters: undefined,
    });
    const elsewhere = [
      "$JS.API.STREAM.DELETE.EVENTS",
      "a2a.v1.bidder.rpc.house",
      "re.v1.house.bidder.x.y",
      "re.v1.worker.other.x.y",
    ];
    for (const reply of elsewhere) expect(await caller.say(text, { reply })).toEqual([]);
    expect(stolen.filter((subject) => elsewhere.includes(subject))).toEqual([]);
    expect(reached).toBe(0);
    expect(await caller.say(text, { frames: 1 })).toMatchObject([{ id: "1" }]);
    expect(reached).toBe(1);
  });

  test("an agent is asked under its own subject: another's name in the message is refused", async () => {
    const bus = await open("house");
    onTestFinished(() => bus.close());
    await bus.join(bidder(async () => bidsOf("m")));
    await bus.join(bidder(async () => bidsOf("t"), "teller"));
    const caller = await rawCaller(server.url, "worker");
    onTestFinished(() => caller.close());
    const text = (to: string) =>
      JSON.stringify({ ...sendFrame("1", to, "bid", bidInput), serviceParameters: undefined });
    const [refused] = await caller.say(text("teller"), { frames: 1 });
    expect(refused).toMatchObject({ error: { code: -32_602 } });
    const [taken] = await caller.say(text("bidder"), { frames: 1 });
    expect(taken).toMatchObject({ result: { task: {} } });
  });

  test("a caller sends no more frames than it may, and others none the less", async () => {
    const limits = { guest: { inFlightMax: 16, framesPerSecondMax: 5 } };
    const at = { url: server.url, principal: "house", house, guestSkills: ["bid" as const] };
    const bus = await createNatsBus({ ...at, limits });
    onTestFinished(() => bus.close());
    await bus.join(bidder(async () => bidsOf("m")));
    const [guest, worker] = await Promise.all(
      ["visitor", "worker"].map((name) => rawCaller(server.url, name)),
    );
    if (!guest || !worker) throw new Error("no callers");
    onTestFinished(async () => void (await Promise.all([guest.close(), worker.close()])));
    const text = JSON.stringify({
      ...sendFrame("1", "bidder", "bid", bidInput),
      serviceParameters: undefined,
    });
    const codes = [];
    for (let frames = 0; frames < 12; frames += 1) {
      const [answer] = await guest.say(text, { frames: 1 });
      codes.push(Object(answer).error?.code);
    }
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(codes.slice(10)).toEqual([-32_050, -32_050]);
    expect(Object((await worker.say(text, { frames: 1 }))[0]).error).toBeUndefined();
  });

  test("every other operation of A2A has its answer: a card, or the code of what is not there", async () => {
    const rig = await overNats();
    onTestFinished(() => rig.close());
    await rig.join(bidder(async () => bidsOf("m")));
    const tenant = "bidder";
    const card = await rig.ask({ method: "GetExtendedAgentCard", params: { tenant } });
    const url = server.url;
    const protocolBinding = "https://night-shift.dev/bindings/nats/v1";
    const place = { url, protocolBinding, tenant, protocolVersion: "1.0" };
    expect(card.result).toMatchObject({ name: "bidder", supportedInterfaces: [place] });
    for (const method of [
      "ListTaskPushNotificationConfigs",
      "GetTaskPushNotificationConfig",
      "DeleteTaskPushNotificationConfig",
    ]) {
      const { error } = await rig.ask({ method, params: { tenant, taskId: "t", id: "c" } });
      expect(error?.code, method).toBe(method.startsWith("List") ? -32_602 : -32_003);
    }
    const listed = { method: "ListTaskPushNotificationConfigs", params: { tenant, taskId: "t" } };
    expect((await rig.ask(listed)).error?.code).toBe(-32_003);
  });

  test("a sign of life stands for the name of its subject, and for no other card", async () => {
    const bus = await open("house");
    onTestFinished(() => bus.close());
    const caller = await rawCaller(server.url, "worker");
    onTestFinished(() => caller.close());
    const card = { description: "by hand", version: "1", skills: ["bid"] };
    const session = "00000000-0000-4000-8000-000000000000";
    const sign = (name: string) =>
      JSON.stringify({ session, card: { ...card, name }, left: false });
    caller.nc.publish("a2a.v1.worker.hb", sign("teller"));
    caller.nc.publish("a2a.v1.worker.hb", "{}");
    caller.nc.publish("a2a.v1.worker.hb", sign("x".repeat(9_000)));
    await caller.nc.flush();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(bus.roster()).toEqual([]);
    caller.nc.publish("a2a.v1.worker.hb", sign("worker"));
    await settled(() => bus.roster().length > 0);
    expect(bus.roster().map((member) => member.card.name)).toEqual(["worker"]);
  });

  test("whoever works for a caller that fell silent stops", async () => {
    const pace = { beatMs: 50, lostMs: 400 };
    const bus = await createNatsBus({ url: server.url, principal: "slow", house, pace });
    onTestFinished(() => bus.close());
    const stopped = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const work = bidder((_input, call) => endless(call, started.resolve, stopped.resolve), "slow");
    await bus.join(work);
    const caller = await createNatsBus({ url: server.url, principal: "house", house, pace });
    await settled(() => caller.roster().length === 1);
    const call = caller.call("slow", "bid", bidInput, options());
    call.catch(() => undefined);
    await started.promise;
    // Gone without a word, as a process is that was killed.
    await caller.close();
    await stopped.promise;
    await expect(call).rejects.toThrow(/the bus is closed|its caller is gone/);
  });

  test(
    "thousands of mutated frames crash nothing, reach no agent unchecked, get known codes",
    async () => {
      const bus = await open("house");
      onTestFinished(() => bus.close());
      await bus.join(bidder(async ({ inputTokens }) => bidsOf(`m-${inputTokens}`)));
      const caller = await rawCaller(server.url, "worker");
      onTestFinished(() => caller.close());
      const codes = new Set<number>();
      const unanswered: number[] = [];
      let heapBefore = 0;
      const mutated: Promise<unknown>[] = [];
      for (let number = 0; number < FUZZ_FRAMES; number += 1) {
        if (number === Math.floor(FUZZ_FRAMES / 4)) heapBefore = heapMegabytes();
        mutated.push(
          caller.say(withoutService(mutatedFrame(number))).then((frames) => note(frames)),
        );
        if (number % 50 !== 0) continue;
        await Promise.all(mutated.splice(0));
        const check = sendFrame(`check-${number}`, "bidder", "bid", bidInput);
        const [answer] = await caller.say(withoutService(JSON.stringify(check)), { frames: 1 });
        if (Object(answer).error) unanswered.push(number);
      }
      await Promise.all(mutated);
      function note(frames: readonly unknown[]): void {
        for (const frame of frames.flat()) {
          const { error } = Object(frame);
          if (error) codes.add(error.code);
        }
      }
      expect(heapMegabytes() - heapBefore).toBeLessThan(HEAP_GROWTH_MEGABYTES_MAX);
      expect(unanswered).toEqual([]);
      for (const code of codes) expect(knownCodes).toContain(code);
      expect(codes.size).toBeGreaterThan(4);
      expect(await bus.call("bidder", "bid", bidInput, options())).toEqual(bidsOf("m-10"));
    },
    WALL_MS,
  );
});

/** Service parameters are headers here: in the body they would be refused, and reach no gate. */
function withoutService(text: string): string {
  return text.replace(/,"serviceParameters":\{"A2A-Version":"1.0"\}/g, "");
}
