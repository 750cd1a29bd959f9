import { accounts } from "@nightshift/projections/accounts";
import type { KnownWindow } from "@nightshift/protocol/account";
import { Refusal } from "@nightshift/protocol/errors";
import { knownWindows } from "./config/accounts.ts";
import type { House } from "./house.ts";
import type { Observe } from "./workers/observed.ts";

/** Writes what providers tell of their windows into the log; what no rule takes is left out. */
export function observing(house: House): Observe {
  const board = house.board("workers");
  return async (account, windows) => {
    for (const seen of windows) {
      try {
        await board.handle("account", account, { type: "account.observe-window", ...seen });
      } catch (error) {
        // An account that nobody registered, or more windows than any account has.
        if (!(error instanceof Refusal)) throw error;
      }
    }
  };
}

/** The window of an account that is counted in requests, and how much of it the log knows of. */
export function requestsOf(
  { config, runner, clock }: House,
  account: string,
): { window: KnownWindow | null; usedPercent: () => number } {
  const settings = config.accounts.find(({ name }) => name === account);
  const window = knownWindows(settings, "api").find(({ requestsMax }) => requestsMax !== null);
  return {
    window: window ?? null,
    usedPercent() {
      const told = window && runner.view(accounts).get(account)?.usage.windows.get(window.window);
      if (!told || (told.resetsAtMs ?? 0) <= clock.now()) return 0;
      return told.usedPercent;
    },
  };
}
