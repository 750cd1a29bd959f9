import { array, assert as check, constantFrom, integer, oneof, property, record } from "fast-check";
import { expect, test } from "vitest";
import { GROUPS_BYTES_MAX } from "../limits.ts";
import type { ServedEvent } from "../served-log.ts";
import { Group, type Fate, type Message, type Subscriber } from "./group.ts";
import { Memory } from "./memory.ts";
import { settingsOf, WireSettings } from "./settings.ts";

const wire = { maxCheckpointCount: 10, readBatchSize: 2, historyBufferSize: 40, maxRetryCount: 1 };
const settings = (change: object = {}) =>
  settingsOf(WireSettings.parse({ ...wire, messageTimeoutMs: 100, ...change }), {
    startFrom: "0",
    filter: null,
  });

function eventAt(place: number): ServedEvent {
  const id = `00000000-0000-4000-8000-${String(place).padStart(12, "0")}`;
  const where = { position: place, stream: `order-${place % 5}`, revision: place, id };
  const metadata = JSON.stringify({ $correlationId: `c${place % 7}` });
  return { ...where, type: "x", atMs: 0, contentType: "", metadata, data: "body" };
}

function subscriber(id: string, size = 4) {
  const got: Message[] = [];
  const one: Subscriber = {
    id,
    size,
    inFlight: new Map(),
    sending: 0,
    handed: 0,
    deliver: (message) => void got.push(message),
  };
  return { one, got };
}

function fate(room = Number.POSITIVE_INFINITY) {
  const parked: number[] = [];
  const done: number[] = [];
  const it: Fate = {
    park: ({ place }) => parked.length < room && parked.push(place) > 0,
    done: ({ place }) => void done.push(place),
  };
  return { it, parked, done };
}

const Step = oneof(
  record({ do: constantFrom("ack", "Retry", "Park", "Skip", "leave", "join", "put", "late") }),
);

test("whatever subscribers do, each event ends once, and nothing that is owed lies behind the mark", () => {
  const play = array(record({ step: Step, who: integer({ min: 0, max: 3 }) }), { maxLength: 200 });
  const strategy = constantFrom("RoundRobin", "DispatchToSingle", "Pinned", "PinnedByCorrelation");
  check(
    property(play, strategy, (steps, consumerStrategy) => {
      const memory = new Memory();
      const { it, parked, done } = fate();
      const group = new Group(settings({ consumerStrategy }), it, memory);
      let next = 0;
      let nowMs = 0;
      for (const { step, who } of steps) {
        const at = group.subscribers[who % Math.max(group.subscribers.length, 1)];
        const id = at && [...at.inFlight.keys()][0];
        if (step.do === "put" && group.hasRoom) group.put(eventAt(next), next++);
        else if (step.do === "join") group.join(subscriber(`s${next}-${nowMs}`).one);
        else if (step.do === "late") group.expire((nowMs += 150));
        else if (at && step.do === "leave") group.leave(at);
        else if (at && id && step.do === "ack") group.ack(at, [id]);
        else if (at && id && ["Retry", "Park", "Skip"].includes(step.do)) {
          group.nack(at, [id], constantOf(step.do), "");
        }
        group.handOut((nowMs += 1));
        const ended = [...parked, ...done].sort((a, b) => a - b);
        expect(new Set(ended).size).toBe(ended.length);
        expect(ended.length + group.counts.held).toBe(next);
        const owed = Array.from({ length: next }, (_, n) => n).find((n) => !ended.includes(n));
        expect(group.reached(next - 1)).toBe(owed === undefined ? next - 1 : owed - 1);
        for (const { inFlight, size } of group.subscribers) {
          expect(inFlight.size).toBeLessThanOrEqual(size);
        }
      }
    }),
    { numRuns: 200 },
  );
});

function constantOf(name: string): "Retry" | "Park" | "Skip" {
  return name === "Retry" || name === "Park" ? name : "Skip";
}

test("where no more can be set aside, an event goes round and is not lost", () => {
  const { it, parked } = fate(1);
  const group = new Group(settings({ maxRetryCount: 0 }), it, new Memory());
  const { one, got } = subscriber("a");
  group.join(one);
  for (const place of [0, 1]) group.put(eventAt(place), place);
  group.handOut(0);
  group.nack(
    one,
    got.map(({ event }) => event.id),
    "Park",
    "no",
  );
  expect(parked).toEqual([0]);
  group.handOut(0);
  expect(got.map(({ place }) => place)).toEqual([0, 1, 1]);
  expect(group.reached(1)).toBe(0);
});

test("who takes nothing from its connection is handed nothing more; others are", () => {
  const group = new Group(settings({ consumerStrategy: "RoundRobin" }), fate().it, new Memory());
  const stuck = subscriber("a", 1_000);
  const brisk = subscriber("b", 1_000);
  stuck.one.sending = 16;
  group.join(stuck.one);
  group.join(brisk.one);
  for (const place of [0, 1, 2]) group.put(eventAt(place), place);
  group.handOut(0);
  expect(stuck.got).toEqual([]);
  expect(brisk.got.map(({ place }) => place)).toEqual([0, 1, 2]);
});

test("a group holds so many events and no more, until some are answered", () => {
  const group = new Group(settings(), fate().it, new Memory());
  let place = 0;
  while (group.hasRoom) group.put(eventAt(place), place++);
  expect(place).toBe(40);
  const { one, got } = subscriber("a");
  group.join(one);
  group.handOut(0);
  group.ack(one, [String(got[0]?.event.id)]);
  expect(group.hasRoom).toBe(true);
});

test("groups share their memory: where others hold too much, one holds a little at a time", () => {
  const memory = new Memory();
  const [greedy, modest] = [
    new Group(settings(), fate().it, memory),
    new Group(settings(), fate().it, memory),
  ];
  memory.take(GROUPS_BYTES_MAX - 2_000);
  const large = { ...eventAt(0), data: "x".repeat(4_000) };
  greedy.put(large, 0);
  expect(greedy.hasRoom).toBe(false);
  expect(modest.hasRoom).toBe(true);
  modest.put(eventAt(0), 0);
  expect(modest.hasRoom).toBe(false);
  greedy.empty();
  expect(modest.hasRoom).toBe(true);
});
