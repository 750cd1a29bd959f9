import type { Account } from "@nightshift/projections/accounts";
import type { AccountUsage, WindowUse } from "@nightshift/projections/account-usage";
import type { KnownWindow } from "@nightshift/protocol/account";
import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import type { Settings } from "@nightshift/protocol/settings";
import { dayMsWithin, nextDayMs, type DirectorsDay } from "./directors-day.ts";
import { lastReset, nextReset } from "./resets.ts";

/** When it is, and what a night knows of its director. */
export type Pace = {
  nowMs: number;
  timeZone: string;
  /** Null where nothing has to be kept for a day. */
  day: DirectorsDay | null;
  settings: Pick<Settings, "windowMarginPercent" | "windowLaterShare" | "windowTokenFactor">;
};

/** What an account still has room for. */
export type AccountRoom =
  | {
      status: "open";
      /** Tokens that new work may take at most; null where nobody can tell. */
      tokens: number | null;
    }
  | { status: "closed"; reason: string; untilMs: number };

/**
 * Whether an account may take work that uses at most some tokens, now (H2, G3). Of every window that
 * is told or known, the part kept for the rest of the director's day stays free; of one that is
 * longer than a day, so does most of what later nights are due. What is promised to running work
 * counts as used. Nothing is made up: without windows an account is open until its limit is hit, and
 * where it is not known yet what a token takes, one piece of work at a time finds out.
 */
export function roomOf(account: Account, worstTokens: number, pace: Pace): AccountRoom {
  const names = new Set([
    ...account.usage.windows.keys(),
    ...account.known.map(({ window }) => window).filter((window) => window !== "*"),
  ]);
  const others = account.known.find(({ window }) => window === "*");
  let tokens: number | null = null;
  for (const name of names) {
    const known = account.known.find(({ window }) => window === name) ?? others;
    const window = windowNow(account.usage, account.usage.windows.get(name), known, pace);
    const room = roomInWindow(name, window, account.usage, worstTokens, pace);
    if (room.status === "closed") return room;
    if (room.tokens !== null) tokens = Math.min(tokens ?? room.tokens, room.tokens);
  }
  return { status: "open", tokens };
}

/** A window as it is now, whoever told of it. */
type WindowNow = {
  usedPercent: number;
  startMs: number | null;
  resetsAtMs: number | null;
  keepShare: number;
  /** Null until it is learned. */
  percentPerToken: number | null;
};

/** Pairs of observations before what a token takes is believed. */
const PAIRS_MIN = 3;

function windowNow(
  usage: AccountUsage,
  told: WindowUse | undefined,
  known: KnownWindow | undefined,
  pace: Pace,
): WindowNow {
  const keepShare = known?.keepShare ?? 0;
  if (known?.tokensMax) return countedWindow(usage, known, known.tokensMax, pace.nowMs);
  const learned = told && told.learned.times >= PAIRS_MIN ? told.learned : null;
  const mean = learned && learned.tokens > 0 ? learned.percent / learned.tokens : null;
  const percentPerToken = mean === null ? null : mean * pace.settings.windowTokenFactor;
  const lengthMs = told?.lengthMs ?? known?.lengthMs ?? null;
  const isOver =
    told !== undefined &&
    ((told.resetsAtMs ?? Number.POSITIVE_INFINITY) <= pace.nowMs ||
      (lengthMs !== null && told.seenAtMs + lengthMs <= pace.nowMs));
  if (told && !isOver) {
    const resetsAtMs = told.resetsAtMs;
    const startMs = resetsAtMs === null || lengthMs === null ? null : resetsAtMs - lengthMs;
    const usedPercent = told.usedPercent + told.tokensSince * (percentPerToken ?? 0);
    return { usedPercent, startMs, resetsAtMs, keepShare, percentPerToken };
  }
  // Nothing is used of it that anybody knows of: it begins with the next piece of work.
  const span = spanFrom(pace.nowMs, lengthMs, known, told?.resetsAtMs ?? null);
  return { usedPercent: 0, ...span, keepShare, percentPerToken };
}

/** A window whose tokens we count ourselves. */
function countedWindow(
  { hours }: AccountUsage,
  known: KnownWindow,
  tokensMax: number,
  nowMs: number,
): WindowNow {
  const lengthMs = known.lengthMs ?? DAY_MS;
  const { startMs, resetsAtMs } = spanFrom(nowMs, lengthMs, known, null);
  // One that begins with its first use has begun at some time within its length.
  const fromMs = known.resets === null ? nowMs - lengthMs : (startMs ?? nowMs);
  const fromHour = Math.floor(fromMs / HOUR_MS);
  let tokens = 0;
  for (const [hour, used] of hours) if (hour >= fromHour) tokens += used;
  const percentPerToken = 100 / tokensMax;
  const usedPercent = tokens * percentPerToken;
  return { usedPercent, startMs, resetsAtMs, keepShare: known.keepShare, percentPerToken };
}

