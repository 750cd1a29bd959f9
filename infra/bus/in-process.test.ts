import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { bidder, bidInput, bidsOf, options } from "./bus-samples.ts";
import { busContract } from "./bus-contract.ts";
import { createInProcessBus } from "./in-process.ts";

busContract("in-process", async () => {
  const bus = createInProcessBus({ principal: "house" });
  return {
    bus,
    async join(peer) {
      await bus.join(peer);
      return { leave: () => bus.leave(peer.card.name) };
    },
    close: () => bus.close(),
  };
});

test("in-process: a call costs two milliseconds at the most", async () => {
  const bus = createInProcessBus({ principal: "house" });
  await bus.join(bidder(async () => bidsOf("m")));
  for (let call = 0; call < 50; call += 1) await bus.call("bidder", "bid", bidInput, options());
  const tookMs: number[] = [];
  for (let call = 0; call < 200; call += 1) {
    const before = performance.now();
    await bus.call("bidder", "bid", bidInput, options());
    tookMs.push(performance.now() - before);
  }
  expect(tookMs.toSorted((a, b) => a - b)[100]).toBeLessThan(2);
  await bus.close();
});

test("in-process: a call leaves nothing behind on a signal that lives longer", async () => {
  const bus = createInProcessBus({ principal: "house" });
  await bus.join(bidder(async () => bidsOf("m")));
  const { signal } = new AbortController();
  for (let call = 0; call < 5; call += 1)
    await bus.call("bidder", "bid", bidInput, options({ signal }));
  expect(getEventListeners(signal, "abort")).toEqual([]);
  await bus.close();
});
