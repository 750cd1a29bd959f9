import type { Pending } from "@nightshift/protocol/envelope";
import { exampleRules } from "@nightshift/protocol/rules-example";
import { Conflict, Unavailable } from "@nightshift/protocol/errors";
import type { TaskSpec } from "@nightshift/protocol/task";
import { expect, test } from "vitest";
import { CONFLICTS_MAX, createBoard } from "./board.ts";
import { memoryStore } from "./memory-store.ts";
import type { EventStore } from "./store.ts";

const told: TaskSpec = {
  name: "META-009",
  title: "Fix the flaky test",
  text: "",
  repo: "shop-1",
  category: "ops",
  priority: 2,
  output: "code",
  success: [],
  scope: [],
  tags: [],
  model: null,
  dependsOn: [],
  drops: [],
  parent: null,
  depth: 0,
  source: "director",
};
const propose = { type: "task.propose", spec: told, followUpDepthMax: 1 } as const;
const claim = { type: "task.claim", epoch: 1, leaseMs: 9, nowMs: 5 } as const;
const admit = { type: "task.admit" as const, by: "planner", evidence: [] };

let ids = 0;

function boardOn(store: EventStore, actor = "dispatcher") {
  const newId = () => `command-${(ids += 1)}`;
  return createBoard({ store, actor, clock: { now: () => 5 }, newId });
}

async function streamIn(store: EventStore, stream: string) {
  return Array.fromAsync(store.read(stream));
}

test("a command becomes events, each with writer, time, cause and task", async () => {
  const store = memoryStore();
  const [recorded] = await boardOn(store).handle("task", "meta-1", propose);
  expect(recorded).toMatchObject({
    stream: "task-meta-1",
    revision: 0,
    position: 1n,
    atMs: 5,
    actor: "dispatcher",
    causation: expect.stringMatching(/^command-/),
    correlation: "meta-1",
    event: { type: "task.proposed" },
  });
  expect(await streamIn(store, "task-meta-1")).toEqual([recorded]);
});

test("an attempt is about its task", async () => {
  const board = boardOn(memoryStore());
  const [recorded] = await board.handle("attempt", "meta-g1-g2", {
    type: "attempt.start",
    generation: 2,
    task: "meta-g1",
    repo: "shop-1",
    base: "a".repeat(40),
    category: "ops",
    output: "code",
    rules: { ...exampleRules, policy: "never" },
  });
  expect(recorded?.correlation).toBe("meta-g1");
});

test("a stream that nobody wrote is as it begins", async () =>
  expect(await boardOn(memoryStore()).load("task", "none-1")).toEqual({
    state: { status: "absent" },
    revision: 0,
  }));

test("an id that could be a path or a subject names no stream (I11)", async () => {
  const astray = boardOn(memoryStore()).handle("task", "../other", propose);
  await expect(astray).rejects.toThrow(/not an id/);
});

test("what a rule refuses is not in the log", async () => {
  const store = memoryStore();
  const refused = boardOn(store).handle("task", "meta-1", { ...claim, agent: "a" });
  await expect(refused).rejects.toMatchObject({ code: "not-found" });
  expect(await store.head()).toBe(0n);
});

test("several events of one command are one append", async () => {
  const store = memoryStore();
  const events = await boardOn(store).handle("project", "p-1", {
    type: "project.add",
    name: "p",
    repo: "shop-1",
    stages: [{ name: "build", role: "dev", exit: "runs" }],
  });
  expect(events.map(({ event, revision }) => [event.type, revision])).toEqual([
    ["project.added", 0],
    ["project.phase-entered", 1],
  ]);
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});

test("the same command id is one command, by whatever board it comes", async () => {
  const store = memoryStore();
  const comment = { type: "review.comment", by: "director", text: "one" } as const;
  const request = {
    type: "review.request",
    task: "t",
    attempt: "t-g1",
    repo: "shop-1",
    branch: "nightshift/t",
    commit: "c".repeat(40),
    score: 7,
    why: "",
  } as const;
  const board = boardOn(store);
  await board.handle("review", "t-g1", request);
  await board.handle("review", "t-g1", comment, { commandId: "x" });
  await board.handle("review", "t-g1", { ...comment, text: "two" });
  // By its content the rules would take this for a new comment.
  expect(await board.handle("review", "t-g1", comment, { commandId: "x" })).toEqual([]);
  expect(await boardOn(store).handle("review", "t-g1", comment, { commandId: "x" })).toEqual([]);
  expect(await store.head()).toBe(3n);
});

test("a command that was handled is a repeat, also where the rules would refuse it by now", async () => {
  const board = boardOn(memoryStore());
  await board.handle("task", "a-1", propose);
  await board.handle("task", "a-1", admit);
  const claimed = { ...claim, agent: "one" };
  await board.handle("task", "a-1", claimed, { commandId: "x" });
  await board.handle("task", "a-1", { type: "task.abandon", epoch: 1, reason: "no more" });
  expect(await board.handle("task", "a-1", claimed, { commandId: "x" })).toEqual([]);
});

