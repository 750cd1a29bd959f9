import { DAY_MS, HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";

/** The hours that a director wants to work in, by the clock of the time zone; `from` before `to`. */
export type DirectorsDay = { from: string; to: string };

/**
 * How much of a span falls into the director's days, in milliseconds. Days are those of the time
 * zone, so a change of summer time moves them; a span of more than 40 days is cut there.
 */
export function dayMsWithin(
  fromMs: number,
  toMs: number,
  day: DirectorsDay,
  timeZone: string,
): number {
  const end = Math.min(toMs, fromMs + SPAN_DAYS_MAX * DAY_MS);
  let within = 0;
  for (const [from, to] of daysFrom(fromMs, end, day, timeZone)) {
    within += Math.max(0, Math.min(to, end) - Math.max(from, fromMs));
  }
  return within;
}

/** When the director's next day begins: now, where it has begun. */
export function nextDayMs(nowMs: number, day: DirectorsDay, timeZone: string): number {
  for (const [from, to] of daysFrom(nowMs, nowMs + 2 * DAY_MS, day, timeZone)) {
    if (to > nowMs) return Math.max(from, nowMs);
  }
  return nowMs + DAY_MS;
}

const SPAN_DAYS_MAX = 40;

type Span = readonly [fromMs: number, toMs: number];

/** Days as they were worked out, by their hours and zone, then by day from 1970. */
const spans = new Map<string, Map<number, Span>>();
const SPANS_MAX = 4_000;

function daysFrom(
  fromMs: number,
  toMs: number,
  { from, to }: DirectorsDay,
  timeZone: string,
): Span[] {
  const key = `${from} ${to} ${timeZone}`;
  let known = spans.get(key);
  if (known === undefined || known.size >= SPANS_MAX) spans.set(key, (known = new Map()));
  const days: Span[] = [];
  const last = Math.floor(toMs / DAY_MS) + 1;
  for (let day = Math.floor(fromMs / DAY_MS) - 1; day <= last; day++) {
    let span = known.get(day);
    if (span === undefined) {
      span = [momentOn(day, from, timeZone), momentOn(day, to, timeZone)];
      known.set(day, span);
    }
    days.push(span);
  }
  return days;
}

/** The moment when a clock of the time zone shows a time on a day, counted from 1970. */
export function momentOn(day: number, time: string, timeZone: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const asUtc = day * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS;
  return asUtc - offsetMs(asUtc - offsetMs(asUtc, timeZone), timeZone);
}

const BLOCK_MS = 6 * HOUR_MS;
const BLOCKS_MAX = 4_000;
const offsets = new Map<string, number>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** By how much a zone's clock is ahead of UTC; the same for six hours, as days do not begin at night. */
function offsetMs(atMs: number, timeZone: string): number {
  const block = Math.floor(atMs / BLOCK_MS);
  const key = `${timeZone} ${block}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= BLOCKS_MAX) offsets.clear();
  // The middle of the block, and not its edge, where summer time begins and ends.
  const moment = block * BLOCK_MS + BLOCK_MS / 2;
  const shown = Date.parse(`${formatOf(timeZone).format(moment).replace(" ", "T")}Z`);
  const offset = Math.round((shown - moment) / MINUTE_MS) * MINUTE_MS;
  offsets.set(key, offset);
  return offset;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  formats.set(timeZone, made);
  return made;
}