/** When the window around a moment began and ends. */
function spanFrom(
  nowMs: number,
  lengthMs: number | null,
  known: KnownWindow | undefined,
  lastResetMs: number | null,
): { startMs: number | null; resetsAtMs: number | null } {
  if (known?.resets) {
    return { startMs: lastReset(known.resets, nowMs), resetsAtMs: nextReset(known.resets, nowMs) };
  }
  if (lengthMs === null) return { startMs: null, resetsAtMs: null };
  // A long window follows the one before it; a short one waits for its first use.
  if (lengthMs > DAY_MS && lastResetMs !== null) {
    const since = Math.floor((nowMs - lastResetMs) / lengthMs) * lengthMs;
    return { startMs: lastResetMs + since, resetsAtMs: lastResetMs + since + lengthMs };
  }
  return { startMs: nowMs, resetsAtMs: nowMs + lengthMs };
}

function roomInWindow(
  name: string,
  window: WindowNow,
  { open, takenShares }: AccountUsage,
  worstTokens: number,
  pace: Pace,
): AccountRoom {
  const { usedPercent, resetsAtMs, percentPerToken } = window;
  const kept = keptPercent(window, pace);
  const free = 100 - kept - pace.settings.windowMarginPercent - usedPercent;
  if (percentPerToken === null) {
    // Nobody knows yet what work takes. Where nothing has to be kept, the limit will tell in time.
    if (free > 0 && window.keepShare === 0) return { status: "open", tokens: null };
    if (free > 0 && open.size === 0) return { status: "open", tokens: worstTokens };
    if (free > 0) return closed(name, usedPercent, kept, pace.nowMs + LEARN_MS);
  } else {
    // Agent CLIs go over what was reserved for them: as they did of late, so they will again.
    const factor = Math.max(1, ...takenShares);
    const promised = [...open.values()].reduce((sum, tokens) => sum + tokens, 0);
    const room = free / percentPerToken / factor - promised;
    if (room >= worstTokens) return { status: "open", tokens: Math.floor(room) };
    if (free > 0 && promised > 0) return closed(name, usedPercent, kept, pace.nowMs + LEARN_MS);
  }
  const day = pace.day && nextDayMs(pace.nowMs, pace.day, pace.timeZone);
  const resets = resetsAtMs ?? pace.nowMs + DAY_MS;
  // More of it may be used as the director's day goes by, or after its reset.
  const untilMs =
    day === null || kept === 0 ? resets : Math.min(resets, Math.max(day, pace.nowMs) + HOUR_MS);
  return closed(name, usedPercent, kept, Math.max(untilMs, pace.nowMs + LEARN_MS));
}

/** Pause before one looks again at an account whose running work will tell more. */
const LEARN_MS = 60_000;

function closed(name: string, used: number, kept: number, untilMs: number): AccountRoom {
  const keeps = kept >= 0.5 ? `, ${Math.round(kept)} % are kept free` : "";
  return { status: "closed", reason: `${name} is ${Math.round(used)} % used${keeps}`, untilMs };
}

/** Percent of a window that work of now may not touch. */
function keptPercent({ startMs, resetsAtMs, keepShare }: WindowNow, pace: Pace): number {
  const { nowMs, day, timeZone, settings } = pace;
  if (day === null || startMs === null || resetsAtMs === null || resetsAtMs <= nowMs) return 0;
  const lengthMs = resetsAtMs - startMs;
  const wholeDay = dayMsWithin(startMs, resetsAtMs, day, timeZone);
  if (wholeDay === 0) return 0;
  const owed = 100 * keepShare * (dayMsWithin(nowMs, resetsAtMs, day, timeZone) / wholeDay);
  if (lengthMs <= DAY_MS) return owed;
  // Nights that are still to come before it resets: hours from the next morning on, but for days.
  const morning = Math.min(nextDayMs(nowMs, day, timeZone), resetsAtMs);
  const nightMs = (from: number) =>
    resetsAtMs - from - dayMsWithin(from, resetsAtMs, day, timeZone);
  const later = nightMs(morning) / (lengthMs - wholeDay);
  return owed + 100 * (1 - keepShare) * later * settings.windowLaterShare;
}
