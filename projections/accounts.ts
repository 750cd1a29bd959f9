import type { AccountEvent, KnownWindow } from "@nightshift/protocol/account";
import type { BudgetEvent } from "@nightshift/protocol/budget";
import { idOf } from "@nightshift/protocol/ids";
import { noUsage, reserve, settle, tell, type AccountUsage } from "./account-usage.ts";
import type { Projection } from "./projection.ts";

export type Account = {
  name: string;
  provider: string;
  kind: "subscription" | "api" | "local";
  /** Milliseconds since 1970; null while it may be used. */
  heldUntilMs: number | null;
  /** When the latest hold began. */
  heldFromMs: number | null;
  reason: "limit" | "sign-in" | "director" | "network" | null;
  /** What is known of its windows beforehand; what the provider tells of them is in `usage`. */
  known: readonly KnownWindow[];
  usage: AccountUsage;
};

/** By account id. */
export type Accounts = Map<string, Account>;

type Read = AccountEvent | Extract<BudgetEvent, { reservation: string }>;

/** Subscriptions and keys: which of them wait (H2), and what is used of their windows. */
export const accounts: Projection<Accounts, Read> = {
  name: "accounts",
  version: 3,
  reads: [
    "account.registered",
    "account.window-observed",
    "account.limits-known",
    "account.limit-hit",
    "account.held",
    "account.reopened",
    "budget.reserved",
    "budget.settled",
    "budget.overshot",
    "budget.released",
  ],
  initial: () => new Map(),
  apply(view, { stream, event, atMs }) {
    switch (event.type) {
      case "account.registered": {
        const { name, provider, kind } = event;
        const known = view.get(idOf(stream)) ?? unknown();
        view.set(idOf(stream), { ...known, name, provider, kind });
        return;
      }
      // The same name may be reserved in two weeks.
      case "budget.reserved": {
        const account = view.get(event.account);
        if (account) reserve(account.usage, `${stream}/${event.reservation}`, event.worstTokens);
        return;
      }
      case "budget.settled":
      case "budget.released": {
        const key = `${stream}/${event.reservation}`;
        const tokens = event.type === "budget.settled" ? event.tokens : null;
        for (const { usage } of view.values()) if (settle(usage, key, tokens, atMs)) return;
        return;
      }
      // It tells of tokens that were counted when they were settled.
      case "budget.overshot":
        return;
      case "account.window-observed":
      case "account.limits-known":
      case "account.limit-hit":
      case "account.held":
      case "account.reopened": {
        const account = view.get(idOf(stream));
        if (account) change(account, event, atMs);
      }
    }
  },
};

function unknown(): Omit<Account, "name" | "provider" | "kind"> {
  return { heldUntilMs: null, heldFromMs: null, reason: null, known: [], usage: noUsage() };
}

function change(
  account: Account,
  event: Exclude<AccountEvent, { type: "account.registered" }>,
  atMs: number,
): void {
  switch (event.type) {
    case "account.window-observed":
      return tell(account.usage, event, atMs);
    case "account.limits-known":
      account.known = event.windows;
      return;
    // `account.held` follows in the same append, with the margin and the bound already applied.
    case "account.limit-hit":
      return;
    case "account.held":
      account.heldFromMs = atMs;
      account.heldUntilMs = event.untilMs;
      account.reason = event.reason;
      return;
    case "account.reopened":
      account.heldUntilMs = null;
      account.reason = null;
      return;
  }
}
