import type { NightEvent } from "./events.ts";

/** What is known about an event besides the fact itself. */
type Envelope = {
  /** A UUID. Appending an id that is already there changes nothing. */
  id: string;
  /** Milliseconds since 1970 when it was decided. */
  atMs: number;
  /** The authenticated writer: a role, an agent's name, or `director`. */
  actor: string;
  /** The id of the event or command that led to this one. */
  causation: string | null;
  /** The task id all of this is about. */
  correlation: string | null;
};

/** An event on its way into the log. */
export type Pending<E = NightEvent> = Envelope & { event: E };

/** An event as the log gives it back. */
export type Recorded<E = NightEvent> = Pending<E> & {
  stream: string;
  /** Its number in the stream, from 0. */
  revision: number;
  /** Its place in the whole log: opaque, increasing; a reader skips none. */
  position: bigint;
};
