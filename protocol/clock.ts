/** Time as a port: the real clock in a real night, a stepped one in a simulated night. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts (it never rejects). */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The calendar day, `2026-11-21`, in a time zone of the IANA list. */
export function dayOf(atMs: number, timeZone: string): string {
  return dayFormat(timeZone).format(atMs);
}

/** The ISO week, `2026w47`, of the local day in a time zone of the IANA list. */
export function weekOf(atMs: number, timeZone: string): string {
  const local = Date.parse(`${dayOf(atMs, timeZone)}T00:00:00Z`);
  const weekday = (new Date(local).getUTCDay() + 6) % 7;
  const thursday = new Date(local + (3 - weekday) * DAY_MS);
  const yearStart = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = 1 + Math.floor((thursday.getTime() - yearStart) / (7 * DAY_MS));
  return `${thursday.getUTCFullYear()}w${String(week).padStart(2, "0")}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  formats.set(timeZone, made);
  return made;
}
