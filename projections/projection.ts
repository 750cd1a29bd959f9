import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventType, NightEvent } from "@nightshift/protocol/events";

/**
 * A working view: a fold that owns its view and changes it in place. It never refuses and never
 * calls out. Bump `version` when the fold changes: a kept snapshot of another version is discarded.
 */
export interface Projection<View, E extends NightEvent = NightEvent> {
  readonly name: string;
  readonly version: number;
  /** The only types it is shown. */
  readonly reads: readonly (E["type"] & EventType)[];
  initial(): View;
  apply(view: View, recorded: Recorded<E>): void;
}
