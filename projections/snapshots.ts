import { holds, type Anchor } from "./anchor.ts";
import type { LogReader } from "./log-reader.ts";
import type { Projection } from "./projection.ts";

/** A working view as it was once it had seen all up to its anchor. */
export type Snapshot = { name: string; version: number; anchor: Anchor; state: unknown };

/** Where views are kept from one process to the next. What it holds can be lost without a loss. */
export interface Snapshots {
  /** What is kept and whole; of what is damaged, nothing. */
  load(): Promise<Snapshot[]>;
  /**
   * Keeps the views as they are at the call: they go on changing after it. Replaces what was kept
   * under the same names. A place that cannot be written keeps nothing, and that is no failure.
   */
  save(snapshots: readonly Snapshot[]): Promise<void>;
}

/**
 * Those snapshots that views may go on from: of the fold that is run, and of this very log, up to
 * the position asked for. All others count for nothing, and their views begin at the beginning.
 */
export async function usable(
  kept: readonly Snapshot[],
  projections: readonly Projection<unknown>[],
  source: LogReader,
  upTo: bigint,
): Promise<Snapshot[]> {
  const versions = new Map(projections.map(({ name, version }) => [name, version]));
  const fitting = kept.filter(({ name, version, anchor }) => {
    return versions.get(name) === version && anchor.position <= upTo;
  });
  const found = new Map<string, boolean>();
  for (const { anchor } of fitting) {
    if (!found.has(anchor.id)) found.set(anchor.id, await holds(source, anchor));
  }
  return fitting.filter(({ anchor }) => found.get(anchor.id));
}
