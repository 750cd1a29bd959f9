import { plain } from "@nightshift/projections/words/plain";
import { taskOf } from "@nightshift/projections/task-of";
import type { Recorded } from "@nightshift/protocol/envelope";
import { idOf, kindOf } from "@nightshift/protocol/ids";

const NAME_CHARS_MAX = 32;

/**
 * Whom an event is about, as people call it: its task where it has one, else what its stream is of.
 * @param names Of tasks and repositories, by id.
 */
export function nameIn(names: ReadonlyMap<string, { name: string }>, recorded: Recorded): string {
  const { stream } = recorded;
  const id = taskIn(recorded) ?? idOf(stream);
  if (kindOf(stream) === "shift") return "night";
  return plain(names.get(id)?.name ?? names.get(idOf(stream))?.name ?? id, NAME_CHARS_MAX);
}

function taskIn({ stream, correlation, event }: Recorded): string | null {
  if (kindOf(stream) === "task") return idOf(stream);
  if ("attempt" in event && event.attempt !== null) return taskOf(event.attempt);
  return correlation;
}
