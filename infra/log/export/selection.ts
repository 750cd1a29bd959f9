import type { KeptEvent } from "./kept-event.ts";

/** Which events are meant: a name, or its beginning followed by `*`. Nothing named means all. */
export type Selection = { types: readonly string[]; streams: readonly string[] };

export function isSelected(
  { types, streams }: Selection,
  { type, stream }: Pick<KeptEvent, "type" | "stream">,
): boolean {
  return fitsAny(types, type) && fitsAny(streams, stream);
}

function fitsAny(patterns: readonly string[], name: string): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}
