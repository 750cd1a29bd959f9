import type { DatabaseSync, StatementSync } from "node:sqlite";
import { cellNumber, cellText } from "./rows.ts";
import type { LogState, StateRow } from "./state.ts";
import type { Head } from "./stream-heads.ts";

export type Place = { stream: string; position: number };

const UNKNOWN: LogState = { lastPosition: -1, settledTo: -1, archivedTo: -1, schemaVersion: -1 };

/** The events of a log that its indexes do not know yet, as a writer of it remembers them. */
export class Recent {
  readonly #stateRow: StateRow;
  readonly #dataVersion: StatementSync;
  readonly #rows: StatementSync;
  readonly #heads = new Map<string, Head>();
  readonly #places = new Map<string, Place>();
  #state = UNKNOWN;
  #lastPosition = -1;
  #bytes = 0;
  #version = -1;

  constructor(db: DatabaseSync, state: StateRow) {
    this.#stateRow = state;
    this.#dataVersion = db.prepare("PRAGMA data_version");
    this.#rows = db.prepare(
      `SELECT position, stream, revision, id, hash, octet_length(body) FROM event
       WHERE position > ? ORDER BY position`,
    );
    this.#rows.setReturnArrays(true);
  }

  /** How many there are. */
  get count(): number {
    return this.#places.size;
  }

  /** What their bodies come to. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The last position of the log. */
  get lastPosition(): number {
    return this.#lastPosition;
  }

  /** Their streams, and where each ends. */
  get heads(): ReadonlyMap<string, Head> {
    return this.#heads;
  }

  /**
   * To be called in each transaction first: what another connection has written is looked up.
   * @param settled Called where others have settled events that are not known here.
   */
  refresh(settled: () => void): LogState {
    const version = cellNumber(this.#dataVersion.get()?.["data_version"]);
    if (version === this.#version && this.#state !== UNKNOWN) return this.#state;
    const state = this.#stateRow.read();
    // What others have settled since may be very much: it is looked up where it is asked for.
    if (state.settledTo > this.#lastPosition) {
      this.forget();
      settled();
      this.#lastPosition = state.settledTo;
    }
    for (const row of this.#rows.all(this.#lastPosition)) {
      const place = { stream: cellText(row[1]), position: cellNumber(row[0]) };
      const head = { count: cellNumber(row[2]) + 1, hash: cellText(row[4]) };
      this.add(place, cellText(row[3]), head, cellNumber(row[5]));
    }
    this.#version = version;
    this.#state = state;
    return state;
  }

  headOf(stream: string): Head | undefined {
    return this.#heads.get(stream);
  }

  placeOf(id: string): Place | undefined {
    return this.#places.get(id);
  }

  /** @param head Of the place's stream, with this event. */
  add(place: Place, id: string, head: Head, bytes: number): void {
    this.#bytes += bytes;
    this.#places.set(id, place);
    this.#heads.set(place.stream, head);
    this.#lastPosition = place.position;
  }

  /** To be called when all of them were settled. */
  settled(): void {
    this.#clear();
  }

  /** What was added in a transaction that was rolled back never was. */
  forget(): void {
    this.#clear();
    this.#state = UNKNOWN;
    this.#lastPosition = -1;
  }

  #clear(): void {
    this.#places.clear();
    this.#heads.clear();
    this.#bytes = 0;
  }
}
