import type { SQLOutputValue } from "node:sqlite";

export type SqlRow = Readonly<Record<string | number, SQLOutputValue>>;

export function cellText(cell: SQLOutputValue | undefined): string {
  if (typeof cell !== "string") throw new Error(`not text: ${String(cell)}`);
  return cell;
}

export function cellTextOrNull(cell: SQLOutputValue | undefined): string | null {
  return cell === null ? null : cellText(cell);
}

export function cellNumber(cell: SQLOutputValue | undefined): number {
  if (typeof cell !== "number") throw new Error(`not a number: ${String(cell)}`);
  return cell;
}
