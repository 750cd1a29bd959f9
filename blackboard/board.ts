import type { Pending, Recorded } from "@nightshift/protocol/envelope";
import { Conflict } from "@nightshift/protocol/errors";
import type { EventOf } from "@nightshift/protocol/events";
import { streamOf, type StreamKind } from "@nightshift/protocol/ids";
import { v5 } from "uuid";
import { inLine } from "./in-line.ts";
import { keepStreams } from "./kept-streams.ts";
import type { EventStore } from "./store.ts";
import { deciders, type CommandOf, type StateOf } from "./streams.ts";

/** Times a command is decided anew because another writer was faster. */
export const CONFLICTS_MAX = 8;
/** Milliseconds an append may wait for the disk. */
const APPEND_TIMEOUT_MS = 10_000;

/** Where a command comes from, for the envelope of its events. */
type Provenance = {
  /** The same id handled twice is one command with one effect. A fresh one where none is given. */
  commandId?: string;
  /** Id of the event or command that led to this one; the command itself where none is given. */
  causation?: string;
  /** The task all of this is about; for task and attempt streams it is known. */
  correlation?: string;
  /**
   * How many events the stream must still hold for the command to be decided at all: for a caller
   * who looked, asked elsewhere, and wants neither to have changed. A repeat is a repeat all the same.
   */
  ifRevision?: number;
};

/** The one writer of the log: it decides by the rules of the stream, then appends. */
export interface Board {
  /** What the rules of a stream know now; `revision` is the number of its events. */
  load<K extends StreamKind>(kind: K, id: string): Promise<{ state: StateOf<K>; revision: number }>;
  /**
   * Decides a command on the newest state and appends what it yields, as one append.
   * @returns the events that are in the log because of it; none for a repeat.
   * @throws Refusal when a rule says no; nothing was appended.
   * @throws Conflict when other writers were faster eight times in a row, or once with `ifRevision`.
   * @throws Unavailable as the store does; the append may still have landed, so ask again with the
   * same `commandId`.
   */
  handle<K extends StreamKind>(
    kind: K,
    id: string,
    command: CommandOf<K>,
    provenance?: Provenance,
  ): Promise<Recorded<EventOf[K]>[]>;
}

/**
 * @param port.actor The authenticated writer that every event will name.
 * @param port.newId An id no other board will ever give: it tells commands apart.
 */
export function createBoard(port: {
  store: EventStore;
  actor: string;
  clock: { now(): number };
  newId: () => string;
}): Board {
  const { store, actor, clock, newId } = port;
  const streams = keepStreams(store);
  const line = inLine();

  async function attempt<K extends StreamKind>(
    kind: K,
    id: string,
    command: CommandOf<K>,
    commandId: string,
    { causation = commandId, correlation = taskOf(kind, id), ifRevision }: Provenance,
  ): Promise<Recorded<EventOf[K]>[]> {
    const stream = streamOf(kind, id);
    const kept = await streams.catchUp(kind, stream);
    if (kept.ids.has(eventId(stream, commandId, 0))) return [];
    if (ifRevision !== undefined && kept.revision !== ifRevision) {
      throw new Conflict(stream, ifRevision, kept.revision);
    }
    const pending = deciders[kind].decide(command, kept.state).map((event, index): Pending => ({
      id: eventId(stream, commandId, index),
      atMs: clock.now(),
      actor,
      causation,
      correlation: correlation ?? null,
      event,
    }));
    if (pending.length === 0) return [];
    const { revision } = kept;
    await store.append(stream, pending, { revision, timeoutMs: APPEND_TIMEOUT_MS });
    return appended(kind, stream, revision, pending);
  }

  /** Read back, because only the store knows positions. */
  async function appended<K extends StreamKind>(
    kind: K,
    stream: string,
    revision: number,
    pending: readonly Pending[],
  ): Promise<Recorded<EventOf[K]>[]> {
    const mine = new Set(pending.map(({ id }) => id));
    const events: Recorded<EventOf[K]>[] = [];
    for await (const recorded of streams.read(kind, stream, revision)) {
      if (mine.has(recorded.id)) events.push(recorded);
      if (events.length === pending.length) break;
    }
    return events;
  }

  return {
    async load(kind, id) {
      const { state, revision } = await streams.catchUp(kind, streamOf(kind, id));
      return { state, revision };
    },
    async handle(kind, id, command, provenance = {}) {
      const commandId = provenance.commandId ?? newId();
      return line(streamOf(kind, id), async () => {
        for (let conflicts = 1; ; conflicts++) {
          try {
            return await attempt(kind, id, command, commandId, provenance);
          } catch (error) {
            const isLast = conflicts >= CONFLICTS_MAX || provenance.ifRevision !== undefined;
            if (!(error instanceof Conflict) || isLast) throw error;
          }
        }
      });
    },
  };
}

const NAMESPACE = "6f1e9b0a-5c0f-5d38-9d7e-2b1f4c8a7e63";

/** The same command on the same stream makes events of the same ids, so that a repeat is known. */
function eventId(stream: string, commandId: string, index: number): string {
  return v5(`${commandId}:${index}`, v5(stream, NAMESPACE));
}

/** The task that a stream is about by its name alone; an attempt is one generation of a task. */
function taskOf(kind: StreamKind, id: string): string | undefined {
  if (kind === "task") return id;
  return kind === "attempt" ? id.replace(/-g\d+$/, "") : undefined;
}
