import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventType, NightEvent } from "@nightshift/protocol/events";

/**
 * A history view: declares tables and turns each event into row changes. It is a function of the
 * one event it is shown, so rows can be written in blocks and kept for years. Bump `version` when
 * the tables or the changes differ: the tables are then dropped and filled again from the beginning.
 */
export type HistoryView<E extends NightEvent = NightEvent> = {
  readonly name: string;
  readonly version: number;
  /** The only types it is shown. */
  readonly reads: readonly (E["type"] & EventType)[];
  readonly tables: readonly TableSpec[];
  apply(recorded: Recorded<E>): readonly RowChange[];
};

/** Names are `[a-z][a-z0-9_]*`; a table belongs to one view alone. */
export type TableSpec = {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** The columns, in order, that tell rows apart. They are never null. */
  readonly key: readonly string[];
  /** Further lists of columns that queries filter or sort by. */
  readonly indexes?: readonly (readonly string[])[];
};

/** A flag is an integer, 0 or 1; a list or record is text, as JSON; a position is text. */
type ColumnType = "text" | "integer" | "real";

export type Cell = string | number | null;

export type RowChange =
  /** Sets the named values and leaves the others of the row as they are, null in a new row. */
  | { table: string; op: "upsert"; key: Readonly<Record<string, Cell>>; values: Values<Cell> }
  /** Adds to the named values; what is absent or null counts as 0. */
  | { table: string; op: "increment"; key: Readonly<Record<string, Cell>>; values: Values<number> }
  /** Removes the row; none there is no error. The key is a whole one. */
  | { table: string; op: "delete"; key: Readonly<Record<string, Cell>>; values?: never };

type Values<Kind> = Readonly<Record<string, Kind>>;

/** The rows of a view's tables as queries give them back: whole rows, every column named. */
export type Row = Readonly<Record<string, Cell>>;
