import type { Recorded } from "@nightshift/protocol/envelope";
import { expect, test } from "vitest";
import type { EventNamed } from "./words/event-named.ts";
import type { LogReader } from "./log-reader.ts";
import { memoryReader } from "./memory-reader.ts";
import { memorySnapshots } from "./memory-snapshots.ts";
import type { Projection } from "./projection.ts";
import { createRunner } from "./runner.ts";
import { writeLog, type Entry } from "./written-log.ts";

const notes: Projection<string[], EventNamed<"call.working">> = {
  name: "notes",
  version: 1,
  reads: ["call.working"],
  initial: () => [],
  apply: (view, { event }) => void view.push(event.note),
};
const leavers: Projection<Set<string>, EventNamed<"agent.left">> = {
  name: "leavers",
  version: 1,
  reads: ["agent.left"],
  initial: () => new Set(),
  apply: (view, { event }) => void view.add(event.session),
};

const working = (note: string): Entry => ["call-a", { type: "call.working", note }];
const left = (session: string): Entry => ["agent-a", { type: "agent.left", session }];
const log = writeLog([working("one"), left("s1"), working("two"), left("s2"), working("three")]);

/** Snapshots of views that have seen a log, or a part of it. */
async function keptOf(upTo?: bigint, from = log) {
  const snapshots = memorySnapshots();
  const runner = createRunner(memoryReader(from), [notes, leavers], {
    snapshots,
    snapshotEvery: 2,
  });
  await runner.catchUp(upTo === undefined ? {} : { upTo });
  await runner.close();
  return snapshots;
}

/** A reader that tells after which position it was asked for which types. */
function asked(source: readonly Recorded[]): LogReader & { after: [bigint, string][] } {
  const reader = memoryReader(source);
  const after: [bigint, string][] = [];
  return {
    ...reader,
    after,
    readAll(options) {
      after.push([options.after, options.types.join(" ")]);
      return reader.readAll(options);
    },
  };
}

test("a view goes on from its snapshot and is shown only what came since", async () => {
  const source = asked(log);
  const runner = createRunner(source, [notes, leavers], { snapshots: await keptOf(3n) });
  await runner.catchUp();
  expect(runner.view(notes)).toEqual(["one", "two", "three"]);
  expect(runner.view(leavers)).toEqual(new Set(["s1", "s2"]));
  expect(source.after).toEqual([[3n, "call.working agent.left"]]);
});

test("a fold of another version begins anew, and the others do not pay for it", async () => {
  const source = asked(log);
  const louder = { ...notes, version: 2, apply: (view: string[]) => void view.push("LOUD") };
  const runner = createRunner(source, [louder, leavers], { snapshots: await keptOf(3n) });
  await runner.catchUp();
  expect(runner.view(louder)).toEqual(["LOUD", "LOUD", "LOUD"]);
  expect(runner.view(leavers)).toEqual(new Set(["s1", "s2"]));
  expect(source.after).toEqual([
    [0n, "call.working"],
    [3n, "call.working agent.left"],
  ]);
});

test("what another log left, or one that was put back, counts for nothing", async () => {
  // Alike in every place, and longer: only what happened is another.
  const once = [working("else"), left("s8"), working("else"), left("s9"), working("else")];
  const other = writeLog([...once, ...once]).map((recorded) => ({
    ...recorded,
    id: recorded.id.replace("4000", "4001"),
  }));
  const shorter = log.slice(0, 3);
  for (const source of [other, shorter]) {
    const runner = createRunner(memoryReader(source), [notes], { snapshots: await keptOf() });
    await runner.catchUp();
    expect(runner.view(notes)).toEqual(
      source.flatMap(({ event }) => (event.type === "call.working" ? event.note : [])),
    );
  }
});

test("a snapshot beyond the place that was asked for is not gone back from", async () => {
  const runner = createRunner(memoryReader(log), [notes], { snapshots: await keptOf() });
  await runner.catchUp({ upTo: 1n });
  expect(runner.view(notes)).toEqual(["one"]);
});

test("views are kept every so many events, and at the end", async () => {
  const snapshots = memorySnapshots();
  const options = { snapshots, snapshotEvery: 2 };
  const runner = createRunner(memoryReader(log), [notes], options);
  await runner.catchUp();
  expect(snapshots.kept.get("notes")).toMatchObject({ state: ["one", "two"] });
  await runner.close();
  const { position, stream, revision, id } = log[4] ?? {};
  expect(snapshots.kept.get("notes")).toEqual({
    name: "notes",
    version: 1,
    anchor: { position, stream, revision, id },
    state: ["one", "two", "three"],
  });
});

test("what is kept does not change with the view, nor the view with what is kept", async () => {
  const snapshots = await keptOf(3n);
  const runner = createRunner(memoryReader(log), [notes], { snapshots });
  await runner.catchUp();
  expect(snapshots.kept.get("notes")?.state).toEqual(["one", "two"]);
});

test("views that failed on an event are never kept", async () => {
  const snapshots = memorySnapshots();
  const failing: typeof notes = {
    ...notes,
    apply(view, { event }) {
      if (event.note === "three") throw new Error("a bug in the fold");
      view.push(event.note);
    },
  };
  const runner = createRunner(memoryReader(log), [failing], { snapshots, snapshotEvery: 100 });
  await expect(runner.catchUp()).rejects.toThrow("a bug in the fold");
  await runner.close();
  expect(snapshots.kept.size).toBe(0);
});
