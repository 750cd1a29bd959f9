import type { SQLOutputValue } from "node:sqlite";

export type SqlRow = Readonly<Record<string | number, SQLOutputValue>>;
/** A row whose cells are known by their place. */
export type Cells = Readonly<Record<number, SQLOutputValue>>;

/** A cell that holds what was never written there. */
export class OddCell extends Error {
  /** @param lacks What it should be. */
  constructor(lacks: "text" | "a number", cell: SQLOutputValue | undefined) {
    super(`not ${lacks}: ${JSON.stringify(String(cell).slice(0, SHOWN_CHARS_MAX))}`);
  }
}

const SHOWN_CHARS_MAX = 40;

export function cellText(cell: SQLOutputValue | undefined): string {
  if (typeof cell !== "string") throw new OddCell("text", cell);
  return cell;
}

export function cellTextOrNull(cell: SQLOutputValue | undefined): string | null {
  return cell === null ? null : cellText(cell);
}

export function cellNumber(cell: SQLOutputValue | undefined): number {
  if (typeof cell !== "number") throw new OddCell("a number", cell);
  return cell;
}
