import { expect, test } from "vitest";
import type { ServedEvent } from "../served-log.ts";
import { offers, pinned, pinOf } from "./strategy.ts";
import { Timing } from "./timing.ts";

const hands = ["a", "b", "c"].map((id) => ({ id }));

function eventWith(metadata: string | Uint8Array): ServedEvent {
  const where = { position: 1, stream: "order-1", revision: 0, id: "x", type: "x", atMs: 0 };
  return { ...where, contentType: "application/json", metadata, data: "" };
}

test("a pin moves only when its subscriber leaves, or to one that comes", () => {
  const streams = Array.from({ length: 100 }, (_, n) => `order-${n}`);
  const at = (among: readonly { id: string }[]) =>
    streams.map((stream) => pinned(among, stream)?.id);
  const before = at(hands);
  const after = at(hands.slice(0, 2));
  for (const [index, id] of before.entries()) if (id !== "c") expect(after[index]).toBe(id);
  expect(new Set(before).size).toBe(3);
  expect(pinned([], "order-1")).toBeUndefined();
});

test("turns go round; one at a time keeps to who came first", () => {
  const order = (strategy: "RoundRobin" | "DispatchToSingle", turn: number) =>
    offers(strategy, hands, turn).map(({ id }) => id);
  expect(order("RoundRobin", 4)).toEqual(["b", "c", "a"]);
  expect(order("DispatchToSingle", 4)).toEqual(["a", "b", "c"]);
});

test("what belongs together goes together: by correlation, and by stream where there is none", () => {
  const pin = (metadata: string | Uint8Array) => pinOf("PinnedByCorrelation", eventWith(metadata));
  expect(pin('{"$correlationId":"c"}')).toBe("c");
  expect(pin('{"correlation":"task-1"}')).toBe("task-1");
  expect(pin(Buffer.from('{"$correlationId":"c"}'))).toBe("c");
  for (const other of ["", "no JSON", "null", "[1]", '{"$correlationId":7}', '{"other":"c"}']) {
    expect(pin(other), other).toBe("order-1");
  }
  expect(pinOf("Pinned", eventWith('{"$correlationId":"c"}'))).toBe("order-1");
  expect(pinOf("RoundRobin", eventWith('{"$correlationId":"c"}'))).toBeNull();
});

test("of the times of answers the last ones are told, by the official names", () => {
  const timing = new Timing();
  expect(timing.measures()).toEqual([]);
  for (let ms = 0; ms < 2_000; ms += 1) timing.add(ms);
  const told = Object.fromEntries(timing.measures().map(({ key, value }) => [key, Number(value)]));
  expect(told).toMatchObject({
    Fastest: 1_500,
    Median: 1_750,
    "Quintile 3": 1_800,
    Highest: 1_999,
  });
});
