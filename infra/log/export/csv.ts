import type { KeptEvent } from "./kept-event.ts";

const COLUMNS = [
  "position",
  "at",
  "stream",
  "revision",
  "type",
  "actor",
  "causation",
  "correlation",
  "id",
  "version",
  "hash",
  "data",
];

export const csvHeader = csvLine(COLUMNS);

export function csvEvent(event: KeptEvent): string {
  const { position, atMs, stream, revision, type, actor, causation, correlation } = event;
  const { id, version, hash, body } = event;
  const at = new Date(atMs).toISOString();
  const first = [String(position), at, stream, revision, type, actor, causation, correlation];
  return csvLine([...first, id, version, hash, body]);
}

/** A line as RFC 4180 has it: null is an empty field, an empty text a quoted one. */
export function csvLine(cells: readonly (string | number | bigint | null)[]): string {
  return `${cells.map(field).join(",")}\r\n`;
}

function field(cell: string | number | bigint | null): string {
  if (cell === null) return "";
  const text = String(cell);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
