import { WINDOW_HOURS_MAX, type WindowSeen } from "@nightshift/protocol/account";
import { HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";

/** A window as the provider told it last, and what was done since. */
export type WindowUse = {
  usedPercent: number;
  resetsAtMs: number | null;
  lengthMs: number | null;
  seenAtMs: number;
  /** Tokens that were settled since, and that `usedPercent` cannot know of. */
  tokensSince: number;
  /** Percent and tokens that went together: how much of the window a token takes. */
  learned: { percent: number; tokens: number; times: number };
  /** Tokens settled since the last observation, for the next pair of `learned`. */
  unpaired: number;
};

/** What is used of an account. */
export type AccountUsage = {
  /** Tokens that are promised and not settled, by reservation. */
  open: Map<string, number>;
  /** Tokens settled, by hour since 1970: of as long as a window may be. */
  hours: Map<number, number>;
  /** By the provider's name. */
  windows: Map<string, WindowUse>;
  /** Of the latest settlements, which part of its reservation each took; 1 is all of it. */
  takenShares: number[];
};

export function noUsage(): AccountUsage {
  return { open: new Map(), hours: new Map(), windows: new Map(), takenShares: [] };
}

/** The longest window of the settings, and the hour in which it began. */
const HOURS_KEPT = WINDOW_HOURS_MAX + 1;
const SHARES_KEPT = 50;
/** A worker tells of a window when it is done, and is settled right after. */
const SETTLES_WITHIN_MS = MINUTE_MS;
/** Observations further apart have somebody else's work between them. */
const PAIR_GAP_MAX_MS = 30 * MINUTE_MS;
/** A reset is told to the second, and clocks differ. */
const SAME_RESET_MS = 10 * MINUTE_MS;
/** Pairs after which the old ones count half: what a token takes changes with the models in use. */
const PAIRS_MAX = 200;

export function reserve(usage: AccountUsage, key: string, worstTokens: number): void {
  usage.open.set(key, worstTokens);
}

/**
 * Closes a reservation.
 * @param tokens Null where nothing was used.
 * @returns false where it is none of this account's.
 */
export function settle(
  usage: AccountUsage,
  key: string,
  tokens: number | null,
  atMs: number,
): boolean {
  const worst = usage.open.get(key);
  if (worst === undefined) return false;
  usage.open.delete(key);
  if (tokens === null) return true;
  const hour = Math.floor(atMs / HOUR_MS);
  usage.hours.set(hour, (usage.hours.get(hour) ?? 0) + tokens);
  for (const old of usage.hours.keys()) if (old <= hour - HOURS_KEPT) usage.hours.delete(old);
  if (worst > 0) {
    usage.takenShares.push(tokens / worst);
    if (usage.takenShares.length > SHARES_KEPT) usage.takenShares.shift();
  }
  for (const window of usage.windows.values()) {
    window.unpaired += tokens;
    if (atMs - window.seenAtMs > SETTLES_WITHIN_MS) window.tokensSince += tokens;
  }
  return true;
}

/** Takes in what a provider told: the truth about how much is used, and a lesson in what it takes. */
export function tell(usage: AccountUsage, told: WindowSeen, atMs: number): void {
  const { window, usedPercent, resetsAtMs, lengthMs } = told;
  const before = usage.windows.get(window);
  const learned = before?.learned ?? { percent: 0, tokens: 0, times: 0 };
  if (before && before.unpaired > 0 && goesOn(before, told, atMs)) {
    learned.percent += usedPercent - before.usedPercent;
    learned.tokens += before.unpaired;
    learned.times += 1;
    if (learned.times > PAIRS_MAX) {
      learned.percent /= 2;
      learned.tokens /= 2;
      learned.times /= 2;
    }
  }
  usage.windows.set(window, {
    usedPercent,
    resetsAtMs,
    lengthMs: lengthMs ?? before?.lengthMs ?? null,
    seenAtMs: atMs,
    tokensSince: 0,
    learned,
    unpaired: 0,
  });
}

/** Whether two observations are of one window, with nothing but our own work between them. */
function goesOn(before: WindowUse, now: WindowSeen, atMs: number): boolean {
  if (atMs - before.seenAtMs > PAIR_GAP_MAX_MS || now.usedPercent < before.usedPercent)
    return false;
  const [was, is] = [before.resetsAtMs, now.resetsAtMs];
  return was === null || is === null ? was === is : Math.abs(is - was) <= SAME_RESET_MS;
}
