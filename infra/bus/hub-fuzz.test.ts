import { skills } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { bidInput, bidsOf, options, peerOf } from "./bus-samples.ts";
import { hashed } from "./hub-rig.ts";
import { createHub } from "./hub.ts";
import { joinFrame, joinRaw, openRaw, sendFrame, type Reply } from "./raw-socket.ts";

const FRAMES = 4_000;
const known = new Set([
  -32_700, -32_600, -32_601, -32_602, -32_603, -32_000, -32_050, -32_001, -32_002, -32_003, -32_004,
  -32_005, -32_006, -32_007, -32_008, -32_009,
]);

test("thousands of mutated frames crash nothing, reach no agent unchecked, get known codes", async () => {
  const limit = { inFlightMax: 10_000, framesPerSecondMax: 1_000_000, heartbeatMs: 15_000 };
  const hub = await createHub({
    principal: "house",
    tokens: () => hashed([["t", { name: "worker", standing: "guest" }]]),
    guestSkills: ["bid"],
    limits: { guest: limit },
  });
  let reached = 0;
  await hub.join(
    peerOf("bidder", ["bid"], async (skill, input) => {
      reached += 1;
      skills[skill].input.parse(input);
      return bidsOf("m");
    }),
  );
  let raw = await joinRaw(hub.url, "t", "worker");
  const replies: Reply[] = [];
  const unanswered: number[] = [];
  for (let number = 0; number < FRAMES; number += 1) {
    if (raw.socket.readyState !== raw.socket.OPEN) raw = await joinRaw(hub.url, "t", "worker");
    raw.sayText(mutated(number));
    if (number % 50 === 0) {
      raw.say(sendFrame(`check-${number}`, "bidder", "bid", bidInput));
      let reply: Reply = {};
      while (reply.id !== `check-${number}`) replies.push((reply = await raw.next()));
      if (reply.error) unanswered.push(number);
    }
  }
  replies.push(...raw.rest());
  expect(unanswered).toEqual([]);
  const errors = replies.flatMap((reply) => reply.batch ?? [reply]).map(({ error }) => error?.code);
  const codes = new Set(errors.filter((code) => code !== undefined));
  for (const code of codes) expect(known).toContain(code);
  expect(codes.size).toBeGreaterThan(4);
  expect(reached).toBeGreaterThan(FRAMES / 50);
  expect(await hub.call("bidder", "bid", bidInput, options())).toEqual(bidsOf("m"));
  await hub.close();
}, 60_000);

test("mutated first frames join as nobody else and close with 1008", async () => {
  const hub = await createHub({
    principal: "house",
    tokens: () => hashed([["t", { name: "worker", standing: "guest" }]]),
  });
  for (let number = 0; number < 150; number += 1) {
    const raw = await openRaw(hub.url, { authorization: "Bearer t" });
    raw.sayText(mutate(JSON.stringify(joinFrame("worker")), randomFrom(number + 1)));
    raw.say(sendFrame("1", "worker", "propose", {}));
    await Promise.race([raw.closed, raw.next()]);
    for (const { card } of hub.roster()) expect(card.name).toBe("worker");
    raw.socket.terminate();
  }
  await hub.close();
}, 60_000);

function mutated(seed: number): string {
  const random = randomFrom(seed + 1);
  const id = `f-${seed}`;
  const send = sendFrame(id, "bidder", "bid", bidInput);
  const bases = [
    send,
    { ...send, method: "SendStreamingMessage" },
    { ...send, method: "GetTask", params: { tenant: "bidder", id: "x" } },
    { ...send, method: "ListTasks", params: { tenant: "bidder", pageSize: 5, pageToken: "%%" } },
    { ...send, method: "SubscribeToTask", params: { tenant: "bidder", id: "x" } },
    { jsonrpc: "2.0", id, cancelStream: true },
    { jsonrpc: "2.0", id, result: { task: {} } },
    { jsonrpc: "2.0", id, error: { code: 1, message: "x" } },
    [send, { ...send, id: `${id}-2` }],
    joinFrame("worker"),
  ];
  return mutate(JSON.stringify(bases[Math.floor(random() * bases.length)]), random);
}

/** Changes a frame as a hostile or broken sender might: in its values, or in its letters. */
function mutate(text: string, random: () => number): string {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)];
  const at = Math.floor(random() * text.length);
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  switch (Math.floor(random() * 5)) {
    case 0:
      return (
        text.slice(0, at) + String(pick(["", "\u0000", "{", '"', "9", "\\u"])) + text.slice(at + 1)
      );
    case 1:
      return text.slice(0, at);
    case 2: {
      const junk = ["null", "true", "-1", "1e400", '""', "[]", "{}", '{"__proto__":{"x":1}}', deep];
      const values = [...text.matchAll(/:("[^"]*"|\d+|null)/g)];
      const value = pick(values);
      if (!value) return text;
      const end = value.index + value[0].length;
      return `${text.slice(0, value.index)}:${pick(junk)}${text.slice(end)}`;
    }
    case 3:
      return text.replace('"messageId"', `"metadata":{"deep":${deep}},"messageId"`);
    default:
      return text.replaceAll(/"(role|parts|tenant|skill|id|method)":/g, (key) =>
        random() < 0.3 ? '"renamed":' : key,
      );
  }
}

/** A small seeded generator (mulberry32), so that a failure can be had again. */
function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
