import type { Admitted } from "@nightshift/blackboard/admission";
import { Conflict, Unavailable } from "@nightshift/protocol/errors";
import { APPEND_TRY_MS, CONFLICT_TRIES_MAX } from "./bounds.ts";
import type { Cluster } from "./cluster.ts";
import { StreamMoved } from "./explained.ts";
import { Pauses, within } from "./pauses.ts";
import { chained } from "./record.ts";
import { noNotes, type StreamMemory, type StreamNotes } from "./stream-memory.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Help = {
  /** Brings notes of a stream up to what the server has. */
  notesOf(stream: string, known: StreamNotes): Promise<StreamNotes>;
  closing: AbortSignal;
};

/** Appends to a cluster with the promises of the port, whatever the server makes of repeats. */
export class ClusterWriter {
  readonly #cluster: Cluster;
  readonly #memory: StreamMemory;
  readonly #help: Help;

  constructor(cluster: Cluster, memory: StreamMemory, help: Help) {
    this.#cluster = cluster;
    this.#memory = memory;
    this.#help = help;
  }

  /**
   * Appends to a stream that nobody else in this process writes meanwhile. An acknowledgement that is
   * lost is asked for again: the ids tell whether the first try landed.
   * @throws Conflict, Unavailable as `EventStore.append` does.
   */
  async append(
    stream: string,
    events: readonly Admitted[],
    { revision, timeoutMs }: { revision: number; timeoutMs: number },
  ): Promise<bigint> {
    for (const { id } of events) if (!UUID.test(id)) throw new Error(`not a UUID: ${id}`);
    const pauses = new Pauses(timeoutMs);
    let notes = this.#memory.get(stream);
    for (let conflicts = 0; ;) {
      try {
        notes ??= await this.#look(stream, noNotes(), pauses);
        if (notes.count < revision) notes = await this.#look(stream, notes, pauses);
        const position = repeated(notes, events);
        if (position !== undefined) return await this.#told(stream, position, events, pauses);
        mustFit(notes, stream, events, revision);
        return await this.#send(stream, events, notes, pauses);
      } catch (error) {
        if (error instanceof StreamMoved && conflicts < CONFLICT_TRIES_MAX) {
          conflicts += 1;
          notes = await this.#look(stream, notes ?? noNotes(), pauses);
          continue;
        }
        await pauses.afterFailure(error, this.#help.closing);
      }
    }
  }

  async #send(
    stream: string,
    events: readonly Admitted[],
    notes: StreamNotes,
    pauses: Pauses,
  ): Promise<bigint> {
    const sent = chained(stream, events, notes);
    const timeoutMs = Math.min(pauses.leftMs(), APPEND_TRY_MS);
    const options = { revision: notes.count, timeoutMs };
    const writing = this.#cluster.append(stream, sent.events, options);
    const position = await within(timeoutMs, `an append to ${stream}`, writing);
    const ids = new Map(notes.ids);
    for (const { id } of events) ids.set(id, null);
    const last = events.at(-1);
    if (last) ids.set(last.id, position);
    this.#memory.set(stream, { count: notes.count + events.length, hash: sent.hash, ids });
    return position;
  }

  async #look(stream: string, known: StreamNotes, pauses: Pauses): Promise<StreamNotes> {
    const looking = this.#help.notesOf(stream, known);
    const notes = await within(pauses.leftMs(), `reading ${stream}`, looking);
    this.#memory.set(stream, notes);
    return notes;
  }

  /** The position of a repeated append; looked up where the server told that of later events only. */
  async #told(
    stream: string,
    position: bigint | null,
    events: readonly Admitted[],
    pauses: Pauses,
  ): Promise<bigint> {
    if (position !== null) return position;
    const notes = await this.#look(stream, noNotes(), pauses);
    const found = repeated(notes, events);
    if (typeof found !== "bigint") throw new Unavailable(`${stream} changed while it was read`);
    return found;
  }
}

/** Where the last of these events is, when all of them are there; undefined when not. */
function repeated({ ids }: StreamNotes, events: readonly Admitted[]): bigint | null | undefined {
  if (!events.every(({ id }) => ids.has(id))) return undefined;
  return ids.get(events.at(-1)?.id ?? "");
}

function mustFit(
  notes: StreamNotes,
  stream: string,
  events: readonly Admitted[],
  revision: number,
): void {
  if (notes.count !== revision) throw new Conflict(stream, revision, notes.count);
  const taken = events.find(({ id }) => notes.ids.has(id));
  if (taken) throw new Error(`event ${taken.id} is there already, others with it are not`);
}
