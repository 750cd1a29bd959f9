import type { Recorded } from "@nightshift/protocol/envelope";
import type { LogReader } from "./log-reader.ts";

/**
 * The last event that a view was shown. It is the place from which the view goes on, and by it the
 * log is known again: another log, or one that was put back to an earlier state, does not hold it.
 */
export type Anchor = { position: bigint; stream: string; revision: number; id: string };

export function anchorOf({ position, stream, revision, id }: Recorded): Anchor {
  return { position, stream, revision, id };
}

/** Whether a log holds the very event that an anchor names, at the very place. */
export async function holds(source: Pick<LogReader, "read">, anchor: Anchor): Promise<boolean> {
  for await (const found of source.read(anchor.stream, { from: anchor.revision })) {
    return found.id === anchor.id && found.position === anchor.position;
  }
  return false;
}
