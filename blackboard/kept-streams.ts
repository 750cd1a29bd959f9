import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventOf, NightEvent } from "@nightshift/protocol/events";
import type { StreamKind } from "@nightshift/protocol/ids";
import type { EventStore } from "./store.ts";
import { deciders, type StateOf } from "./streams.ts";

/** Streams whose state is kept in memory; the one not used for longest is forgotten first. */
const STREAMS_KEPT_MAX = 1_000;
/** Ids of the latest events of a stream that are kept, to know a command that was handled. */
const IDS_KEPT_MAX = 1_000;

/** What is known of a stream. */
type Kept<State> = { state: State; revision: number; ids: ReadonlySet<string> };

export type KeptStreams = {
  /** The newest state: what is kept, and the events that came after it. */
  catchUp<K extends StreamKind>(kind: K, stream: string): Promise<Kept<StateOf<K>>>;
  /** Events of a stream from a revision on. */
  read<K extends StreamKind>(
    kind: K,
    stream: string,
    from: number,
  ): AsyncIterable<Recorded<EventOf[K]>>;
};

type Shelves = { [K in StreamKind]: Map<string, Kept<StateOf<K>>> };

/** Keeps the states of streams, so that loading one costs only what happened since. */
export function keepStreams(store: EventStore, keptMax = STREAMS_KEPT_MAX): KeptStreams {
  const shelves: Shelves = emptyShelves();
  /** Where each kept stream stands, the one used longest ago first. */
  const used = new Map<string, { delete(stream: string): boolean }>();

  async function* read<K extends StreamKind>(kind: K, stream: string, from: number) {
    for await (const recorded of store.read(stream, { from })) {
      const { event } = recorded;
      if (!isOf(kind, event)) throw new Error(`${event.type} stands in ${stream}`);
      yield { ...recorded, event };
    }
  }

  function keep<K extends StreamKind>(kind: K, stream: string, kept: Kept<StateOf<K>>): void {
    const shelf: Map<string, Kept<StateOf<K>>> = shelves[kind];
    shelf.set(stream, kept);
    used.delete(stream);
    used.set(stream, shelf);
    const [oldest] = used;
    if (used.size > keptMax && oldest) {
      const [name, place] = oldest;
      used.delete(name);
      place.delete(name);
    }
  }

  async function catchUp<K extends StreamKind>(kind: K, stream: string): Promise<Kept<StateOf<K>>> {
    const shelf: Map<string, Kept<StateOf<K>>> = shelves[kind];
    const decider: Folding<K> = deciders[kind];
    const before = shelf.get(stream);
    let state = before?.state ?? decider.initial;
    let revision = before?.revision ?? 0;
    const fresh: string[] = [];
    for await (const { id, event } of read(kind, stream, revision)) {
      state = decider.evolve(state, event);
      revision += 1;
      fresh.push(id);
    }
    const old = before?.ids ?? new Set<string>();
    const ids = fresh.length === 0 ? old : new Set([...old, ...fresh].slice(-IDS_KEPT_MAX));
    const kept = { state, revision, ids };
    keep(kind, stream, kept);
    return kept;
  }

  return { catchUp, read };
}

type Folding<K extends StreamKind> = {
  initial: StateOf<K>;
  evolve(state: StateOf<K>, event: EventOf[K]): StateOf<K>;
};

function isOf<K extends StreamKind>(kind: K, event: NightEvent): event is EventOf[K] {
  return event.type.startsWith(`${kind}.`);
}

function emptyShelves(): Shelves {
  return {
    shift: new Map(),
    project: new Map(),
    repo: new Map(),
    task: new Map(),
    attempt: new Map(),
    budget: new Map(),
    account: new Map(),
    brake: new Map(),
    review: new Map(),
    genome: new Map(),
    policy: new Map(),
    allocation: new Map(),
    guidance: new Map(),
    agent: new Map(),
    call: new Map(),
    blob: new Map(),
  };
}
