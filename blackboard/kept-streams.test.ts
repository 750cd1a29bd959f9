import { expect, test } from "vitest";
import { keepStreams } from "./kept-streams.ts";
import { memoryStore } from "./memory-store.ts";
import type { EventStore } from "./store.ts";

const note = (id: string, text: string) => ({
  id,
  atMs: 1,
  actor: "dispatcher",
  causation: null,
  correlation: null,
  event: {
    type: "guidance.given",
    category: "ops",
    text,
    by: "director",
    expiresAtMs: 9,
  } as const,
});

/** Tells from which revisions a store was read. */
function watched() {
  const store = memoryStore();
  const froms: (number | undefined)[] = [];
  const spied: EventStore = {
    append: (stream, events, options) => store.append(stream, events, options),
    read(stream, options) {
      froms.push(options?.from);
      return store.read(stream, options);
    },
    readAll: (options) => store.readAll(options),
    follow: (options) => store.follow(options),
    head: () => store.head(),
    close: () => store.close(),
  };
  return { store: spied, froms };
}

const options = { revision: 0, timeoutMs: 1_000 };

test("a stream is read from where it is known", async () => {
  const { store, froms } = watched();
  const streams = keepStreams(store);
  await store.append("guidance-a", [note("1", "one"), note("2", "two")], options);
  await streams.catchUp("guidance", "guidance-a");
  await store.append("guidance-a", [note("3", "three")], { ...options, revision: 2 });
  const kept = await streams.catchUp("guidance", "guidance-a");
  expect(froms).toEqual([0, 2]);
  expect(kept.revision).toBe(3);
  expect(kept.state.given.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  expect([...kept.ids]).toEqual(["1", "2", "3"]);
});

test("only so many streams are kept; what was forgotten is read again (I8)", async () => {
  const { store, froms } = watched();
  const streams = keepStreams(store, 2);
  for (const name of ["a", "b", "c"]) {
    await store.append(`guidance-${name}`, [note(name, name)], options);
    await streams.catchUp("guidance", `guidance-${name}`);
  }
  froms.length = 0;
  await streams.catchUp("guidance", "guidance-c");
  await streams.catchUp("guidance", "guidance-b");
  const forgotten = await streams.catchUp("guidance", "guidance-a");
  expect(froms).toEqual([1, 1, 0]);
  expect(forgotten.state.given).toHaveLength(1);
});
