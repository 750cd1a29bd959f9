import type { Recorded } from "@nightshift/protocol/envelope";
import type { NightEvent } from "@nightshift/protocol/events";
import type { Projection } from "./projection.ts";

/** What the read side needs of a log. */
export interface LogReader {
  readAll(options: {
    after: bigint;
    upTo: bigint;
    types: readonly string[];
  }): AsyncIterable<Recorded>;
  head(): Promise<bigint>;
}

/** Keeps working views up with a log. */
export interface Runner {
  /**
   * Shows the views all that the log holds by now, or up to a position; calls wait for each other.
   * @throws Unavailable when the log cannot be read; what was read by then is kept.
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
}

/** @param projections Each name once. Events that none of them reads are not even parsed. */
export function createRunner(
  source: LogReader,
  projections: readonly Projection<unknown>[],
): Runner {
  const views = new Map(projections.map((one) => [one.name, one.initial()]));
  if (views.size < projections.length) throw new Error("two projections of one name");
  const readers = readersByType(projections);
  const types = [...readers.keys()];
  let checkpoint = 0n;
  let broken: { cause: unknown } | undefined;
  let running: Promise<void> = Promise.resolve();

  function show(recorded: Recorded): void {
    try {
      for (const projection of readers.get(recorded.event.type) ?? []) {
        projection.apply(views.get(projection.name), recorded);
      }
    } catch (cause) {
      // Some views have seen the event and some have not: none of them can be trusted from here.
      broken = { cause };
      throw cause;
    }
    checkpoint = recorded.position;
  }

  async function pass(upTo: bigint | undefined): Promise<void> {
    if (broken) throw new Error("a view failed on an event", broken);
    const head = await source.head();
    const end = upTo === undefined || upTo > head ? head : upTo;
    if (end <= checkpoint) return;
    for await (const recorded of source.readAll({ after: checkpoint, upTo: end, types })) {
      show(recorded);
    }
    checkpoint = end;
  }

  function view<View, E extends NightEvent>(projection: Projection<View, E>): View;
  function view(projection: Projection<unknown>): unknown {
    if (!projections.includes(projection)) throw new Error(`no view of ${projection.name} here`);
    return views.get(projection.name);
  }

  return {
    catchUp: ({ upTo } = {}) => {
      const next = running.then(() => pass(upTo));
      running = next.catch(() => {});
      return next;
    },
    view,
    get checkpoint() {
      return checkpoint;
    },
  };
}

function readersByType(
  projections: readonly Projection<unknown>[],
): Map<string, Projection<unknown>[]> {
  const readers = new Map<string, Projection<unknown>[]>();
  for (const projection of projections) {
    for (const type of new Set(projection.reads)) {
      const known = readers.get(type);
      if (known) known.push(projection);
      else readers.set(type, [projection]);
    }
  }
  return readers;
}
