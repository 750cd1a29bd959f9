import { memoryStore } from "@nightshift/blackboard/memory-store";
import type { EventStore } from "@nightshift/blackboard/store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryBlobs } from "../../../sim/memory-blobs.ts";
import type { Asked } from "../../served.ts";
import { about, askFor, asker, replica, type Replica } from "./replicas.ts";

const MESSAGES = ["a", "b", "c"] as const;
const STEPS_MAX = 40;
const RUNS = 300;

/** What may happen to two processes that serve one agent from one log. */
const step = fc.oneof(
  { weight: 4, arbitrary: one("send") },
  { weight: 4, arbitrary: one("note") },
  { weight: 3, arbitrary: one("subscribe") },
  { weight: 2, arbitrary: one("finish") },
  { weight: 1, arbitrary: one("fail") },
  { weight: 1, arbitrary: one("cancel") },
  { weight: 1, arbitrary: one("restart") },
);
type Step = { kind: string; at: number; message: number; after: number };

function one(kind: string): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant(kind),
    at: fc.nat(1),
    message: fc.nat(MESSAGES.length - 1),
    after: fc.nat(6),
  });
}

test(
  "whoever subscribes hears each number once and in order, whatever is killed and restarted",
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: STEPS_MAX }), async (steps) => play(steps)),
      { numRuns: RUNS },
    );
  },
);

/** What one subscriber heard. */
type Heard = {
  call: string;
  from: number;
  seqs: number[];
  events: unknown[];
  over: Promise<string>;
};

async function play(steps: readonly Step[]): Promise<void> {
  const store = memoryStore();
  const blobs = memoryBlobs();
  const alive = new Set<string>();
  const start = () => replica(store, blobs, alive);
  const here: Replica[] = [start(), start()];
  const heard: Heard[] = [];
  for (const given of steps) await take(given, { here, heard, store, start });
  // What is still at work is finished, and each who listens hears of an end.
  const finishing = setInterval(() => {
    for (const { pieces } of here) for (const piece of pieces.values()) piece.finish();
  }, 5);
  const ends = await Promise.all(heard.map(({ over }) => over));
  clearInterval(finishing);
  for (const [index, one] of heard.entries()) await hold(one, ends[index] ?? "", store);
  await holdMessages(store);
  for (const one of here) one.kill();
}

type World = { here: Replica[]; heard: Heard[]; store: EventStore; start: () => Replica };

async function take({ kind, at, message, after }: Step, world: World): Promise<void> {
  const { here, heard, store, start } = world;
  const replica = here[at];
  const name = MESSAGES[message];
  if (!replica || name === undefined) throw new Error("no such replica");
  const piece = replica.pieces.get(name);
  switch (kind) {
    case "send":
      listen(replica, askFor(name), -1, heard);
      break;
    case "note":
      piece?.note(`note ${Math.random()}`);
      break;
    case "finish":
      piece?.finish();
      break;
    case "fail":
      piece?.fail();
      break;
    case "cancel":
      for (const id of await callsIn(store)) void cancelled(replica, id);
      break;
    case "restart":
      replica.kill();
      here[at] = start();
      break;
    case "subscribe":
      for (const id of await callsIn(store)) {
        if (after < (await lengthOf(store, id)))
          listen(replica, about("SubscribeToTask", id), after, heard);
      }
  }
  await new Promise((resolve) => setImmediate(resolve));
}

/** Listens as long as its replica lives; how it ended is told, not thrown. */
function listen(at: Replica, asked: Asked, from: number, heard: Heard[]): void {
  const one: Heard = { call: "", from, seqs: [], events: [], over: Promise.resolve("") };
  const emit = (event: unknown, seq: number) => {
    const { task, statusUpdate, artifactUpdate } = Object(event);
    one.call = task?.id ?? statusUpdate?.taskId ?? artifactUpdate.taskId;
    one.seqs.push(seq);
    one.events.push(event);
  };
  const afterSeq = from < 0 ? undefined : from;
  one.over = at.served.stream(asked, asker, emit, at.dead, { afterSeq }).then(
    () => (at.dead.aborted ? "killed" : "ended"),
    (error: Error) => error.message,
  );
  heard.push(one);
}

async function cancelled(at: Replica, id: string): Promise<void> {
  await at.served.answer(about("CancelTask", id), asker).catch(() => undefined);
}

/** Each number from where it began, once, in order; all of them where the stream came to its end. */
async function hold({ call, from, seqs, events }: Heard, end: string, store: EventStore) {
  expect(seqs).toEqual(seqs.map((_, index) => from + 1 + index));
  if (end !== "ended" || call === "") return;
  expect(from + seqs.length + 1).toBe(await lengthOf(store, call));
  expect(Object(events.at(-1)).statusUpdate?.status.state).toMatch(/COMPLETED|FAILED|CANCELED/);
}

/** Of the runs of one message at most one has an answer, and none follows it. */
async function holdMessages(store: EventStore): Promise<void> {
  const runs = new Map<string, string[]>();
  for await (const { event, stream } of store.readAll()) {
    if (event.type !== "call.received" && event.type !== "call.ended") continue;
    const message = stream.replace(/-r\d+$/, "");
    const ends = runs.get(message) ?? [];
    runs.set(message, ends);
    if (event.type === "call.received") expect(ends).not.toContain("completed");
    else ends.push(event.state);
  }
}

async function callsIn(store: EventStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const { stream } of store.readAll({ types: ["call.received"] }))
    ids.push(stream.slice("call-".length));
  return ids;
}

async function lengthOf(store: EventStore, id: string): Promise<number> {
  let length = 0;
  for await (const _ of store.read(`call-${id}`)) length += 1;
  return length;
}
