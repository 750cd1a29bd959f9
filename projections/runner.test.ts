import type { Recorded } from "@nightshift/protocol/envelope";
import type { NightEvent } from "@nightshift/protocol/events";
import { expect, test } from "vitest";
import type { EventNamed } from "./words/event-named.ts";
import { memoryReader } from "./memory-reader.ts";
import type { Projection } from "./projection.ts";
import type { LogReader } from "./log-reader.ts";
import { createRunner } from "./runner.ts";
import { writeLog } from "./written-log.ts";

const notes: Projection<string[], EventNamed<"call.working">> = {
  name: "notes",
  version: 1,
  reads: ["call.working"],
  initial: () => [],
  apply: (view, { event }) => void view.push(event.note),
};

const counts: Projection<Map<string, number>> = {
  name: "counts",
  version: 1,
  reads: ["call.working", "agent.left"],
  initial: () => new Map(),
  apply: (view, { event }) => void view.set(event.type, (view.get(event.type) ?? 0) + 1),
};

const working = (note: string): [string, NightEvent] => ["call-a", { type: "call.working", note }];
const left: [string, NightEvent] = ["agent-a", { type: "agent.left", session: "s" }];
const fenced: [string, NightEvent] = [
  "agent-a",
  { type: "agent.fenced", session: "s", by: "director" },
];

function asked(log: readonly Recorded[]): LogReader & { types: (readonly string[])[] } {
  const reader = memoryReader(log);
  const types: (readonly string[])[] = [];
  const readAll: LogReader["readAll"] = (options) => {
    types.push(options.types);
    return reader.readAll(options);
  };
  return { ...reader, readAll, types };
}

test("each view is shown the types it reads and no others, in the order of the log", async () => {
  const source = asked(writeLog([working("one"), left, fenced, working("two")]));
  const runner = createRunner(source, [notes, counts]);
  expect(runner.view(notes)).toEqual([]);
  await runner.catchUp();
  expect(runner.view(notes)).toEqual(["one", "two"]);
  expect([...runner.view(counts)]).toEqual([
    ["call.working", 2],
    ["agent.left", 1],
  ]);
  expect(runner.checkpoint).toBe(4n);
  expect(source.types).toEqual([["call.working", "agent.left"]]);
});

test("catching up again reads only what came since, and nothing when nothing came", async () => {
  const log = writeLog([working("one"), fenced]);
  const source = asked(log);
  const runner = createRunner(source, [notes]);
  await runner.catchUp();
  expect(runner.checkpoint).toBe(2n);
  await runner.catchUp();
  expect(source.types).toHaveLength(1);
  log.push(...writeLog([working("one"), fenced, working("two")]).slice(2));
  await runner.catchUp();
  expect(runner.view(notes)).toEqual(["one", "two"]);
});

test("calls at once show nothing twice", async () => {
  const log = writeLog([working("one"), working("two")]);
  const runner = createRunner(memoryReader(log), [notes]);
  await Promise.all([runner.catchUp(), runner.catchUp({ upTo: 1n }), runner.catchUp()]);
  expect(runner.view(notes)).toEqual(["one", "two"]);
});

test("a view is caught up to a position, and not beyond", async () => {
  const log = writeLog([working("one"), working("two"), working("three")]);
  const runner = createRunner(memoryReader(log), [notes]);
  await runner.catchUp({ upTo: 2n });
  expect(runner.view(notes)).toEqual(["one", "two"]);
  expect(runner.checkpoint).toBe(2n);
  await runner.catchUp({ upTo: 99n });
  expect(runner.checkpoint).toBe(3n);
});

test("a log that fails half way is read on from where it failed", async () => {
  const log = writeLog([working("one"), working("two")]);
  const whole = memoryReader(log);
  let fails = true;
  const source: LogReader = {
    ...whole,
    async *readAll(options) {
      for await (const recorded of whole.readAll(options)) {
        if (fails && recorded.position === 2n) throw new Error("the disk is away");
        yield recorded;
      }
    },
  };
  const runner = createRunner(source, [notes]);
  await expect(runner.catchUp()).rejects.toThrow("the disk is away");
  expect(runner.checkpoint).toBe(1n);
  fails = false;
  await runner.catchUp();
  expect(runner.view(notes)).toEqual(["one", "two"]);
});

test("after a fold failed no view is trusted any more", async () => {
  const failing: typeof counts = {
    ...counts,
    name: "failing",
    apply: () => {
      throw new Error("a bug in the fold");
    },
  };
  const runner = createRunner(memoryReader(writeLog([working("one")])), [notes, failing]);
  const told =
    "the view failing failed on an event (call.working, position 1, revision 0 of call-a)";
  await expect(runner.catchUp()).rejects.toThrow(`${told}: a bug in the fold`);
  await expect(runner.catchUp()).rejects.toThrow("a view failed on an event");
});

test("an event that nobody knows is skipped, and told once for its type", async () => {
  const log = writeLog([working("one"), left, left, working("two")]);
  const strange = (recorded: Recorded): Recorded => {
    return recorded.event.type === "agent.left"
      ? { ...recorded, event: JSON.parse('{"type":"agent.dreamt"}') }
      : recorded;
  };
  const whole = memoryReader(log);
  // A store that leaves it to its reader to pick the types.
  const source: LogReader = {
    ...whole,
    async *readAll(options) {
      for (const recorded of log) if (recorded.position > options.after) yield strange(recorded);
    },
  };
  const told: [string, bigint][] = [];
  const warn = (type: string, position: bigint) => void told.push([type, position]);
  const runner = createRunner(source, [notes], { warn });
  await runner.catchUp();
  expect(runner.view(notes)).toEqual(["one", "two"]);
  expect(told).toEqual([["agent.dreamt", 2n]]);
});

test("only views that the runner has are given out", () => {
  const runner = createRunner(memoryReader([]), [notes]);
  expect(() => runner.view(counts)).toThrow("no view of counts here");
  expect(() => createRunner(memoryReader([]), [notes, notes])).toThrow("of one name");
});
