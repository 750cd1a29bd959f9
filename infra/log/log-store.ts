import type { EventStore } from "@nightshift/blackboard/store";
import type { LogExtras } from "./sqlite/store.ts";

/** A log of the house, wherever it is: a file of this machine, or a cluster. */
export type LogStore = EventStore & LogExtras;
