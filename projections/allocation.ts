import type { AllocationEvent } from "@nightshift/protocol/allocation";
import type { Projection } from "./projection.ts";

/** Share of the work each category is to get, 0 to 1; empty until the director or a loop set it. */
export type Allocation = { weights: Map<string, number> };

export const allocation: Projection<Allocation, AllocationEvent> = {
  name: "allocation",
  version: 1,
  reads: ["allocation.adjusted"],
  initial: () => ({ weights: new Map() }),
  apply(view, { event }) {
    view.weights = new Map(Object.entries(event.weights));
  },
};
