import type { Recorded } from "@nightshift/protocol/envelope";
import { checkEvent, type NightEvent } from "@nightshift/protocol/events";
import { idOf, kindOf } from "@nightshift/protocol/ids";
import type { Projection } from "./projection.ts";
import { taskOf } from "./task-of.ts";

export type Entry = [stream: string, event: NightEvent];

export const START_MS = Date.UTC(2026, 10, 21, 1, 0);
const STEP_MS = 60_000;

/**
 * A log for tests: each event is held against its schema, and comes a minute after the one before.
 */
export function writeLog(entries: readonly Entry[]): Recorded[] {
  const revisions = new Map<string, number>();
  return entries.map(([stream, event], index) => {
    const revision = revisions.get(stream) ?? 0;
    revisions.set(stream, revision + 1);
    const id = `00000000-0000-4000-8000-${String(index + 1).padStart(12, "0")}`;
    return {
      id,
      atMs: START_MS + index * STEP_MS,
      actor: "dispatcher",
      causation: null,
      correlation: taskIn(stream, event),
      event: checkEvent(stream, event),
      stream,
      revision,
      position: BigInt(index + 1),
    };
  });
}

function taskIn(stream: string, event: NightEvent): string | null {
  const kind = kindOf(stream);
  if (kind === "task") return idOf(stream);
  if (kind === "attempt" || kind === "review") return taskOf(idOf(stream));
  return "task" in event ? event.task : null;
}

/** Shows a fold what it reads of a log, as the runner does. */
export function viewOf<View, E extends NightEvent>(
  projection: Projection<View, E>,
  log: readonly Recorded[],
  view = projection.initial(),
): View {
  for (const recorded of log) if (isRead(projection, recorded)) projection.apply(view, recorded);
  return view;
}

function isRead<E extends NightEvent>(
  { reads }: Pick<Projection<unknown, E>, "reads">,
  recorded: Recorded,
): recorded is Recorded<E> {
  return reads.some((type) => type === recorded.event.type);
}
