import { randomUUID } from "node:crypto";
import type { Blobs } from "@nightshift/agents/ports";
import type { EventStore } from "@nightshift/blackboard/store";
import { A2A_VERSION } from "@nightshift/protocol/a2a";
import { Unavailable } from "@nightshift/protocol/errors";
import { bidInput, bidsOf, bidder } from "../../bus-samples.ts";
import type { Caller } from "../../caller.ts";
import { serve, type Served } from "../../served.ts";
import { createCallLog } from "./call-log.ts";

// Processes that serve the same agent from one log, for tests: they can be killed at any moment.

/** A call that an agent works on, for the test to say how it goes. */
type Piece = { note(text: string): void; finish(): void; fail(): void };

export type Replica = {
  name: string;
  served: Served;
  /** What it works on, by message id. */
  pieces: Map<string, Piece>;
  /** As with kill -9: nothing it does from now on reaches the log, and nobody hears it. */
  kill(): void;
  /** Aborts when it is killed: its connections break. */
  dead: AbortSignal;
};

export const asker: Caller = {
  name: "visitor",
  standing: "guest",
  allowed: "all",
  inFlightMax: 1_000,
  gone: new AbortController().signal,
};

/** @param alive Names of the processes that are there; shared by all replicas of a test. */
export function replica(store: EventStore, blobs: Blobs, alive: Set<string>): Replica {
  const name = `server-${randomUUID()}`;
  const pieces = new Map<string, Piece>();
  const death = new AbortController();
  alive.add(name);
  const log = createCallLog({
    store: mortal(store, () => alive.has(name)),
    blobs,
    clock: Date,
    newId: randomUUID,
    actor: "hub",
    server: name,
    fate: async (server) => (alive.has(server) ? "alive" : "gone"),
    lookMs: 20,
  });
  const peer = bidder(
    (_input, call) =>
      new Promise((resolve, reject) => {
        const { message } = call;
        pieces.set(message, {
          note: (text) => call.progress(text),
          finish: () => resolve(bidsOf(message)),
          fail: () => reject(new Error("it broke")),
        });
      }),
  );
  const served = serve(peer, { keeping: { log, keeps: () => true } });
  return {
    name,
    served,
    pieces,
    dead: death.signal,
    kill() {
      alive.delete(name);
      death.abort();
      void log.close();
    },
  };
}

export function askFor(messageId: string) {
  const parts = [{ data: { skill: "bid", input: bidInput }, mediaType: "application/json" }];
  const message = { messageId, contextId: "task-1", role: "ROLE_USER", parts };
  return { method: "SendStreamingMessage", params: { message }, version: A2A_VERSION };
}

export function about(method: string, id: string) {
  return { method, params: { id }, version: A2A_VERSION };
}

/** The log as a process sees it that may die: afterwards it answers nothing any more. */
function mortal(store: EventStore, isAlive: () => boolean): EventStore {
  const orDead = () => {
    if (!isAlive()) throw new Unavailable("this process is dead");
  };
  return {
    async append(stream, events, options) {
      orDead();
      return store.append(stream, events, options);
    },
    async *read(stream, options) {
      orDead();
      yield* store.read(stream, options);
    },
    async *readAll(options) {
      orDead();
      yield* store.readAll(options);
    },
    async *follow(options) {
      orDead();
      yield* store.follow(options);
    },
    async head() {
      orDead();
      return store.head();
    },
    close: () => store.close(),
  };
}
