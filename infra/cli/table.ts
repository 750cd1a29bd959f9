import type { Line } from "@nightshift/projections/digest/terminal";
import { plain } from "@nightshift/projections/words/plain";

/** One column takes the room that the others leave. */
export type Column = { title: string; right?: true; takesTheRest?: true };

export const COLUMNS = 100;
const GAP = "  ";
const CELL_CHARS_MAX = 60;
const REST_CHARS_MIN = 20;

/** Columns to write in: those of the terminal, also through `head`; 100 where it is wider or none. */
export function columnsHere(): number {
  return Math.min(COLUMNS, process.stdout.columns ?? process.stderr.columns ?? COLUMNS);
}

/** Rows under a heading, at most so many columns wide; what does not fit ends in `…`. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  columnsMax = COLUMNS,
): Line[] {
  const cells = rows.map((row) => row.map((cell) => plain(cell, CELL_CHARS_MAX * 2)));
  const widths = widthsOf(columns, cells, columnsMax);
  const line = (parts: readonly string[]): string =>
    columns
      .map(({ right }, index) => {
        const width = widths[index] ?? 0;
        const text = plain(parts[index] ?? "", width);
        return right ? text.padStart(width) : text.padEnd(width);
      })
      .join(GAP)
      .trimEnd();
  return [
    { tone: "quiet", text: line(columns.map(({ title }) => title)) },
    ...cells.map((row): Line => ({ tone: "plain", text: line(row) })),
  ];
}

function widthsOf(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  columnsMax: number,
): number[] {
  const natural = columns.map(({ title, takesTheRest }, index) => {
    const longest = Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0));
    return takesTheRest ? longest : Math.min(longest, CELL_CHARS_MAX);
  });
  const others = natural.filter((_, index) => !columns[index]?.takesTheRest);
  const used = others.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1);
  const rest = Math.max(REST_CHARS_MIN, columnsMax - used);
  return natural.map((width, index) =>
    columns[index]?.takesTheRest ? Math.min(width, rest) : width,
  );
}
