import { randomUUID } from "node:crypto";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import type { EventStore } from "@nightshift/blackboard/store";
import { expect, test } from "vitest";
import { memoryBlobs } from "../../../sim/memory-blobs.ts";
import { bidInput, settled } from "../../bus-samples.ts";
import { AFTER_SEQ_URI } from "../../extensions.ts";
import { createCallLog } from "./call-log.ts";
import { about, askFor, asker, replica, type Replica } from "./replicas.ts";

function house() {
  const store = memoryStore();
  const blobs = memoryBlobs();
  const alive = new Set<string>();
  return { store, start: () => replica(store, blobs, alive) };
}

/** The numbers and the events that a stream told, and how it ended. */
function listen(
  at: Replica,
  asked: ReturnType<typeof askFor> | ReturnType<typeof about>,
  afterSeq?: number,
) {
  const stop = new AbortController();
  const seqs: number[] = [];
  const events: object[] = [];
  const over = at.served
    .stream(
      asked,
      asker,
      (event, seq) => {
        seqs.push(seq);
        events.push(event);
      },
      stop.signal,
      { afterSeq },
    )
    .then(
      () => "ended",
      (error: Error) => error.message,
    );
  return { seqs, events, over, stop };
}

async function begun(at: Replica, message: string) {
  const stream = listen(at, askFor(message));
  await settled(() => stream.events.length > 1 && at.pieces.has(message));
  const { task } = Object(stream.events[0]);
  return { ...stream, id: String(task.id) };
}

test("each event of a stream has the revision that it has in the log", async () => {
  const { store, start } = house();
  const here = start();
  const { id, over, seqs, events } = await begun(here, "m");
  here.pieces.get("m")?.note("half way");
  here.pieces.get("m")?.finish();
  expect(await over).toBe("ended");
  expect(seqs).toEqual([0, 1, 2, 3, 4]);
  expect(events.map((event) => Object.keys(event)[0])).toEqual([
    "task",
    "statusUpdate",
    "statusUpdate",
    "artifactUpdate",
    "statusUpdate",
  ]);
  expect(events.map((event) => Object.values(event)[0].metadata[AFTER_SEQ_URI].seq)).toEqual(seqs);
  const types = await typesOf(store, id);
  expect(types).toEqual(
    ["received", "working", "working", "answered", "ended"].map((verb) => `call.${verb}`),
  );
});

test("another replica tells a call that runs elsewhere: the snapshot, then what follows", async () => {
  const { start } = house();
  const [here, there] = [start(), start()];
  const { id } = await begun(here, "m");
  here.pieces.get("m")?.note("one");
  await settled(() => true);
  const follower = listen(there, about("SubscribeToTask", id));
  await settled(() => follower.seqs.length > 0);
  const first = follower.seqs[0] ?? Number.NaN;
  here.pieces.get("m")?.note("two");
  here.pieces.get("m")?.finish();
  expect(await follower.over).toBe("ended");
  expect(follower.seqs).toEqual(Array.from({ length: 6 - first }, (_, index) => first + index));
  expect(Object.keys(follower.events[0] ?? {})).toEqual(["task"]);
  const task = Object(await there.served.answer(about("GetTask", id), asker));
  expect(task.status.state).toBe("TASK_STATE_COMPLETED");
  expect(await there.served.answer(about("GetTask", id), asker)).toEqual(
    await here.served.answer(about("GetTask", id), asker),
  );
});

test("a stream goes on after a number, also when the call is over, and not after one to come", async () => {
  const { start } = house();
  const here = start();
  const { id, over } = await begun(here, "m");
  here.pieces.get("m")?.finish();
  await over;
  const there = start();
  for (const at of [here, there]) {
    const rest = listen(at, about("SubscribeToTask", id), 1);
    expect([await rest.over, rest.seqs]).toEqual(["ended", [2, 3]]);
    const nothing = listen(at, about("SubscribeToTask", id), 3);
    expect([await nothing.over, nothing.seqs]).toEqual(["ended", []]);
    expect(await listen(at, about("SubscribeToTask", id), 4).over).toContain("no event 4 yet");
    expect(await listen(at, about("SubscribeToTask", id)).over).toContain("nothing follows");
  }
});

test("the same message is one call on all replicas, and after a restart", async () => {
  const { start } = house();
  const [here, there] = [start(), start()];
  const both = [listen(here, askFor("m")), listen(there, askFor("m"))];
  await settled(() => here.pieces.size + there.pieces.size > 0);
  const at = here.pieces.has("m") ? here : there;
  at.pieces.get("m")?.finish();
  await Promise.all(both.map(({ over }) => over));
  expect(both.map(({ seqs }) => seqs)).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ]);
  expect(here.pieces.size + there.pieces.size).toBe(1);
  here.kill();
  const again = start();
  const told = listen(again, askFor("m"));
  expect([await told.over, told.seqs]).toEqual(["ended", [0, 1, 2, 3]]);
  expect(again.pieces.size).toBe(0);
});

