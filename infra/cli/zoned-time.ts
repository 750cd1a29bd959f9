const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d(?:\.\d{1,3})?))?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * A time as ISO 8601 writes it, in milliseconds since 1970; a day alone is its beginning. Where it
 * names no zone of its own it is one of the zone given.
 * @returns null for what is no time.
 */
export function zonedMs(text: string, timeZone: string): number | null {
  const [, day, minutes = "00:00", seconds = "00", zone] = ISO.exec(text) ?? [];
  if (day === undefined) return null;
  const asUtc = Date.parse(`${day}T${minutes}:${seconds}${zone ?? "Z"}`);
  if (Number.isNaN(asUtc)) return null;
  if (zone !== undefined) return asUtc;
  // The offset of the first guess may be the one before a change of summer time: guess twice.
  const guess = asUtc - offsetMs(asUtc, timeZone);
  return asUtc - offsetMs(guess, timeZone);
}

/** By how much a clock of the zone is ahead of UTC at a moment. */
function offsetMs(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const shown = format.format(atMs).replace(", ", "T");
  return Date.parse(`${shown}Z`) - Math.floor(atMs / 1_000) * 1_000;
}
