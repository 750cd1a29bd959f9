import { skills } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { bidInput, bidsOf, options, peerOf } from "./bus-samples.ts";
import { hashed } from "./hub-rig.ts";
import { createHub } from "./hub.ts";
import {
  FUZZ_FRAMES,
  HEAP_GROWTH_MEGABYTES_MAX,
  heapMegabytes,
  knownCodes,
  mutate,
  mutatedFrame,
  randomFrom,
} from "./mutations.ts";
import { joinFrame, joinRaw, openRaw, sendFrame, type Reply } from "./raw-socket.ts";

const WALL_MS = 300_000;

test(
  "thousands of mutated frames crash nothing, reach no agent unchecked, get known codes",
  async () => {
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
    const codes = new Set<number>();
    const note = (reply: Reply) => {
      for (const { error } of reply.batch ?? [reply]) if (error) codes.add(error.code);
      return reply;
    };
    let heapBefore = 0;
    const unanswered: number[] = [];
    for (let number = 0; number < FUZZ_FRAMES; number += 1) {
      if (raw.socket.readyState !== raw.socket.OPEN) raw = await joinRaw(hub.url, "t", "worker");
      if (number === Math.floor(FUZZ_FRAMES / 4)) heapBefore = heapMegabytes();
      raw.sayText(mutatedFrame(number));
      if (number % 50 === 0) {
        raw.say(sendFrame(`check-${number}`, "bidder", "bid", bidInput));
        let reply: Reply = {};
        while (reply.id !== `check-${number}`) reply = note(await raw.next());
        if (reply.error) unanswered.push(number);
      }
    }
    raw.rest().forEach(note);
    expect(heapMegabytes() - heapBefore).toBeLessThan(HEAP_GROWTH_MEGABYTES_MAX);
    expect(unanswered).toEqual([]);
    for (const code of codes) expect(knownCodes).toContain(code);
    expect(codes.size).toBeGreaterThan(4);
    expect(reached).toBeGreaterThan(FUZZ_FRAMES / 50);
    expect(await hub.call("bidder", "bid", bidInput, options())).toEqual(bidsOf("m"));
    await hub.close();
  },
  WALL_MS,
);

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
