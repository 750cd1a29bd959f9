import type { Line } from "@nightshift/projections/digest/terminal";
import { plain } from "@nightshift/projections/words/plain";
import type { Cell } from "../../log/query/query.ts";
import { columnsHere } from "../table.ts";

const GAP = "  ";
/** A column is not made narrower than this; where that is not enough, rows are told one by one. */
const COLUMN_CHARS_MIN = 8;
const VALUE_CHARS_MAX = 2_000;

/**
 * Rows for a person: a table as wide as the terminal, the widest columns cut first; each row as a
 * list where there are too many columns for that.
 */
export function rowLines(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  room = columnsHere(),
): Line[] {
  const texts = rows.map((row) => row.map((cell) => textOf(cell)));
  const widths = fitted(columns, texts, room);
  if (widths === null) return texts.flatMap((row, index) => listOf(columns, row, index, room));
  const isNumeric = columns.map((_, index) => rows.every((row) => isNumber(row[index])));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        const text = plain(cell, width);
        return isNumeric[index] ? text.padStart(width) : text.padEnd(width);
      })
      .join(GAP)
      .trimEnd();
  return [
    { tone: "quiet", text: line(columns) },
    ...texts.map((row): Line => ({ tone: "plain", text: line(row) })),
  ];
}

/** Null where even the narrowest columns do not fit. */
function fitted(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  room: number,
): number[] | null {
  const widths = columns.map((column, index) => {
    return rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), column.length);
  });
  const gaps = GAP.length * (columns.length - 1);
  const least = widths.reduce((sum, width) => sum + Math.min(width, COLUMN_CHARS_MIN), gaps);
  if (least > room) return null;
  for (let used = widths.reduce((sum, width) => sum + width, gaps); used > room; used -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function listOf(
  columns: readonly string[],
  row: readonly string[],
  index: number,
  room: number,
): Line[] {
  const longest = Math.max(...columns.map(({ length }) => length));
  return [
    { tone: "quiet", text: `row ${index + 1}` },
    ...columns.map((column, at): Line => {
      const value = plain(row[at] ?? "", Math.max(room - longest - GAP.length, COLUMN_CHARS_MIN));
      return { tone: "plain", text: `${column.padEnd(longest)}${GAP}${value}`.trimEnd() };
    }),
  ];
}

function textOf(cell: Cell): string {
  return cell === null ? "–" : plain(String(cell), VALUE_CHARS_MAX);
}

function isNumber(cell: Cell | undefined): boolean {
  return cell === null || typeof cell === "number";
}