test("the same command id on another stream is another command", async () => {
  const board = boardOn(memoryStore());
  expect(await board.handle("task", "a-1", propose, { commandId: "x" })).toHaveLength(1);
  expect(await board.handle("task", "b-1", propose, { commandId: "x" })).toHaveLength(1);
});

test("a write that landed though it was said to fail is not written again", async () => {
  const store = memoryStore();
  const lossy = failing(store, async (append) => {
    await append();
    throw new Unavailable("no answer in time");
  });
  const first = boardOn(lossy).handle("task", "a-1", propose, { commandId: "x" });
  await expect(first).rejects.toThrow(Unavailable);
  expect(await boardOn(store).handle("task", "a-1", propose, { commandId: "x" })).toEqual([]);
  expect(await store.head()).toBe(1n);
});

test("boards of two processes see what the other wrote", async () => {
  const store = memoryStore();
  const [one, two] = [boardOn(store, "one"), boardOn(store, "two")];
  await one.handle("task", "a-1", propose);
  await two.handle("task", "a-1", admit);
  await one.handle("task", "a-1", { ...claim, agent: "one" });
  const late = two.handle("task", "a-1", { ...claim, agent: "two" });
  await expect(late).rejects.toMatchObject({ code: "not-open" });
  expect((await two.load("task", "a-1")).revision).toBe(3);
});

test("of two who claim at the same moment one gets the task", async () => {
  const store = memoryStore();
  await boardOn(store).handle("task", "a-1", propose);
  await boardOn(store).handle("task", "a-1", admit);
  const claims = ["one", "two", "three"].map((agent) =>
    boardOn(store, agent).handle("task", "a-1", { ...claim, agent }),
  );
  const settled = await Promise.allSettled(claims);
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await streamIn(store, "task-a-1")).toHaveLength(3);
});

test("many commands of one process on one stream never exhaust the retries", async () => {
  const board = boardOn(memoryStore());
  const given = Array.from({ length: 4 * CONFLICTS_MAX }, (_, index) =>
    board.handle("guidance", "ops-1", {
      type: "guidance.give",
      category: "ops",
      text: `lesson ${index}`,
      by: "director",
      expiresAtMs: 9,
    }),
  );
  await Promise.all(given);
  expect((await board.load("guidance", "ops-1")).revision).toBe(4 * CONFLICTS_MAX);
});

test("a command is decided anew when another writer was faster, eight times at most", async () => {
  const store = memoryStore();
  let appends = 0;
  const busy = (times: number) =>
    failing(store, async (append) => {
      appends += 1;
      if (appends <= times) throw new Conflict("task-a-1", 0, 1);
      await append();
    });
  await expect(boardOn(busy(99)).handle("task", "a-1", propose)).rejects.toThrow(Conflict);
  expect(appends).toBe(CONFLICTS_MAX);
  appends = 0;
  expect(await boardOn(busy(7)).handle("task", "a-1", propose)).toHaveLength(1);
});

test("an event that is not of its stream is a bug, not a state", async () => {
  const store = memoryStore();
  const astray: EventStore = Object.assign(Object.create(store), {
    async *read() {
      yield* [];
      yield {
        ...pending(),
        stream: "task-a-1",
        revision: 0,
        position: 1n,
      };
    },
  });
  await expect(boardOn(astray).load("task", "a-1")).rejects.toThrow(/call.working stands in/);
});

function pending(): Pending {
  return {
    id: "1",
    atMs: 1,
    actor: "a",
    causation: null,
    correlation: null,
    event: { type: "call.working", note: "" },
  };
}

/** The store, with an append that the world interferes with. */
function failing(
  store: EventStore,
  interfere: (append: () => Promise<bigint>) => Promise<void>,
): EventStore {
  return {
    async append(stream, events, options) {
      await interfere(() => store.append(stream, events, options));
      return store.head();
    },
    read: (stream, options) => store.read(stream, options),
    readAll: (options) => store.readAll(options),
    follow: (options) => store.follow(options),
    head: () => store.head(),
    close: () => store.close(),
  };
}

test("a command that is for what the caller saw is not decided on anything newer", async () => {
  const board = boardOn(memoryStore());
  await board.handle("task", "meta-1", propose);
  const { revision: ifRevision } = await board.load("task", "meta-1");
  await board.handle("task", "meta-1", admit);
  const late = board.handle("task", "meta-1", { ...claim, agent: "a" }, { ifRevision });
  await expect(late).rejects.toBeInstanceOf(Conflict);
  expect((await board.load("task", "meta-1")).state).toMatchObject({ status: "open" });
});

test("a repeat is a repeat, whatever the caller saw", async () => {
  const board = boardOn(memoryStore());
  await board.handle("task", "meta-1", propose, { commandId: "once" });
  const again = await board.handle("task", "meta-1", propose, { commandId: "once", ifRevision: 0 });
  expect(again).toEqual([]);
});
