import type { Recorded } from "@nightshift/protocol/envelope";
import type { NightEvent } from "@nightshift/protocol/events";
import { anchorOf, type Anchor } from "./anchor.ts";
import { nextLeg, type Leg } from "./legs.ts";
import type { LogReader } from "./log-reader.ts";
import type { Projection } from "./projection.ts";
import { usable, type Snapshots } from "./snapshots.ts";

/** Keeps working views up with a log. */
export interface Runner {
  /**
   * Shows the views all that the log holds by now, or up to a position; calls wait for each other.
   * @throws Unavailable when the log cannot be read; what was read by then is kept.
   * @throws Error (a bug) that names the view and the event where a fold fails; from then on always.
   */
  catchUp(options?: { upTo?: bigint }): Promise<void>;
  /**
   * The view of one of the runner's projections, as of `checkpoint`. It is the view itself, not a
   * copy: look, do not touch.
   * @throws Error (a bug) for a projection the runner was not given.
   */
  view<View, E extends NightEvent>(projection: Projection<View, E>): View;
  /** The position up to which the views have seen everything. */
  readonly checkpoint: bigint;
  /** Keeps the views for the next process, where they are kept at all. */
  close(): Promise<void>;
}

type Options = {
  /** Where views are kept between processes; left out, they begin at the beginning. */
  snapshots?: Snapshots;
  /** Events shown between two snapshots, `SNAPSHOT_EVERY` where it is left out. */
  snapshotEvery?: number;
  /** Told once of each type that the log gave and no view knows. */
  warn?: (type: string, position: bigint) => void;
};

/** Events that are shown between two snapshots: as many are shown again after a crash, at most. */
const SNAPSHOT_EVERY = 20_000;
/** At the end, fewer new events than this share of them are not worth a snapshot. */
const AT_END_SHARE = 0.01;

type Standing = {
  projection: Projection<unknown>;
  reads: Projection<unknown>["reads"];
  view: unknown;
  /** Up to here the view has seen everything. */
  position: bigint;
  anchor: Anchor | null;
};

/** @param projections Each name once. Events that none of them reads are not even parsed. */
export function createRunner(
  source: LogReader,
  projections: readonly Projection<unknown>[],
  options: Options = {},
): Runner {
  if (new Set(projections.map(({ name }) => name)).size < projections.length) {
    throw new Error("two projections of one name");
  }
  return new ViewRunner(source, projections, options);
}

class ViewRunner implements Runner {
  readonly #source: LogReader;
  readonly #standings: readonly Standing[];
  readonly #options: Options;
  readonly #warned = new Set<string>();
  #running: Promise<void> = Promise.resolve();
  #begun = false;
  #broken: { cause: unknown } | undefined;
  /** Events shown since the last snapshot. */
  #unsaved = 0;
  readonly #snapshotEvery: number;

  constructor(source: LogReader, projections: readonly Projection<unknown>[], options: Options) {
    this.#source = source;
    this.#options = options;
    this.#snapshotEvery = options.snapshotEvery ?? SNAPSHOT_EVERY;
    this.#standings = projections.map((projection) => {
      const { reads } = projection;
      return { projection, reads, view: projection.initial(), position: 0n, anchor: null };
    });
  }

  catchUp({ upTo }: { upTo?: bigint } = {}): Promise<void> {
    return this.#inTurn(() => this.#pass(upTo));
  }

  view<View, E extends NightEvent>(projection: Projection<View, E>): View;
  view(projection: Projection<unknown>): unknown {
    const standing = this.#standings.find((one) => one.projection === projection);
    if (!standing) throw new Error(`no view of ${projection.name} here`);
    return standing.view;
  }

  get checkpoint(): bigint {
    const places = this.#standings.map(({ position }) => position);
    return places.reduce((low, place) => (place < low ? place : low), places[0] ?? 0n);
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      const isWorthIt = this.#unsaved >= this.#snapshotEvery * AT_END_SHARE && this.#unsaved > 0;
      if (isWorthIt && !this.#broken) await this.#save();
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.#running.then(work);
    this.#running = next.catch(() => {});
    return next;
  }

  async #pass(upTo: bigint | undefined): Promise<void> {
    if (this.#broken) throw new Error("a view failed on an event", this.#broken);
    const head = await this.#source.head();
    const end = upTo === undefined || upTo > head ? head : upTo;
    if (!this.#begun) await this.#resume(end);
    for (let leg = nextLeg(this.#standings, end); leg; leg = nextLeg(this.#standings, end)) {
      await this.#walk(leg);
    }
  }

  async #resume(upTo: bigint): Promise<void> {
    const kept = (await this.#options.snapshots?.load()) ?? [];
    const projections = this.#standings.map(({ projection }) => projection);
    for (const { name, anchor, state } of await usable(kept, projections, this.#source, upTo)) {
      const standing = this.#standings.find(({ projection }) => projection.name === name);
      if (standing) Object.assign(standing, { view: state, position: anchor.position, anchor });
    }
    this.#begun = true;
  }

  async #walk({ group, from, to, types }: Leg<Standing>): Promise<void> {
    const readers = readersByType(group);
    let last: Recorded | undefined;
    const stand = (position: bigint): void => {
      for (const one of group) one.position = position;
      if (last) for (const one of group) one.anchor = anchorOf(last);
    };
    try {
      for await (const recorded of this.#source.readAll({ after: from, upTo: to, types })) {
        this.#show(readers.get(recorded.event.type) ?? [], recorded);
        last = recorded;
        this.#unsaved += 1;
        if (this.#unsaved < this.#snapshotEvery) continue;
        stand(recorded.position);
        await this.#save();
      }
    } finally {
      if (last) stand(last.position);
    }
    stand(to);
  }

  #show(readers: readonly Standing[], recorded: Recorded): void {
    if (readers.length === 0) this.#meetStranger(recorded);
    for (const { projection, view } of readers) {
      try {
        projection.apply(view, recorded);
      } catch (cause) {
        // Some views have seen the event and some have not: none of them can be trusted from here.
        this.#broken = { cause };
        throw failed(projection, recorded, cause);
      }
    }
  }

  /** A store that gives more than was asked for may give what nobody here knows: it is skipped. */
  #meetStranger({ event: { type }, position }: Recorded): void {
    if (this.#warned.has(type)) return;
    this.#warned.add(type);
    this.#options.warn?.(type, position);
  }

  async #save(): Promise<void> {
    this.#unsaved = 0;
    await this.#options.snapshots?.save(
      this.#standings.flatMap(({ projection: { name, version }, view: state, anchor }) => {
        return anchor ? [{ name, version, anchor, state }] : [];
      }),
    );
  }
}

function failed(
  { name }: Projection<unknown>,
  { position, stream, revision, event }: Recorded,
  cause: unknown,
): Error {
  const what = `${event.type}, position ${position}, revision ${revision} of ${stream}`;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(`the view ${name} failed on an event (${what}): ${why}`, { cause });
}

function readersByType(group: readonly Standing[]): Map<string, Standing[]> {
  const readers = new Map<string, Standing[]>();
  for (const one of group) {
    for (const type of new Set(one.reads)) {
      const known = readers.get(type);
      if (known) known.push(one);
      else readers.set(type, [one]);
    }
  }
  return readers;
}
