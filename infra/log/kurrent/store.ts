import { admit } from "@nightshift/blackboard/admission";
import { inLine } from "@nightshift/blackboard/in-line";
import type { Pending, Recorded } from "@nightshift/protocol/envelope";
import { BadInput, Unavailable } from "@nightshift/protocol/errors";
import { rootOf } from "../chain.ts";
import type { LogStore } from "../log-store.ts";
import { shownPlace } from "../place.ts";
import {
  DISPOSE_MS,
  FIRST_PATIENCE_MS,
  FOLLOW_PATIENCE_MS,
  LOOK_BACK_EVENTS,
  READ_PATIENCE_MS,
} from "./bounds.ts";
import type { Cluster, ClusterFilter } from "./cluster.ts";
import { explained } from "./explained.ts";
import { listen } from "./listening.ts";
import { Pauses, within } from "./pauses.ts";
import { ourRecord, recordedOf, type OurRecord } from "./record.ts";
import { noNotes, StreamMemory, type StreamNotes } from "./stream-memory.ts";
import { filterOf, Strangers, type TellStranger } from "./strangers.ts";
import { explainCluster } from "./trouble.ts";
import { ClusterWriter } from "./writer.ts";

/** What a store on a cluster can do besides. */
export interface ClusterStore extends LogStore {
  /** All events of ours as they are stored, up to the end of the log as it is now. */
  records(): AsyncIterable<OurRecord>;
}

type Range = { after?: bigint; upTo?: bigint; types?: readonly string[] };

/**
 * The log on a cluster, by either client library.
 * @param where The connection string, for messages; its password is never shown.
 * @param tell Called once for each type that nobody knows, when a broad read passes it.
 */
export function clusterStore(
  cluster: Cluster,
  where: string,
  tell: TellStranger = () => {},
): ClusterStore {
  return new KurrentStore(cluster, where, tell);
}

class KurrentStore implements ClusterStore {
  readonly #cluster: Cluster;
  readonly #where: string;
  readonly #memory = new StreamMemory();
  readonly #writer: ClusterWriter;
  readonly #strangers: Strangers;
  readonly #closing = new AbortController();
  readonly #line = inLine();
  #closed: Promise<void> | undefined;
  /** Whether the server ever answered: one that never did is not waited for long. */
  #wasReached = false;

  constructor(cluster: Cluster, where: string, tell: TellStranger) {
    this.#strangers = new Strangers(tell);
    this.#cluster = explained(cluster, where);
    this.#where = where;
    const notesOf = (stream: string, known: StreamNotes) => this.#noted(stream, known);
    const closing = this.#closing.signal;
    this.#writer = new ClusterWriter(this.#cluster, this.#memory, { notesOf, closing });
  }

  async append(
    stream: string,
    events: readonly Pending[],
    options: { revision: number; timeoutMs: number },
  ): Promise<bigint> {
    this.#mustBeOpen();
    const admitted = admit(stream, events);
    // One after the other: the second of two appends to a stream is chained to the first.
    return this.#line(stream, () => this.#writer.append(stream, admitted, options));
  }

  async *read(stream: string, options: { from?: number } = {}): AsyncIterable<Recorded> {
    this.#mustBeOpen();
    const notes = noNotes();
    const from = options.from ?? 0;
    for await (const record of this.#streamRecords(stream, from)) {
      note(notes, record);
      yield recordedOf(record);
    }
    // Whoever reads a stream is about to append to it, more often than not.
    const known = this.#memory.get(stream)?.count ?? 0;
    if (from === 0 && notes.count >= known) this.#memory.set(stream, notes);
  }

