import { streamOf } from "@nightshift/protocol/ids";
import { SkillName } from "@nightshift/protocol/skills";
import type { Call } from "../call.ts";
import { endOf, isLast, type End, type Moment, type Request } from "../moment.ts";
import { momentOf, readCallEvent } from "./call-events.ts";
import { CallWriter } from "./call-writer.ts";
import type { Feed } from "./feed.ts";
import type { LogPorts } from "./ports.ts";

const GONE: End = { state: "failed", detail: "unavailable: the process that worked on it is gone" };

/** How a call began, as its stream tells it. */
export type Beginning = { request: Request; server: string; heldUntilMs: number; atMs: number };

/**
 * A call that is in the log and does not run here: another process is at it, or it is over. What it
 * tells is read from its stream alone, so it is the same on every replica.
 */
export class RecordedCall implements Call {
  readonly request: Request;
  readonly isKept = true;
  readonly #ports: LogPorts;
  readonly #feed: Feed;
  readonly #server: string;
  #heldUntilMs: number;

  constructor(ports: LogPorts, feed: Feed, { request, server, heldUntilMs }: Beginning) {
    this.request = request;
    this.#ports = ports;
    this.#feed = feed;
    this.#server = server;
    this.#heldUntilMs = heldUntilMs;
  }

  async read(): Promise<readonly Moment[]> {
    await this.endIfLost();
    return this.#from(0);
  }

  async follow(
    afterSeq: number,
    take: (moment: Moment) => void | Promise<void>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<void> {
    let next = afterSeq + 1;
    const news = createNews();
    const forget = this.#feed.watch(streamOf("call", this.request.id), news.ring);
    signal.addEventListener("abort", news.ring, { once: true });
    try {
      while (!signal.aborted) {
        news.listen();
        for (const moment of await this.#from(next)) {
          if (signal.aborted) return;
          await take(moment);
          next = moment.seq + 1;
          if (isLast(moment)) return;
        }
        if ((await news.heard(this.#ports.lookMs)) || signal.aborted) continue;
        if (await this.#isOverBefore(next)) return;
        await this.endIfLost();
      }
    } finally {
      forget();
      signal.removeEventListener("abort", news.ring);
    }
  }

  async cancel(by: string): Promise<void> {
    const writer = new CallWriter(this.#ports, this.request);
    await writer.catchUp();
    await writer.append([{ kind: "revoked", by }]);
  }

  /** Ends it as failed where it runs nowhere any more; resolves with whether it is over. */
  async endIfLost(): Promise<boolean> {
    const moments = await this.#from(0);
    if (endOf(moments)) return true;
    const { fate, clock } = this.#ports;
    const known = await fate(this.#server);
    if (known === "alive") return false;
    if (known === "unknown" && clock.now() <= this.#heldUntilMs) return false;
    const writer = new CallWriter(this.#ports, this.request);
    await writer.catchUp();
    await writer.append([{ kind: "finished", end: GONE }]);
    return true;
  }

  async #from(seq: number): Promise<Moment[]> {
    const { store, blobs } = this.#ports;
    const moments: Moment[] = [];
    for await (const recorded of store.read(streamOf("call", this.request.id), { from: seq })) {
      const event = readCallEvent(recorded.event);
      if (event.type === "call.held")
        this.#heldUntilMs = Math.max(this.#heldUntilMs, event.untilMs);
      moments.push(await momentOf(blobs, recorded));
    }
    return moments;
  }

  /** Whoever asks for what comes after the end would wait for ever. */
  async #isOverBefore(next: number): Promise<boolean> {
    const moments = await this.#from(0);
    return endOf(moments) !== undefined && next >= moments.length;
  }
}

/** The beginning of a call, or undefined where there is no such call that is served. */
export async function beginningOf({ store }: LogPorts, id: string): Promise<Beginning | undefined> {
  for await (const { event, atMs } of store.read(streamOf("call", id))) {
    if (event.type !== "call.received") return undefined;
    const { from, to, context, message, server, heldUntilMs } = event;
    const request = { id, from, to, skill: SkillName.parse(event.skill), context, message };
    return { request, server, heldUntilMs, atMs };
  }
  return undefined;
}

/** One who waits: what rings between two looks is not missed. */
function createNews() {
  let rung = Promise.withResolvers<boolean>();
  return {
    ring: () => rung.resolve(true),
    listen: () => {
      rung = Promise.withResolvers();
    },
    /** Resolves true at a ring since `listen`, false when the time is up. */
    async heard(ms: number): Promise<boolean> {
      const current = rung;
      const timer = setTimeout(() => current.resolve(false), ms);
      const result = await current.promise;
      clearTimeout(timer);
      return result;
    },
  };
}
