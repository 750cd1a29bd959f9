import type { Append, Entry } from "./writer.ts";

/**
 * An append on its way to the writing thread: its number, then what it is. Lists without names are
 * copied from thread to thread in half the time that objects are.
 */
export type PackedAppend = readonly [
  number: number,
  stream: string,
  revision: number,
  timeoutMs: number,
  entries: readonly PackedEntry[],
];
type PackedEntry = readonly [
  id: string,
  type: string,
  atMs: number,
  actor: string,
  causation: string | null,
  correlation: string | null,
  body: string,
];

export function packAppend(number: number, append: Append): PackedAppend {
  const { stream, revision, timeoutMs, entries } = append;
  return [number, stream, revision, timeoutMs, entries.map(packEntry)];
}

export function unpackAppend([, stream, revision, timeoutMs, entries]: PackedAppend): Append {
  return { stream, revision, timeoutMs, entries: entries.map(unpackEntry) };
}

function packEntry(entry: Entry): PackedEntry {
  const { id, type, atMs, actor, causation, correlation, body } = entry;
  return [id, type, atMs, actor, causation, correlation, body];
}

function unpackEntry([id, type, atMs, actor, causation, correlation, body]: PackedEntry): Entry {
  return { id, type, atMs, actor, causation, correlation, body };
}
