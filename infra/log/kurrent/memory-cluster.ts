import { Readable } from "node:stream";
import type { Cluster, ClusterFilter, ClusterRecord, Resolved } from "./cluster.ts";

/** What goes wrong: asked before each step, with the name of it. */
export type Trouble = (step: "lost" | "landed" | "broken") => boolean;

type Stored = ClusterRecord & { position: { commit: bigint } };

/** Positions of a cluster are places in a file: they grow, and not by one. */
const STEP = 137n;

/**
 * The twin of a cluster, as the official server behaves: it shares its log with others, knows an id
 * again only at the place where it is expected, and loses connections when `trouble` says so.
 */
export class MemoryCluster implements Cluster {
  readonly log: Stored[] = [];
  readonly #trouble: Trouble;
  readonly #wakes = new Set<() => void>();

  constructor(trouble: Trouble = () => false) {
    this.#trouble = trouble;
  }

  /** An event of somebody else's, or of the server's own. */
  stranger(streamId: string, type: string, metadata?: unknown): void {
    const revision = BigInt(this.#stream(streamId).length);
    const id = `ffffffff-0000-4000-8000-${String(this.log.length).padStart(12, "0")}`;
    this.#store({ streamId, revision, id, type, data: { type }, metadata });
  }

  async append(
    stream: string,
    events: readonly Omit<ClusterRecord, "streamId" | "revision">[],
    { revision }: { revision: number },
  ): Promise<bigint> {
    await nextTurn();
    if (this.#trouble("lost")) throw unavailable();
    const past = this.#stream(stream);
    const there = events.map((event, index) => past[revision + index]?.id === event.id);
    let position = past[revision + events.length - 1]?.position.commit;
    if (!there.every(Boolean) || position === undefined) {
      if (past.length !== revision) throw told("wrong-expected-version");
      for (const [index, event] of events.entries()) {
        // As over the wire: nobody holds a hand on what is stored.
        const { id, type, data, metadata } = structuredClone(event);
        const place = { streamId: stream, revision: BigInt(revision + index) };
        position = this.#store({ ...place, id, type, data, metadata });
      }
    }
    this.stranger("$stats", "$statsCollected");
    if (this.#trouble("landed")) throw unavailable();
    return position ?? 0n;
  }

  async *readStream(stream: string, from: number): AsyncIterable<Resolved> {
    await nextTurn();
    const events = this.#stream(stream);
    if (events.length === 0) throw told("stream-not-found");
    for (const event of events.slice(from)) {
      if (this.#trouble("broken")) throw unavailable();
      yield { event };
    }
  }

  async *readBackwards(before: bigint | null, most: number): AsyncIterable<Resolved> {
    await nextTurn();
    const older = this.log.filter(({ position }) => before === null || position.commit < before);
    for (const event of older.toReversed().slice(0, most)) yield { event };
  }

  subscribe({ after, filter, onCheckpoint }: Parameters<Cluster["subscribe"]>[0]) {
    let next = this.log.findIndex(({ position }) => position.commit > after);
    if (next < 0) next = this.log.length;
    let isLive = false;
    const advance = (): void => {
      for (; next < this.log.length; next += 1) {
        const event = this.log[next];
        if (!event || !passes(filter, event)) continue;
        if (this.#trouble("broken")) return void source.emit("error", unavailable());
        next += 1;
        source.push({ event });
        return;
      }
      const last = this.log.at(-1);
      if (last) onCheckpoint(last.position.commit);
      if (!isLive) source.emit("caughtUp");
      isLive = true;
    };
    let isAsked = false;
    const source: Readable = new Readable({
      objectMode: true,
      highWaterMark: 2,
      read: () => {
        isAsked = true;
        setImmediate(advance);
      },
    });
    const wake = () => void (isAsked && isLive && setImmediate(advance));
    this.#wakes.add(wake);
    const cancel = async () => void this.#wakes.delete(wake);
    return { source, cancel };
  }

  async dispose(): Promise<void> {
    this.#wakes.clear();
  }

  #stream(streamId: string): Stored[] {
    return this.log.filter((event) => event.streamId === streamId);
  }

  #store(event: Omit<ClusterRecord, "position">): bigint {
    const commit = (this.log.at(-1)?.position.commit ?? 0n) + STEP;
    this.log.push({ ...event, position: { commit } });
    for (const wake of this.#wakes) wake();
    return commit;
  }
}

function passes({ on, prefixes }: ClusterFilter, { type, streamId }: ClusterRecord): boolean {
  const name = on === "type" ? type : streamId;
  return prefixes.some((prefix) => name.startsWith(prefix));
}

function told(type: string): Error {
  return Object.assign(new Error(type), { type });
}

function unavailable(): Error {
  return told("unavailable");
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
