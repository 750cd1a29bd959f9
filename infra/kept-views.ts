import type { LogReader } from "@nightshift/projections/log-reader";
import type { Projection } from "@nightshift/projections/projection";
import { createRunner, type Runner } from "@nightshift/projections/runner";
import type { Paths } from "./config/paths.ts";
import { fileSnapshots } from "./log/views/snapshots.ts";

/**
 * A runner whose views go on from where the last process kept them, and are kept for the next one
 * when it is closed.
 */
export function keptRunner(
  { store, paths }: { store: LogReader; paths: Pick<Paths, "snapshots"> },
  projections: readonly Projection<unknown>[],
): Runner {
  const snapshots = fileSnapshots(paths.snapshots);
  return createRunner(store, projections, { snapshots, warn: warnOfStranger });
}

/** A line for the director, once a type: what no view shows is in the log all the same. */
export function warnOfStranger(type: string, position: bigint): void {
  process.stderr.write(`the log holds ${type}, which nobody knows here (event ${position})\n`);
}
