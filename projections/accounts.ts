import type { AccountEvent } from "@nightshift/protocol/account";
import { idOf } from "@nightshift/protocol/ids";
import type { Projection } from "./projection.ts";

type Account = {
  name: string;
  provider: string;
  kind: "subscription" | "api" | "local";
  /** Milliseconds since 1970; null while it may be used. */
  heldUntilMs: number | null;
  reason: "limit" | "sign-in" | "director" | null;
  /** What the provider told last of each window, by the window's name. */
  windows: Map<string, { usedPercent: number; resetsAtMs: number | null }>;
};

/** By account id. */
export type Accounts = Map<string, Account>;

/** Subscriptions and keys, and which of them wait for a window to reset (H2). */
export const accounts: Projection<Accounts, AccountEvent> = {
  name: "accounts",
  version: 1,
  reads: [
    "account.registered",
    "account.window-observed",
    "account.limit-hit",
    "account.held",
    "account.reopened",
  ],
  initial: () => new Map(),
  apply(view, { stream, event }) {
    const id = idOf(stream);
    if (event.type === "account.registered") {
      const { name, provider, kind } = event;
      const known = view.get(id) ?? { heldUntilMs: null, reason: null, windows: new Map() };
      view.set(id, { ...known, name, provider, kind });
      return;
    }
    const account = view.get(id);
    if (account) change(account, event);
  },
};

function change(
  account: Account,
  event: Exclude<AccountEvent, { type: "account.registered" }>,
): void {
  switch (event.type) {
    case "account.window-observed": {
      const { usedPercent, resetsAtMs } = event;
      account.windows.set(event.window, { usedPercent, resetsAtMs });
      return;
    }
    // `account.held` follows in the same append, with the margin and the bound already applied.
    case "account.limit-hit":
      return;
    case "account.held":
      account.heldUntilMs = event.untilMs;
      account.reason = event.reason;
      return;
    case "account.reopened":
      account.heldUntilMs = null;
      account.reason = null;
      return;
  }
}