  async *readAll(options: Range = {}): AsyncIterable<Recorded> {
    this.#mustBeOpen();
    for await (const record of this.#range(options)) yield recordedOf(record);
  }

  async *follow(options: {
    after: bigint;
    types?: readonly string[];
    signal: AbortSignal;
  }): AsyncIterable<Recorded> {
    this.#mustBeOpen();
    const { after, types } = options;
    if (types?.length === 0) return waitFor(this.#anyEnd(options.signal));
    const how = { after, filter: filterOf(types), patienceMs: FOLLOW_PATIENCE_MS };
    const signal = this.#anyEnd(options.signal);
    try {
      for await (const heard of this.#steady({ ...how, silenceMs: null, signal })) {
        if (heard.kind === "event" && wants(types, heard.record)) yield recordedOf(heard.record);
        if (signal.aborted) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async head(): Promise<bigint> {
    this.#mustBeOpen();
    return this.#retried(() => this.#lastPosition());
  }

  async *records(): AsyncIterable<OurRecord> {
    this.#mustBeOpen();
    yield* this.#range({});
  }

  async root(): Promise<{ root: string; streams: number; upTo: string }> {
    const heads = new Map<string, string>();
    let upTo = 0n;
    for await (const { link, hash, position } of this.records()) {
      heads.set(link.stream, hash);
      upTo = position;
    }
    return { root: rootOf(heads), streams: heads.size, upTo: String(upTo) };
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.#closed ??= within(DISPOSE_MS, "closing", this.#cluster.dispose()).catch(() => {});
    return this.#closed;
  }

  /** On a cluster that others share, the last events may be theirs, or the server's own. */
  async #lastPosition(): Promise<bigint> {
    let before: bigint | null = null;
    for (let most = 1; ; most = LOOK_BACK_EVENTS) {
      let last = 0n;
      let ours: bigint | null = null;
      let looked = 0;
      for await (const { event } of this.#cluster.readBackwards(before, most)) {
        ours ??= ourRecord(event)?.position ?? null;
        last = event?.position?.commit ?? last;
        looked += 1;
      }
      if (ours !== null) return ours;
      if (looked < most) return 0n;
      before = last;
    }
  }

  /** What the server has of a stream from where our notes of it end. */
  async #noted(stream: string, known: StreamNotes): Promise<StreamNotes> {
    const notes = { ...known, ids: new Map(known.ids) };
    for await (const record of this.#streamRecords(stream, known.count)) note(notes, record);
    return notes;
  }

  /** The events of a stream; a read that breaks goes on where it was. */
  async *#streamRecords(stream: string, from: number): AsyncGenerator<OurRecord> {
    const pauses = new Pauses(this.#patienceMs());
    for (let next = from; ;) {
      try {
        for await (const { event } of this.#cluster.readStream(stream, next)) {
          const record = ourRecord(event);
          if (!record || record.link.revision !== next) throw foreign(stream, next, this.#where);
          next += 1;
          pauses.reset();
          yield record;
        }
        return;
      } catch (error) {
        await pauses.afterFailure(error, this.#closing.signal);
      }
    }
  }

  async *#range({ after = 0n, upTo, types }: Range): AsyncGenerator<OurRecord> {
    const head = await this.head();
    const end = upTo === undefined || upTo > head ? head : upTo;
    if (end <= after || types?.length === 0) return;
    const how = { after, filter: filterOf(types), patienceMs: this.#patienceMs() };
    const signal = this.#closing.signal;
    for await (const heard of this.#steady({ ...how, silenceMs: READ_PATIENCE_MS, signal })) {
      // All that was there when this subscription began has come, so the end is behind us.
      if (heard.kind === "live") return;
      const position = heard.kind === "event" ? heard.record.position : heard.position;
      if (heard.kind === "event" && position <= end && wants(types, heard.record)) {
        yield heard.record;
      }
      if (position >= end) return;
    }
  }

  /** A subscription that goes on where it was when it breaks: without a gap, without a double. */
  async *#steady(options: {
    after: bigint;
    filter: ClusterFilter;
    silenceMs: number | null;
    patienceMs: number;
    signal: AbortSignal;
  }) {
    const pauses = new Pauses(options.patienceMs);
    for (let after = options.after; !options.signal.aborted;) {
      try {
        for await (const heard of listen(this.#cluster, { ...options, after })) {
          pauses.reset();
          if (heard.kind === "event") after = heard.record.position;
          if (heard.kind === "event") this.#strangers.look(heard.record);
          if (heard.kind === "reached" && heard.position > after) after = heard.position;
          yield heard;
        }
      } catch (error) {
        await pauses.afterFailure(explainCluster(error, this.#where), options.signal);
      }
    }
  }

  /** One short question, asked again while the server cannot be reached. */
  async #retried<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const pauses = new Pauses(this.#patienceMs());
    for (;;) {
      try {
        const answer = await within(pauses.leftMs(), `asking ${shownPlace(this.#where)}`, ask());
        this.#wasReached = true;
        return answer;
      } catch (error) {
        await pauses.afterFailure(error, this.#closing.signal);
      }
    }
  }

  #patienceMs(): number {
    return this.#wasReached ? READ_PATIENCE_MS : FIRST_PATIENCE_MS;
  }

  #anyEnd(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#closing.signal]);
  }

  #mustBeOpen(): void {
    if (this.#closing.signal.aborted) throw new Unavailable("the log is closed");
  }
}

function note(notes: StreamNotes, { link, hash, position }: OurRecord): void {
  notes.count = link.revision + 1;
  notes.hash = hash;
  notes.ids.set(link.id, position);
}

/** A prefix lets more through than its own type. */
function wants(types: readonly string[] | undefined, { link }: OurRecord): boolean {
  return types?.includes(link.type) ?? true;
}

function waitFor(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

function foreign(stream: string, revision: number, where: string): BadInput {
  const what = `event ${revision} of ${stream} was not written by Night Shift, or is gone`;
  return new BadInput(what, shownPlace(where), "nightshift log verify");
}