test("a call whose server died ends as failed, and its message may be sent again", async () => {
  const { start } = house();
  const [here, there] = [start(), start()];
  const { id } = await begun(here, "m");
  const follower = listen(there, about("SubscribeToTask", id));
  await settled(() => follower.seqs.length > 0);
  here.kill();
  expect(await follower.over).toBe("ended");
  expect(follower.seqs).toEqual([1, 2]);
  const task = Object(await there.served.answer(about("GetTask", id), asker));
  expect(task.status.state).toBe("TASK_STATE_FAILED");
  const again = listen(there, askFor("m"));
  await settled(() => there.pieces.has("m"));
  there.pieces.get("m")?.finish();
  expect(await again.over).toBe("ended");
  expect(Object(again.events[0]).task.id).not.toBe(id);
});

test("what a zombie says after its call was ended is void", async () => {
  const store = memoryStore();
  const blobs = memoryBlobs();
  const alive = new Set<string>();
  const [here, there] = [replica(store, blobs, alive), replica(store, blobs, alive)];
  const { id, over } = await begun(here, "m");
  // It is there and can write, but the others believe that it is not.
  alive.delete(here.name);
  await there.served.answer(about("GetTask", id), asker);
  alive.add(here.name);
  here.pieces.get("m")?.finish();
  expect(await over).toBe("ended");
  expect(await typesOf(store, id)).toEqual(["call.received", "call.working", "call.ended"]);
});

test("a call is cancelled from any replica, and its work is cut", async () => {
  const { start } = house();
  const [here, there] = [start(), start()];
  const { id, over, events } = await begun(here, "m");
  const task = Object(await there.served.answer(about("CancelTask", id), asker));
  expect(task.status.state).toBe("TASK_STATE_CANCELED");
  expect(await over).toBe("ended");
  expect(Object(events.at(-1)).statusUpdate.status.state).toBe("TASK_STATE_CANCELED");
  await expect(here.served.answer(about("CancelTask", id), asker)).resolves.toMatchObject({ id });
});

test("calls are listed by every replica, to their caller alone", async () => {
  const { start } = house();
  const [here, there] = [start(), start()];
  for (const message of ["a", "b", "c"]) {
    const { over } = await begun(here, message);
    if (message !== "c") here.pieces.get(message)?.finish();
    if (message !== "c") await over;
  }
  const list = async (params: object, caller = asker) =>
    Object(await there.served.answer({ ...about("ListTasks", ""), params }, caller));
  expect((await list({})).tasks).toHaveLength(3);
  expect((await list({ status: "TASK_STATE_WORKING" })).totalSize).toBe(1);
  expect((await list({}, { ...asker, name: "other" })).totalSize).toBe(0);
  const id = String((await list({})).tasks[0].id);
  const other = { ...asker, name: "other" };
  for (const method of ["GetTask", "CancelTask"])
    await expect(there.served.answer(about(method, id), other)).rejects.toMatchObject({
      code: -32_001,
    });
});

test("a caller begins as many calls as it may, and finds those that it began", async () => {
  const log = createCallLog({
    store: memoryStore(),
    blobs: memoryBlobs(),
    clock: Date,
    newId: randomUUID,
    actor: "hub",
    server: "here",
    fate: async () => "alive",
  });
  const open = (from: string, message: string) =>
    log.open({ from, to: "b", skill: "bid", context: "c", message }, bidInput, 2);
  expect((await open("a", "1")).isNew).toBe(true);
  expect((await open("a", "2")).isNew).toBe(true);
  await expect(open("a", "3")).rejects.toMatchObject({ code: "over-budget" });
  expect((await open("a", "2")).isNew).toBe(false);
  expect((await open("b", "1")).isNew).toBe(true);
  await log.close();
});

test("no secret enters the log by what an agent says on the way", async () => {
  const { store, start } = house();
  const here = start();
  const { id, over } = await begun(here, "m");
  const key = `sk-ant-api03-${"a1B2".repeat(24)}-AA`;
  here.pieces.get("m")?.note(`it is ${key}`);
  here.pieces.get("m")?.finish();
  await over;
  const told: string[] = [];
  for await (const { event } of store.read(`call-${id}`)) told.push(JSON.stringify(event));
  expect(told.join("\n")).not.toContain(key);
  expect(told.join("\n")).toContain("it is ");
});

test("an id that is no text is refused before anything is kept", async () => {
  const { store, start } = house();
  const here = start();
  for (const wrong of ["a\0b", "\ud800"])
    await expect(here.served.answer(withMessage(wrong), asker)).rejects.toMatchObject({
      code: -32_602,
    });
  expect(await store.head()).toBe(0n);
});

function withMessage(messageId: string) {
  return { ...askFor(messageId), method: "SendMessage" };
}

async function typesOf(store: EventStore, id: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { event } of store.read(`call-${id}`)) types.push(event.type);
  return types;
}
