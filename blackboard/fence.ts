import { Refusal } from "@nightshift/protocol/errors";

/**
 * A leader of an older epoch than one that was here already may finish its work and change nothing.
 * @throws Refusal "stale".
 */
export function fence(seen: number, epoch: number): void {
  if (epoch < seen) {
    throw new Refusal("stale", `epoch ${epoch} was followed by epoch ${seen}: another leads now`);
  }
}

/** The highest epoch that is known after an event which may tell one. */
export function latest(seen: number, epoch: number | undefined): number {
  return Math.max(seen, epoch ?? 0);
}
