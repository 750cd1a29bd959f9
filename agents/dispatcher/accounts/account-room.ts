import { accounts } from "@nightshift/projections/accounts";
import { attempts } from "@nightshift/projections/attempts";
import { budgets } from "@nightshift/projections/budgets";
import type { Bid } from "../choosing/auction.ts";
import { isHouse } from "../guest-work.ts";
import { settingsOf, type Night } from "../night.ts";
import { roomOf } from "./pacing.ts";

/** Why an account takes no work now. */
export type Closed = {
  account: string;
  /** Milliseconds since 1970: when to look again. */
  untilMs: number;
  reason: string;
  /** True where a limit, a sign-in, the network or the director holds it; false where it is full. */
  isHeld: boolean;
};

/** The account is held, or has no room for work that uses at most some tokens; null where it may. */
export function closedFor(night: Night, account: string, worstTokens: number): Closed | null {
  const look = lookAt(night, account, worstTokens);
  return "account" in look ? look : null;
}

/** Why an account takes no work of so many tokens now, or how many tokens it has room for. */
function lookAt(
  night: Night,
  account: string,
  worstTokens: number,
): Closed | { tokens: number | null } {
  const nowMs = night.ports.clock.now();
  const known = night.ports.views.view(accounts).get(account);
  if (known === undefined) return { tokens: null };
  const { heldUntilMs, reason, name } = known;
  if (heldUntilMs !== null && heldUntilMs > nowMs) {
    const why = `${name} is held (${reason ?? "limit"})`;
    return { account, untilMs: heldUntilMs, reason: why, isHeld: true };
  }
  const room = roomOf(known, worstTokens, paceOf(night, nowMs));
  if (room.status === "open") return { tokens: room.tokens };
  const why = `${name}: ${room.reason}`;
  return { account, untilMs: room.untilMs, reason: why, isHeld: false };
}

/** The bids whose accounts may take work of some tokens now, and else who opens first. */
export function openBids(
  night: Night,
  bids: readonly Bid[],
  worstTokens: number,
): { open: Bid[]; closed: Closed | null } {
  const rooms = bids.map((bid) => ({ bid, closed: closedFor(night, bid.account, worstTokens) }));
  const waits = rooms.flatMap(({ closed }) => closed ?? []).sort((a, b) => a.untilMs - b.untilMs);
  return {
    open: rooms.filter(({ closed }) => closed === null).map(({ bid }) => bid),
    closed: waits[0] ?? null,
  };
}

function paceOf(night: Night, nowMs: number) {
  const { timeZone, day = null } = night.plan;
  return { nowMs, timeZone, day, settings: settingsOf(night) };
}

/**
 * How many attempts may run at once as far as the night's accounts go, unlimited where nobody can
 * tell; or why none of them may take another one (step 1, CHECK).
 */
export function roomInAccounts(night: Night): { slots: number } | Closed {
  const { accounts: names, settings } = night.plan;
  // A guest brings accounts of its own.
  const { bus, views } = night.ports;
  const hasGuests = bus.roster().some(({ card }) => !isHouse(night, card.name));
  if (names === undefined || names.length === 0 || hasGuests)
    return { slots: Number.POSITIVE_INFINITY };
  const worstTokens = settings.contextTokensMedium + settings.outputTokensMax;
  let more = 0;
  let first: Closed | null = null;
  for (const name of names) {
    const look = lookAt(night, name, worstTokens);
    if ("account" in look) {
      if (first === null || look.untilMs < first.untilMs) first = look;
      continue;
    }
    const { tokens } = look;
    more += tokens === null ? Number.POSITIVE_INFINITY : Math.floor(tokens / worstTokens);
  }
  if (first !== null && more === 0) return first;
  const open = views.view(attempts).size;
  return { slots: open - undecided(night) + more };
}

const EARLY: ReadonlySet<string> = new Set(["started", "planned", "announced", "awarded"]);

/** Attempts that are on their way to an account, and have reserved nothing there yet. */
function undecided({ ports: { views } }: Night): number {
  const reserved = new Set<string>();
  for (const { reservations } of views.view(budgets).values()) {
    for (const { attempt, step } of reservations.values()) {
      if (step.startsWith("implement")) reserved.add(attempt);
    }
  }
  return [...views.view(attempts)].filter(
    ([id, { stage }]) => EARLY.has(stage) && !reserved.has(id),
  ).length;
}
