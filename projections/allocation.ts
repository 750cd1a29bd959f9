import type { AllocationEvent } from "@nightshift/protocol/allocation";
import type { Projection } from "./projection.ts";

export type Allocation = {
  /** Share of the work each category is to get, 0 to 1; empty until the director or a loop set it. */
  weights: Map<string, number>;
  /** When each loop, or the director, last moved them: milliseconds since 1970. */
  movedAtMs: Map<AllocationEvent["loop"], number>;
};

export const allocation: Projection<Allocation, AllocationEvent> = {
  name: "allocation",
  version: 2,
  reads: ["allocation.adjusted"],
  initial: () => ({ weights: new Map(), movedAtMs: new Map() }),
  apply(view, { event, atMs }) {
    view.weights = new Map(Object.entries(event.weights));
    view.movedAtMs.set(event.loop, atMs);
  },
};
