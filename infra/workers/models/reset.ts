import { DAY_MS } from "@nightshift/protocol/clock";

/** No window of any provider is longer than a week; a later time is not believed (G2). */
const RESET_MS_MAX = 8 * DAY_MS;

/**
 * When a limit ends, in ms since 1970, from structured headers alone; null where none tells a
 * time to come. Prose is not read: matching it falsely suspended all work elsewhere.
 */
export function resetOf(headers: Headers, nowMs: number): number | null {
  const told = [subscription(headers), retryAfter(headers, nowMs), windows(headers, nowMs)];
  return told.map((atMs) => believable(atMs, nowMs)).find((atMs) => atMs !== null) ?? null;
}

/** The time as it is, or null when it has passed or lies further off than any window is long. */
export function believable(atMs: number | null, nowMs: number): number | null {
  if (atMs === null || !Number.isFinite(atMs)) return null;
  return atMs > nowMs && atMs <= nowMs + RESET_MS_MAX ? Math.ceil(atMs) : null;
}

/** The window of a subscription, in seconds since 1970. */
function subscription(headers: Headers): number | null {
  return seconds(headers.get("anthropic-ratelimit-unified-reset"), 0);
}

function retryAfter(headers: Headers, nowMs: number): number | null {
  const value = headers.get("retry-after");
  if (value === null) return null;
  return seconds(value, nowMs) ?? Date.parse(value);
}

/** The latest of the windows that have nothing left. */
function windows(headers: Headers, nowMs: number): number | null {
  const resets = [...headers]
    .filter(([name]) => headers.get(remainingOf(name)) === "0")
    .map(([, value]) => (value.includes("T") ? Date.parse(value) : nowMs + durationMs(value)))
    .filter(Number.isFinite);
  return resets.length > 0 ? Math.max(...resets) : null;
}

/** `anthropic-ratelimit-tokens-reset` and `x-ratelimit-reset-tokens` have a neighbour each. */
function remainingOf(name: string): string {
  return name
    .replace(/^(anthropic-ratelimit-.+)-reset$/, "$1-remaining")
    .replace(/^x-ratelimit-reset-/, "x-ratelimit-remaining-");
}

/** The end of a duration as headers write it (`3h2m`, `41s`), ms since 1970; null for anything else. */
export function resetAfter(value: string, nowMs: number): number | null {
  return believable(nowMs + durationMs(value), nowMs);
}

function seconds(value: string | null, fromMs: number): number | null {
  return value !== null && /^\d+(\.\d+)?$/.test(value) ? fromMs + Number(value) * 1_000 : null;
}

/** `1h2m3.5s`, `350ms`; not a number when it is anything else. */
function durationMs(value: string): number {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/.exec(value);
  if (!parts || value === "") return Number.NaN;
  const [hours = 0, minutes = 0, secs = 0, millis = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  return ((hours * 60 + minutes) * 60 + secs) * 1_000 + millis;
}
