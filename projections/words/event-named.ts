import type { EventType, NightEvent } from "@nightshift/protocol/events";

/** The event of one type, or of any of several: what a view that reads a few types is shown. */
export type EventNamed<T extends EventType> = Extract<NightEvent, { type: T }>;
